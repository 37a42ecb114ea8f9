"""Requests by chance to all addresses of the admin, signed in and not, with its own forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from hypothesis import strategies as st

from tests.addresses import routes_of
from tests.editing import form_data
from tests.signing_in import make_account

from .answers import Answer, Application, complaints
from .sent import Chance, Sent, Vocabulary

_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def admin_addresses() -> list[str]:
    """Return every address of the admin, with a row that is there where it names one."""
    routes = {
        f"/{route}" for pattern in get_resolver().url_patterns for route in routes_of(pattern, "")
    }
    found = {_filled(route) for route in routes if route.startswith(settings.ADMIN_PATH)}
    return sorted(found)


def _filled(route: str) -> str:
    route = re.sub(r"\^\(\?P<\w+>(\w+)[^/]*/\$", r"\1/", route)
    route = re.sub(r"\(\?P<\w+>\.\*\)\$", "gibt-es-nicht/", route)
    if "<" in route:
        parts = route.split("/")
        try:
            row = apps.get_model(parts[2], parts[3])._base_manager.order_by("pk").first()
        except LookupError:
            row = None
        route = re.sub(r"<[^>]*>", str(row.pk if row else 1), route)
    return route


class Editorial:
    """The admin, and who asks it: anybody, and an account with all that the roles grant."""

    def __init__(self) -> None:
        user = make_account()
        user.groups.set(Group.objects.all())
        self._client = Client()
        self._client.force_login(user)
        self._anybody = Application(believes_forms=True)
        self._editor = Application(believes_forms=True)
        name = settings.SESSION_COOKIE_NAME
        self._editor.cookies = f"{name}={self._client.cookies[name].value}"
        self.addresses = admin_addresses()
        self._forms: dict[str, dict[str, str]] = {}

    def complaints(self, sent: Sent) -> list[str]:
        """Send a request as editor and as anybody; nothing of what it does stays."""
        found = []
        for application in (self._editor, self._anybody):
            with transaction.atomic():
                answer: Answer = application.ask(sent)
                transaction.set_rollback(True)
            found += complaints(answer)
        return found

    def form(self, address: str) -> dict[str, str]:
        """Return what a browser would send of the form at an address; nothing without one."""
        if address not in self._forms:
            response = self._client.get(address)
            context = getattr(response, "context", None)
            known = Vocabulary([])
            if context and "adminform" in context:
                data = form_data(response)
                known.parameters = {name: {_first(value)} for name, value in data.items()}
            elif "html" in response.get("Content-Type", ""):
                known.learn(response.content.decode())
            found = sorted(known.parameters.items())
            self._forms[address] = {name: min(values) for name, values in found}
        return self._forms[address]


def _first(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return quote(str(value))


def admin_requests(editorial: Editorial) -> st.SearchStrategy[Sent]:
    """Return requests to the admin."""

    @st.composite
    def request(draw: st.DrawFn) -> Sent:
        plain = Chance(draw, {"q": [""]})
        address = plain.of(editorial.addresses)
        form = editorial.form(address)
        chance = Chance(draw, {name: [value] for name, value in form.items()} or {"q": [""]})
        path = chance.path([[address]])
        match chance.below(4):
            case 0:
                return Sent("GET", f"{path}?{chance.query()}")
            case 1:
                return replace(chance.request([[address]]), method="POST")
            case _:
                return Sent("POST", path, _FORM, _spoilt(chance, form).encode("latin-1"))

    return request()


def _spoilt(chance: Chance, form: dict[str, str]) -> str:
    """Return a form as a browser would send it, with some values that nobody expects."""
    values = dict(form)
    for name in [chance.of(list(form)) for _ in range(chance.below(3) + 1) if form]:
        values[name] = chance.value([form[name]])
    pairs = [f"{name}={value}" for name, value in values.items()]
    return "&".join([*pairs, *_beside(chance)])


def _beside(chance: Chance) -> Sequence[str]:
    return [chance.pair()] if chance.below(2) else []
