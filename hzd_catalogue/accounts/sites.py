"""The admin's site: who gets in, for how long, and what is asked before."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from . import held_form, second_factor, sessions, views

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class NamingAutocompleteView(AutocompleteJsonView):
    """Completes names as the admin of what is chosen from says them."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Return what the field keeps, and what the editor reads."""
        name_in_choice = getattr(self.model_admin, "name_in_choice", str)
        return {
            **super().serialize_result(obj, to_field_name),  # type: ignore[misc]
            "text": name_in_choice(obj),
        }


class EditorialSite(AdminSite):
    """The admin, which asks for a second factor and ends sessions."""

    site_header = "Redaktion – IT-Kooperationen der HZD"
    site_title = "Redaktion – IT-Kooperationen der HZD"
    index_title = "Was möchten Sie bearbeiten?"
    # Rows of statements need the width.
    enable_nav_sidebar = False

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast("HttpResponse", NamingAutocompleteView.as_view(admin_site=self)(request))

    def is_signed_in(self, request: HttpRequest) -> bool:
        """Return whether a member of staff has a session, be it without a second factor."""
        return super().has_permission(request) and not sessions.is_over(request)

    def has_permission(self, request: HttpRequest) -> bool:
        return self.is_signed_in(request) and second_factor.has_passed(request)

    def may_set_up(self, request: HttpRequest) -> bool:
        """Return whether the session may get as far as the set-up of a second factor."""
        return self.is_signed_in(request) and (
            second_factor.is_due(request.user) or second_factor.has_passed(request)
        )

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return self._guarded(view, self.has_permission, cacheable)

    def _guarded(
        self,
        view: View,
        is_permitted: Callable[[HttpRequest], bool],
        cacheable: bool = False,
    ) -> View:
        """Do what ``AdminSite.admin_view`` does, with another test and another refusal."""

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_permitted(request):
                return self._ask_for_what_is_missing(request)
            sessions.keep(request)
            return view(request, *args, **kwargs)

        guarded = inner if cacheable else never_cache(inner)
        if not getattr(view, "csrf_exempt", False):
            guarded = csrf_protect(guarded)
        return cast(View, update_wrapper(guarded, view))

    def _ask_for_what_is_missing(self, request: HttpRequest) -> HttpResponse:
        """Lead to the login or to the set-up, and from there back to this page.

        A form that was sent goes along.
        """
        here = request.get_full_path()
        if self.is_signed_in(request):
            if second_factor.is_due(request.user):
                if request.method == "POST":
                    held_form.keep(request.session, here, held_form.pack(request))
                    here = reverse("admin:held_form")
                return redirect_to_login(here, reverse("admin:second_factor_set_up"))
            logout(request)
            messages.warning(
                request,
                "Für Ihr Konto ist inzwischen ein zweiter Faktor eingerichtet. Bitte melden Sie "
                "sich mit Passwort und Code an.",
            )
        elif sessions.is_gone(request) or (
            request.user.is_authenticated and sessions.is_over(request)
        ):
            logout(request)
            messages.warning(
                request,
                "Ihre Sitzung ist abgelaufen: Sie endet nach acht Stunden ohne Tätigkeit, "
                "spätestens einen Tag nach der Anmeldung. Bitte melden Sie sich neu an; danach "
                "geht es dort weiter, wo Sie waren.",
            )
        if request.method == "POST":
            return views.login_page_for_late_form(self, request)
        return redirect_to_login(here, reverse("admin:login"))

    @method_decorator(never_cache)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        request.current_app = self.name
        view = views.LoginView.as_view(admin_site=self, extra_context=extra_context)
        return cast(HttpResponse, view(request))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every page shows, and whether there is a second factor to set up."""
        offered = {"offers_second_factor": second_factor.is_offered()}
        return super().each_context(request) | offered

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return Django's addresses, the second step of the login and the second factor."""
        page = views.OverviewView.as_view(admin_site=self)
        codes = views.RecoveryCodesView.as_view(admin_site=self)
        removal = views.RemovalView.as_view(admin_site=self)
        held = views.HeldFormView.as_view(admin_site=self)
        set_up = self._guarded(views.SetUpView.as_view(admin_site=self), self.may_set_up)
        return [
            path("login/code/", views.LoginCodeView.as_view(admin_site=self), name="login_code"),
            # Also for those who may do nothing else yet.
            path("logout/", self.logout, name="logout"),
            path("zweiter-faktor/einrichten/", set_up, name="second_factor_set_up"),
            path("zweiter-faktor/", self.admin_view(page), name="second_factor"),
            path("zweiter-faktor/codes/", self.admin_view(codes), name="second_factor_codes"),
            path(
                "zweiter-faktor/entfernen/", self.admin_view(removal), name="second_factor_remove"
            ),
            path("eingaben/", self.admin_view(held), name="held_form"),
            *super().get_urls(),
        ]
