"""The texts that the software brings along for the legal pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps as global_apps

from .models import LegalPage

TEXTS = Path(__file__).parent / "texts"


def install_texts(using: str = "default", apps: Any = global_apps, **kwargs: Any) -> None:
    """Add the shipped text of each page that the database lacks; keep every text that is there.

    Receives ``post_migrate``. ``bulk_create`` sends no signals, so a new installation still
    starts at revision 0.
    """
    try:
        page_model = apps.get_model("legal", "LegalPage")
        operator_model = apps.get_model("legal", "OperatorDetails")
    except LookupError:  # migrated back to before these models
        return
    present = set(page_model.objects.using(using).values_list("slug", flat=True))
    pages = [page_model(**shipped_page(slug)) for slug in LegalPage.Slug if slug not in present]
    page_model.objects.using(using).bulk_create(pages)
    if not operator_model.objects.using(using).exists():
        operator_model.objects.using(using).bulk_create([operator_model(pk=1)])


def shipped_page(slug: str) -> dict[str, str]:
    """Return slug, title and body of a page as it is shipped; the first line is its title."""
    text = (TEXTS / f"{LegalPage.Slug(slug).value}.txt").read_text(encoding="utf-8")
    title, _, body = text.partition("\n")
    return {"slug": slug, "title": title.removeprefix("# ").strip(), "body": body.strip()}
