"""``/.well-known/security.txt``: whom to tell of a gap in security (RFC 9116)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

#: The RFC recommends less than a year; whoever keeps a copy for longer shall look again.
_VALID_FOR = timedelta(days=180)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Answer with the operator's contact, valid from today on.

    Raises:
        Http404: when the operator has set none.
    """
    if not settings.SECURITY_CONTACT:
        raise Http404
    day = timezone.localdate() + _VALID_FOR
    # At midnight, so that all answers of a day are the same.
    expires = timezone.make_aware(datetime.combine(day, time.min))
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: de, en",
        f"Canonical: {request.build_absolute_uri(reverse('security-txt'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
