import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from .__main__ import noted
from .clients import TooSlowError, Visitor
from .figures import Figures, Run, Runs, Target, number, table, worst
from .report import BY_HAND, targets, write


def figures_of(**rounds):
    figures = Figures()
    for name, values in rounds.items():
        for value in values:
            figures.add("sqlite", "real", name, "gzip", value=value)
    return figures


def of(name):
    return ("sqlite", "real", name, "gzip")


def test_what_is_measured_side_by_side_is_compared_round_by_round():
    # A burst of something else hit one round of each: no ratio of medians is that of the rounds.
    figures = figures_of(kept=[80, 8, 90], bare=[100, 10, 90])
    assert figures.ratio(of("kept"), of("bare")) == pytest.approx(0.8)
    assert figures.times(of("kept"), of("bare")) == pytest.approx(80 / 90)
    assert figures.ratio(of("kept"), of("nothing")) is None
    assert figures.times(of("nothing"), of("bare")) is None


@pytest.mark.parametrize(
    ("value", "limit", "verdict"),
    [
        (0.8, {"least": 0.8}, "met"),
        (0.79, {"least": 0.8}, "**missed**"),
        (2.0, {"most": 2}, "met"),
        (2.01, {"most": 2}, "**missed**"),
        (None, {"most": 2}, "not measured"),
    ],
)
def test_a_target_is_met_missed_or_not_measured(value, limit, verdict):
    assert Target("", value, **limit).verdict == verdict


def test_what_decides_is_the_worst_and_nothing_while_one_is_missing():
    assert worst([3.0, 1.0, 2.0]) == 1
    assert worst([3.0, 1.0, 2.0], is_least=False) == 3
    assert worst([3.0, None]) is None
    assert worst([]) is None


def test_numbers_have_the_digits_that_they_are_worth():
    assert [number(value) for value in (1234.5, 12.34, 0.789, None)] == [
        "1,234",
        "12.3",
        "0.79",
        "–",
    ]
    assert table(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | ---: |\n| x | 1 |\n"


def run_of(figures, load=0.1):
    return Run(figures, commit="abc", day="2026-11-29", rounds=1, minutes=2.0, load=load)


def test_the_section_by_hand_stays(tmp_path):
    file = tmp_path / "performance.md"
    runs = Runs(tmp_path / "runs.json")
    figures = figures_of(kept=[70], bare=[100])
    runs.add("sqlite", "real", run_of(figures))
    write(file, runs, "2 cores")
    first = file.read_text()
    file.write_text(f"{first}\nBecause.\n")
    write(file, runs, "2 cores")

    assert file.read_text() == f"{first}\nBecause.\n"
    assert first.count(BY_HAND) == 1
    assert (
        "| kept page : bare view, compressed, sqlite | at least 0.80 | 0.70 | **missed** |" in first
    )
    assert "Other programs ran" not in first
    assert {each.verdict for each in targets(figures, ["sqlite"])} == {"**missed**", "not measured"}
    runs.add("sqlite", "real", run_of(figures, load=3.0))
    write(file, runs, "2 cores")
    assert "Other programs ran at the beginning" in file.read_text()


def test_runs_that_were_made_one_by_one_are_one_report(tmp_path):
    parts, whole = tmp_path / "parts.json", Runs(tmp_path / "whole.json")
    for database, size in (("postgres", "real"), ("sqlite", "1000"), ("sqlite", "real")):
        figures = Figures()
        figures.add(database, size, "home", value=len(size))
        figures.failed[database, size, "CSV"] = "too slow"
        # Each by a process of its own, in whatever order.
        Runs(parts).add(database, size, run_of(figures))
        whole.add(database, size, run_of(figures))
    files = [tmp_path / "a.md", tmp_path / "b.md"]
    for file, runs in zip(files, (Runs(parts), whole), strict=True):
        write(file, runs, "2 cores")

    assert files[0].read_text() == files[1].read_text()
    assert "|  | sqlite real | sqlite 1000 | postgres real |" in files[0].read_text()
    assert "| postgres real | CSV | too slow |" in files[0].read_text()
    assert ("sqlite", "real") in Runs(parts)
    assert ("sqlite", "10000") not in Runs(parts)


def test_what_goes_wrong_is_written_down_and_stops_nothing_else():
    figures = Figures()
    for error in (TooSlowError("/", 60, None), RuntimeError("503"), ConnectionError()):
        key = ("sqlite", "real", type(error).__name__)
        with noted(figures, *key) as is_due:
            assert is_due
            raise error
        with noted(figures, *key) as is_due:
            assert not is_due
    assert list(figures.failed.values()) == ["/ took longer than 60 s", "503", "ConnectionError()"]


def test_an_answer_that_comes_too_slowly_is_given_up_with_what_has_come():
    class Slow(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args):
            pass

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "6")
            self.end_headers()
            # Whoever has given up hangs up.
            with suppress(OSError):
                for letter in b"abcdef":
                    self.wfile.write(bytes([letter]))
                    time.sleep(0.1 if self.path == "/slow" else 0)

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        visitor = Visitor(f"http://127.0.0.1:{server.server_port}", limit=0.25)
        with pytest.raises(TooSlowError) as failed:
            visitor.get("/slow")
        assert b"abcdef".startswith(failed.value.sofar.content)
        assert [visitor.get(path).content for path in ("/a", "/b")] == [b"abcdef"] * 2
        visitor.close()
        server.shutdown()
