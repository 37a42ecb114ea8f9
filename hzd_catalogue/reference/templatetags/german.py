"""German forms of numbers and nouns in templates."""

from collections.abc import Sequence

from django import template

from hzd_catalogue.reference import german

register = template.Library()


@register.simple_tag
def counted(number: int, nouns: Sequence[str] | str) -> str:
    """Return the number with its noun; ``nouns`` is a pair, or both forms with a comma between."""
    singular, plural = nouns.split(",") if isinstance(nouns, str) else nouns
    return german.counted(number, singular, plural)


@register.filter
def grouped(number: int) -> str:
    """Return the number with points between its thousands."""
    return german.grouped(number)


@register.filter
def with_seams(text: str) -> str:
    """Return the text with soft hyphens where its compounds may be parted."""
    return german.with_seams(text)
