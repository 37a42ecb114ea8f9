"""Forms that take a password or a code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django_otp.models import Device

from . import locks, second_factor

WRONG_CODE = (
    "Dieser Code gilt nicht. Jeder Code gilt nur einmal und nur kurze Zeit: Bitte nehmen Sie den, "
    "den die App jetzt anzeigt, und prüfen Sie, ob die Uhr Ihres Geräts richtig geht."
)


class LoginForm(AdminAuthenticationForm):
    """Name and password; says for how long the login is locked."""

    def get_invalid_login_error(self) -> ValidationError:
        assert self.request is not None  # noqa: S101 (Django's LoginView gives it)
        message = locks.lock_message(self.request, self.cleaned_data["username"])
        if message:
            return ValidationError(message, code="locked")
        return super().get_invalid_login_error()


def code_field(help_text: str, **attributes: str) -> forms.CharField:
    """Return a field for a code; ``attributes`` are its widget's."""
    widget = forms.TextInput(
        attrs={
            "autocomplete": "one-time-code",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
            **attributes,
        }
    )
    return forms.CharField(label="Code", max_length=64, help_text=help_text, widget=widget)


class CodeForm(forms.Form):
    """A code from the app or a recovery code; whoever gives wrong ones is locked out.

    After validation, ``device`` is what accepted the code, which is used up by then.
    """

    code = code_field("Die sechs Ziffern aus Ihrer App, oder einer Ihrer Wiederherstellungscodes.")

    def __init__(self, *args: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request
        self._user = user
        self.device: Device | None = None

    def clean_code(self) -> str:
        self._refuse_when_locked()
        typed = self.cleaned_data["code"]
        device, token = second_factor.device_and_token(self._user, typed)
        if device is not None:
            self._refuse_when_slowed(device)
            if second_factor.accepts(self._user, device, token):
                self.device = device
                return typed
        # Wrong codes count like wrong passwords.
        user_login_failed.send(
            sender=__name__,
            credentials={"username": self._user.get_username()},
            request=self._request,
        )
        self._refuse_when_locked()
        raise ValidationError(WRONG_CODE, code="wrong")

    def _refuse_when_locked(self) -> None:
        message = locks.lock_message(self._request, self._user.get_username())
        if message:
            raise ValidationError(message, code="locked")

    def _refuse_when_slowed(self, device: Device) -> None:
        is_allowed, why = device.verify_is_allowed()
        if not is_allowed:
            left = locks.in_words(why["locked_until"] - timezone.now())
            raise ValidationError(
                "Für dieses Konto sind viele falsche Codes eingegeben worden, vielleicht von "
                f"jemandem, der Ihr Passwort kennt. Versuchen Sie es in {left} wieder, ändern Sie "
                "dann Ihr Passwort und sagen Sie der Stelle Bescheid, die diese Website betreibt.",
                code="slowed",
            )


class SetUpForm(forms.Form):
    """The first code of a new app, which shows that the app has its secret.

    After validation, the app is set up.
    """

    code = code_field("Die sechs Ziffern, die die App jetzt anzeigt.", inputmode="numeric")

    def __init__(self, *args: Any, user: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self._key = key

    def clean_code(self) -> str:
        typed = self.cleaned_data["code"]
        self.device = second_factor.set_up(self._user, self._key, typed)
        if self.device is None:
            raise ValidationError(WRONG_CODE, code="wrong")
        return typed
