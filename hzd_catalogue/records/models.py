"""The tables of this app, where Django looks for them."""

from .addresses import Address, RetiredKey
from .records import Record
from .statements import (
    Evidence,
    KeyFigure,
    Milestone,
    OtherName,
    Statement,
    StatusStatement,
    UserGroup,
)

__all__ = [
    "Address",
    "Evidence",
    "KeyFigure",
    "Milestone",
    "OtherName",
    "Record",
    "RetiredKey",
    "Statement",
    "StatusStatement",
    "UserGroup",
]
