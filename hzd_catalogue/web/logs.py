"""What the log says, and how briefly."""

import logging


class BriefFilter(logging.Filter):
    """Says in one line what a client sent that it should not have.

    A foreign Host or a form of too many fields is the client's doing; where in Django it was
    noticed helps nobody, and anybody could fill the log with it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True
