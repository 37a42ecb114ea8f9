"""The legal pages."""

from __future__ import annotations

from typing import Any

from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import DetailView

from hzd_catalogue.reference.mail import mail_link

from . import markup
from .models import KnownBarrier, LegalPage, OperatorDetails

PAGE_ADDRESS_MAX_LENGTH = 500


class LegalPageView(DetailView):
    """One legal page; ``?seite=/adresse/`` says which page a report of a barrier is about."""

    model = LegalPage
    template_name = "legal/legal_page.html"
    context_object_name = "page"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's blocks, and what the accessibility statement inserts."""
        operator = OperatorDetails.current()
        blocks = markup.parse(self.object.body, operator)
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
        return mail_link(operator.accessibility_email, "Barriere auf der Website", text)
