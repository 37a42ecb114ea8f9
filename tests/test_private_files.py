"""Whatever the umask and whichever command wrote them, only their owner reads the files."""

from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from hzd_catalogue import private_files
from hzd_catalogue.data.checks import check_private_files
from tests.processes import environment, manage, run, shell
from tests.serving import served

OPEN = 0
EVERY_COMMAND = """
from django.conf import settings
from django.core.management import call_command

call_command("migrate", interactive=False, verbosity=0)
call_command("load_catalogue", verbosity=0)
call_command("export_fixtures", dir=settings.VAR_DIR / "exported", verbosity=0)
"""


def open_files(directory):
    """Return what others than the owner have a right to, with those rights."""
    paths = [directory, *directory.rglob("*")]
    return {str(path): oct(path.stat().st_mode) for path in paths if path.stat().st_mode & 0o077}


def test_static_files_below_the_data_are_for_their_owner_alone(site):
    """They were written without a umask (``prepared_site()``)."""
    assert (Path(site["VAR_DIR"]) / "static" / "staticfiles.json").exists()
    assert open_files(Path(site["VAR_DIR"]) / "static") == {}


def test_every_command_writes_for_its_owner_alone(site, tmp_path):
    directory = tmp_path / "var"
    variables = environment(directory, STATIC_ROOT=f"{site['VAR_DIR']}/static")
    del variables["SECRET_KEY"]
    # Three commands in one process: most of a command's time is its start.
    shell(variables, EVERY_COMMAND, umask=OPEN)
    with served(variables, umask=OPEN, is_stopped=True) as server:
        # Kept open, and with it the server's connection to the database.
        visitor = HTTPConnection(urlsplit(server.url).netloc, timeout=20)
        visitor.request("GET", "/projekte/")
        answer = visitor.getresponse()
        assert answer.read()
        assert answer.status == 200
        names = {path.name for path in directory.iterdir()}
        while_serving = open_files(directory)
        visitor.close()

    assert names >= {"secret_key", *(f"catalogue.sqlite3{end}" for end in ("", "-wal", "-shm"))}
    assert while_serving == {}
    assert open_files(directory) == {}


def test_a_database_elsewhere_is_its_owners_too(tmp_path):
    database = tmp_path / "elsewhere" / "database.sqlite3"
    database.parent.mkdir()
    variables = environment(tmp_path / "var", DATABASE_URL=f"sqlite:///{database}")

    manage(variables, "migrate", "--no-input", umask=OPEN)

    assert database.stat().st_mode & 0o777 == 0o600


def test_what_was_left_open_is_closed_at_the_start(tmp_path):
    directory = tmp_path / "var"
    variables = environment(directory)
    del variables["SECRET_KEY"]
    manage(variables, "check")
    (directory / "catalogue.sqlite3").touch()
    # As a process that was killed leaves them.
    (directory / "catalogue.sqlite3-journal").touch()
    for path in (directory, *directory.iterdir()):
        path.chmod(0o777 if path.is_dir() else 0o666)
    assert len(open_files(directory)) == 4

    assert "data.W001" not in run(variables, "manage.py", "check").stderr

    assert open_files(directory) == {}


def test_a_directory_that_holds_other_things_is_refused_not_closed(tmp_path):
    directory = tmp_path / "srv"
    directory.mkdir()
    directory.chmod(0o755)
    (directory / "somebody-elses").mkdir()

    done = run(environment(directory), "manage.py", "check")

    assert done.returncode != 0
    assert f"VAR_DIR is '{directory}', which other accounts may enter" in done.stderr
    assert directory.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in directory.iterdir()] == ["somebody-elses"]


def test_what_belongs_to_another_account_is_named(tmp_path, settings, monkeypatch):
    """It cannot be closed by this one."""
    settings.VAR_DIR = tmp_path
    settings.PRIVATE_FILES = [tmp_path / "secret_key", tmp_path / "missing"]
    (tmp_path / "secret_key").touch()
    (tmp_path / "secret_key").chmod(0o640)
    tmp_path.chmod(0o711)
    monkeypatch.setattr(private_files.os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    private_files.close_directory(tmp_path)
    private_files.close_files(settings.PRIVATE_FILES)

    assert [message.msg for message in check_private_files()] == [
        f"Other accounts have rights to {tmp_path}.",
        f"Other accounts have rights to {tmp_path / 'secret_key'}.",
    ]


def test_static_files_in_a_place_of_their_own_are_for_the_web_server(tmp_path):
    root = tmp_path / "static"

    manage(
        environment(tmp_path / "var", STATIC_ROOT=str(root)),
        *("collectstatic", "--no-input"),
        umask=0o077,
    )

    rights = {
        (path.is_dir(), path.suffix in (".gz", ".br"), oct(path.stat().st_mode & 0o777))
        for path in (root, *root.rglob("*"))
    }
    assert rights == {(True, False, "0o755"), (False, False, "0o644"), (False, True, "0o644")}
