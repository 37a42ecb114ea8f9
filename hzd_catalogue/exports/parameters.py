"""What an address of data may be asked for by: requests are refused and described by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address of data."""

    name: str
    label: str
    #: Value to label; empty where they cannot be listed.
    values: Mapping[str, str] = field(default_factory=dict)
    is_repeatable: bool = False
    #: What a value is that cannot be listed, as JSON Schema.
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})

    @property
    def json_schema(self) -> dict[str, Any]:
        """What its value is, or its values are."""
        value = {"type": "string", "enum": list(self.values)} if self.values else dict(self.schema)
        return {"type": "array", "items": value} if self.is_repeatable else value


#: One day, as an address names it.
DAY_SCHEMA = {"type": "string", "format": "date"}
