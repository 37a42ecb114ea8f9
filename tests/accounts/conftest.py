"""An editor's account and browser."""

import pytest

# tests.signing_in imports models, and this file is read before Django is set up.


@pytest.fixture
def editor(db):
    from tests.signing_in import make_account

    return make_account()


@pytest.fixture
def recovery_codes(editor):
    """The recovery codes of the editor, who has a second factor with this fixture."""
    from tests.signing_in import give_app

    return give_app(editor)


@pytest.fixture
def browser(editor):
    from tests.signing_in import browser_at

    return browser_at()
