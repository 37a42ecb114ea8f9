"""Pages of the admin for signing in and for the second factor."""

from __future__ import annotations

from typing import Any

import django_otp
import segno
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView
from django.views.generic.base import ContextMixin

from . import held_form, pending, second_factor
from .forms import CodeForm, LoginForm, SetUpForm

#: Where the session keeps the secret of an app that is being set up.
_NEW_KEY = "new_app_key"


class AdminPage(auth_views.RedirectURLMixin, ContextMixin):
    """What the admin's templates need, and the way back: ``next``, if it stays on this host."""

    #: The AdminSite, given to ``as_view``.
    admin_site: Any = None
    title = ""
    next_page = "admin:index"
    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            **self.admin_site.each_context(self.request),
            "title": self.title,
            "next": self.get_redirect_url(),
        }
        return super().get_context_data(**context | kwargs)


class LoginView(AdminPage, auth_views.LoginView):
    """Name and password; whoever has a second factor is asked for a code next."""

    title = "Anmelden"
    template_name = "admin/login.html"
    authentication_form = LoginForm

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        asks_for_code = second_factor.is_asked_of(user)
        if asks_for_code:
            pending.begin(self.request, user)
        else:
            login(self.request, user)
        packed = self.request.POST.get(held_form.FIELD, "")
        held_form.keep(self.request.session, self.get_redirect_url(), packed)
        if asks_for_code:
            return auth_views.redirect_to_login(self.get_success_url(), reverse("admin:login_code"))
        return redirect(next_page(self))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        packed = self.request.POST.get(held_form.FIELD, "")
        return super().get_context_data(held_form=packed, **kwargs)


def login_page_for_late_form(admin_site: Any, request: HttpRequest) -> HttpResponse:
    """Answer a form that was sent without a session: a login page that carries it along."""
    view = LoginView(admin_site=admin_site)
    view.setup(request)
    context = view.get_context_data(form=LoginForm(request))
    context |= {"next": request.get_full_path(), "held_form": held_form.pack(request)}
    return view.render_to_response(context, status=403)


def next_page(view: AdminPage) -> str:
    """Return where a login leads: to the form that was sent too late, or to where it came from."""
    if held_form.held(view.request.session):
        return reverse("admin:held_form")
    return view.get_success_url()


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class LoginCodeView(AdminPage, FormView):
    """The second step of a login: the code."""

    title = "Code eingeben"
    template_name = "admin/login_code.html"
    form_class = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user = pending.user_of(request)
        if self.user is None or not second_factor.is_asked_of(self.user):
            messages.warning(request, "Bitte geben Sie zuerst Benutzername und Passwort ein.")
            return auth_views.redirect_to_login(self.get_success_url(), reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request, "user": self.user}

    def form_valid(self, form: CodeForm) -> HttpResponse:
        pending.end(self.request)
        # django-otp takes it over into the session.
        self.user.otp_device = form.device
        login(self.request, self.user)
        if not second_factor.recovery_codes_left(self.user):
            messages.warning(
                self.request,
                "Sie haben keinen Wiederherstellungscode mehr. Erzeugen Sie neue unter „Zweiter "
                "Faktor“ oben auf der Seite.",
            )
        return redirect(next_page(self))


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SecondFactorPage(AdminPage, FormView):
    """A page about the second factor of whoever is signed in."""

    #: Whether the page is for users who have an app or for those who have none.
    needs_app = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not second_factor.is_offered():
            raise Http404
        if (second_factor.app_of(request.user) is not None) != self.needs_app:
            return redirect("admin:second_factor")
        return super().dispatch(request, *args, **kwargs)

    def recovery_codes_page(self) -> HttpResponse:
        """Make new recovery codes and show them, this once."""
        context = self.admin_site.each_context(self.request) | {
            "title": "Ihre Wiederherstellungscodes",
            "codes": second_factor.renew_recovery_codes(self.request.user),
            "continue_url": self.get_success_url(),
        }
        return TemplateResponse(self.request, "admin/recovery_codes.html", context)


class SetUpView(SecondFactorPage):
    """Scan a QR code and confirm it with a code of the app; recovery codes follow."""

    title = "Zweiten Faktor einrichten"
    template_name = "admin/second_factor_set_up.html"
    form_class = SetUpForm
    needs_app = False

    @property
    def key(self) -> str:
        """The app's secret, the same until it is confirmed: a reload must not outdate a scan."""
        return self.request.session.setdefault(_NEW_KEY, second_factor.new_key())

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "key": self.key}

    def form_valid(self, form: SetUpForm) -> HttpResponse:
        del self.request.session[_NEW_KEY]
        django_otp.login(self.request, form.device)
        self.request.session.cycle_key()
        return self.recovery_codes_page()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        app = second_factor.unsaved_app(self.request.user, self.key)
        qr_code = segno.make(app.config_url, error="m", micro=False)
        return super().get_context_data(
            qr_code=qr_code.svg_data_uri(scale=5, dark="#000", light="#fff"),
            app_url=app.config_url,
            secret=second_factor.secret_in_groups(app),
            is_due=second_factor.is_due(self.request.user),
            **kwargs,
        )


class CodePage(SecondFactorPage):
    """A change that takes a code."""

    form_class = CodeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request, "user": self.request.user}


class RecoveryCodesView(CodePage):
    """Replace the recovery codes."""

    title = "Neue Wiederherstellungscodes"
    template_name = "admin/second_factor_codes.html"

    def form_valid(self, form: CodeForm) -> HttpResponse:
        return self.recovery_codes_page()


class RemovalView(CodePage):
    """Give the second factor up, for good or for another phone."""

    title = "Zweiten Faktor entfernen"
    template_name = "admin/second_factor_remove.html"

    def form_valid(self, form: CodeForm) -> HttpResponse:
        second_factor.remove(self.request.user)
        messages.success(self.request, "Ihr zweiter Faktor ist entfernt.")
        return redirect("admin:second_factor")


class OverviewView(AdminPage, TemplateView):
    """Whether there is a second factor, and what can be done about it."""

    title = "Zweiter Faktor"
    template_name = "admin/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not second_factor.is_offered():
            raise Http404
        return super().get_context_data(
            app=second_factor.app_of(self.request.user),
            codes_left=second_factor.recovery_codes_left(self.request.user),
            **kwargs,
        )


class HeldFormView(AdminPage, TemplateView):
    """What was sent when the session was over, to be sent again or dropped."""

    title = "Ihre Eingaben sind noch nicht gesichert"
    template_name = "admin/held_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = held_form.held(self.request.session)
        if held is None:
            raise Http404
        return super().get_context_data(held=held, **kwargs)
