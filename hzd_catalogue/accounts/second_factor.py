"""The second factor: an app's codes, and recovery codes for the day when the app is out of reach.

django-otp keeps the devices, checks the codes and lets none be used twice. An account has one app
(TOTPDevice) and one list of recovery codes (StaticDevice), made and removed together.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django_otp
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
#: Without letters and digits that look like others.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
#: 119 random bits. From 112 on, OWASP's ASVS 5.0 (6.5.2) takes a plain hash for enough.
RECOVERY_CODE_LENGTH = 24
GROUP_LENGTH = 4


def is_offered() -> bool:
    """Return whether there is a second factor on this site at all."""
    return settings.SECOND_FACTOR != "off"


def app_of(user: Any) -> TOTPDevice | None:
    """Return the app that ``user`` has set up."""
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).first()


def is_asked_of(user: Any) -> bool:
    """Return whether ``user`` signs in with a code beside the password."""
    return is_offered() and app_of(user) is not None


def is_due(user: Any) -> bool:
    """Return whether ``user`` has to set up an app before anything else."""
    return settings.SECOND_FACTOR == "required" and app_of(user) is None


def has_passed(request: HttpRequest) -> bool:
    """Return whether the session has shown all that is asked of its user."""
    if not is_asked_of(request.user):
        return not is_due(request.user)
    shown = request.session.get(django_otp.DEVICE_ID_SESSION_KEY, "")
    device = Device.from_persistent_id(shown)
    return device is not None and device.confirmed and device.user_id == request.user.pk


def new_key() -> str:
    """Return a new secret for an app."""
    return str(TOTPDevice._meta.get_field("key").get_default())


def unsaved_app(user: Any, key: str) -> TOTPDevice:
    """Return the app that ``key`` would make, for its QR code."""
    return TOTPDevice(user=user, key=key, name="Authenticator-App")


def secret_in_groups(app: TOTPDevice) -> str:
    """Return the app's secret as one types it: base32 in groups of four."""
    return grouped(b32encode(app.bin_key).decode().rstrip("="))


def set_up(user: Any, key: str, code: str) -> TOTPDevice | None:
    """Give ``user`` the app of ``key``; None if ``code`` is not its code or there is an app yet."""
    with _alone(user):
        if app_of(user) is not None:
            return None
        app = unsaved_app(user, key)
        app.save()
        if app.verify_token(bare(code)):
            return app
        transaction.set_rollback(True)
    return None


def renew_recovery_codes(user: Any) -> list[str]:
    """Give ``user`` new recovery codes, end the old ones and return the new ones, in groups.

    Only their hashes are kept, so this is the one time when they can be read.
    """
    codes = [get_random_string(RECOVERY_CODE_LENGTH, ALPHABET) for _ in range(RECOVERY_CODES)]
    with _alone(user):
        device, _ = StaticDevice.objects.get_or_create(
            user=user, defaults={"name": "Wiederherstellungscodes"}
        )
        device.token_set.all().delete()
        StaticToken.objects.bulk_create(
            StaticToken(device=device, token=fingerprint(code)) for code in codes
        )
    return [grouped(code) for code in codes]


def recovery_codes_left(user: Any) -> int:
    """Return how many recovery codes ``user`` has not used yet."""
    return StaticToken.objects.filter(device__user_id=user.pk).count()


def remove(user: Any) -> bool:
    """Take the app and the recovery codes away from ``user``; return whether there was an app."""
    with _alone(user):
        StaticDevice.objects.filter(user=user).delete()
        deleted, _ = TOTPDevice.objects.filter(user=user).delete()
    return bool(deleted)


def device_and_token(user: Any, typed: str) -> tuple[Device | None, str]:
    """Return the device of ``user`` that what was typed is for, and its token for that device."""
    code = bare(typed)
    if len(code) == RECOVERY_CODE_LENGTH:
        return StaticDevice.objects.filter(user_id=user.pk).first(), fingerprint(code)
    return app_of(user), code


def accepts(user: Any, device: Device, token: str) -> bool:
    """Return whether ``token`` is right for the ``device`` of ``user``; it is used up then."""
    return django_otp.verify_token(user, device.persistent_id, token) is not None


def fingerprint(code: str) -> str:
    """Return what is stored of a recovery code: 96 bits of its hash fill StaticToken."""
    return urlsafe_b64encode(hashlib.sha256(code.encode()).digest()[:12]).decode()


def bare(typed: str) -> str:
    """Return a code as it was meant, however its groups were typed."""
    return "".join(typed.split()).replace("-", "").lower()


def grouped(code: str) -> str:
    """Return ``code`` with a hyphen after every fourth character."""
    groups = range(0, len(code), GROUP_LENGTH)
    return "-".join(code[start : start + GROUP_LENGTH] for start in groups)


@contextmanager
def _alone(user: Any) -> Iterator[None]:
    """Keep two requests from changing the devices of one account at once."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        yield
