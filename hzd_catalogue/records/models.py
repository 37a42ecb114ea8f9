"""The tables of this app, where Django looks for them."""

from .addresses import Address, RetiredKey
from .rechecks import Recheck
from .records import Record
from .statements import (
    Evidence,
    KeyFigure,
    Milestone,
    OtherName,
    Relation,
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
    "Recheck",
    "Record",
    "Relation",
    "RetiredKey",
    "Statement",
    "StatusStatement",
    "UserGroup",
]
