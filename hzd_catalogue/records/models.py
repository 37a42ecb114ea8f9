"""The tables of this app, where Django looks for them."""

from .addresses import Address, RetiredKey
from .export_rows import ExportRows, ExportState
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
from .versions import Edit, Version, WithdrawnRecord

__all__ = [
    "Address",
    "Edit",
    "Evidence",
    "ExportRows",
    "ExportState",
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
    "Version",
    "WithdrawnRecord",
]
