"""The examples for Python in docs/open-data.md say what the document shows."""

import contextlib
import io
import os

from examples import examples


def test_each_example_for_python_says_what_the_document_shows():
    """One after another, as somebody types them."""
    names = {"BASE": os.environ["SITE_URL"]}
    shown = examples("python")
    assert shown
    for example in shown:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(example.typed, names)  # noqa: S102 (our own document)
        assert example.said in (None, said.getvalue()), example.typed
