"""One table whose rows come back as the proxy of their kind: a base of records and statements."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class ProxiedManager(models.Manager):
    """Finds the rows of its model's kind; those of every kind for the table's own model."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        model: Any = self.model
        value = model.proxy_value()
        return rows.filter(**{model.proxied_by: value}) if value else rows


class Proxied(models.Model):
    """A row of a table with one proxy for each value of a column.

    The table's own model names the column; each proxy names its value in an attribute.
    """

    #: The column.
    proxied_by: ClassVar[str]
    #: The attribute with a proxy's value; empty at the table's own model, whose rows are of any.
    proxy_attribute: ClassVar[str]
    #: Each table's proxies by their value.
    _proxies: ClassVar[dict[str, type[Any]]]

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "proxied_by" in cls.__dict__:
            cls._proxies = {}
        elif value := cls.proxy_value():
            cls._proxies[value] = cls

    @classmethod
    def proxy_value(cls) -> str:
        """Return the value that all rows of the model have; empty for the table's own model."""
        return getattr(cls, cls.proxy_attribute)

    @classmethod
    def proxy_of(cls, value: str) -> Any:
        """Return the model of a value."""
        return cls._proxies[value]

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> Any:
        """Return an instance of the proxy of the row's value."""
        proxy: Any = cls
        if not cls.proxy_value() and cls.proxied_by in field_names:
            proxy = cls.proxy_of(values[list(field_names).index(cls.proxied_by)])
        return super(Proxied, proxy).from_db(db, field_names, values)

    def _complete(self) -> None:
        """Fill the column: a proxy knows its value."""
        setattr(self, self.proxied_by, self.proxy_value() or getattr(self, self.proxied_by))
