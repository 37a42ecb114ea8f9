"""Legal pages: their addresses, their shipped texts, and the warning while something is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.apps import apps as global_apps
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 (Django's own name)
from django.db import DatabaseError
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import DetailView

from . import legal_text
from .models import KnownBarrier, LegalPage, OperatorDetails

SHIPPED_TEXTS = Path(__file__).parent / "legal_texts"
PAGE_ADDRESS_MAX_LENGTH = 500


class LegalPageView(DetailView):
    """One legal page; ``?seite=/adresse/`` says which page a report of a barrier is about."""

    model = LegalPage
    template_name = "site/legal_page.html"
    context_object_name = "page"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's blocks, and what the accessibility statement inserts."""
        operator = OperatorDetails.current()
        blocks = legal_text.parse(self.object.body, operator)
        return super().get_context_data(
            blocks=blocks,
            barriers=KnownBarrier.objects.all(),
            operator=operator,
            report_link=self.report_link(operator),
            reported_page=self.reported_page(),
            **kwargs,
        )

    def reported_page(self) -> str:
        """Return the local path in ``?seite=``; empty when there is none or it leads elsewhere."""
        page = self.request.GET.get("seite", "")
        is_local = page.startswith("/") and url_has_allowed_host_and_scheme(page, None)
        if not is_local or len(page) > PAGE_ADDRESS_MAX_LENGTH or not page.isprintable():
            return ""
        return page

    def report_link(self, operator: OperatorDetails) -> str:
        """Return a ``mailto:`` link whose text names the page; empty without an e-mail."""
        if not operator.accessibility_email:
            return ""
        page = self.reported_page()
        text = "Was mir nicht zugänglich war:\n\n"
        if page:
            text = f"Seite: {self.request.build_absolute_uri(page)}\n\n{text}"
        subject = quote("Barriere auf der Website", safe="")
        address = quote(operator.accessibility_email, safe="@")
        return f"mailto:{address}?subject={subject}&body={quote(text, safe='')}"


legal_urls = [
    path(f"{slug}/", LegalPageView.as_view(), {"slug": str(slug)}, name=name)
    for slug, name in LegalPage.URL_NAMES.items()
]


def install_texts(using: str = "default", apps: Any = global_apps, **kwargs: Any) -> None:
    """Add the shipped text of each page that the database lacks; keep every text that is there.

    Receives ``post_migrate``. ``bulk_create`` sends no signals, so a new installation still
    starts at revision 0.
    """
    try:
        page_model = apps.get_model("site", "LegalPage")
        operator_model = apps.get_model("site", "OperatorDetails")
    except LookupError:  # migrated back to before these models
        return
    present = set(page_model.objects.using(using).values_list("slug", flat=True))
    pages = [page_model(**shipped_page(slug)) for slug in LegalPage.Slug if slug not in present]
    page_model.objects.using(using).bulk_create(pages)
    if not operator_model.objects.using(using).exists():
        operator_model.objects.using(using).bulk_create([operator_model(pk=1)])


def shipped_page(slug: str) -> dict[str, str]:
    """Return slug, title and body of a page as it is shipped; the first line is its title."""
    text = (SHIPPED_TEXTS / f"{LegalPage.Slug(slug).value}.txt").read_text(encoding="utf-8")
    title, _, body = text.partition("\n")
    return {"slug": slug, "title": title.removeprefix("# ").strip(), "body": body.strip()}


@register("legal", deploy=True)
def check_placeholders(**kwargs: Any) -> list[CheckMessage]:
    """Warn of each legal page that still shows placeholders, naming the fields to fill in."""
    try:
        operator = OperatorDetails.current()
        pages = list(LegalPage.objects.all())
    except DatabaseError:  # not migrated yet: there is no page to warn of
        return []
    return [
        Warning(
            f"The legal page {page.get_absolute_url()} still shows placeholders: "
            f"{', '.join(page.missing(operator))}.",
            hint="Fill them in at /verwaltung/, Website, Angaben des Betreibers.",
            obj="hzd_catalogue.site",
            id="site.W001",
        )
        for page in pages
        if page.missing(operator)
    ]
