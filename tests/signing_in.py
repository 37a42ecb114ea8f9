"""People at the admin's login: an account, the codes of its app, and a browser at an address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from hzd_catalogue.accounts import second_factor
from hzd_catalogue.accounts.editors import GROUP_NAME

LOGIN = "/verwaltung/login/"
CODE = "/verwaltung/login/code/"
INDEX = "/verwaltung/"
PASSWORD = "Kranich-Ufer-7-Lampe"


def make_account(name: str = "redaktion", **values: Any) -> User:
    """Return a new editor with PASSWORD."""
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True, **values)
    user.groups.add(Group.objects.get(name=GROUP_NAME))
    return user


def give_app(user: User) -> list[str]:
    """Give ``user`` a second factor; return the recovery codes."""
    app = second_factor.unsaved_app(user, second_factor.new_key())
    app.save()
    return second_factor.renew_recovery_codes(user)


def code_of(user: User) -> str:
    """Return the code that the app of ``user`` shows, as if it had not been used yet."""
    apps = TOTPDevice.objects.filter(user=user)
    apps.update(last_t=-1)
    return f"{totp(apps.get().bin_key):06}"


def wrong_code(user: User) -> str:
    """Return six digits that the app of ``user`` does not show, nor just before or after."""
    key = TOTPDevice.objects.get(user=user).bin_key
    near = {totp(key, drift=drift) for drift in range(-3, 4)}
    return next(f"{number:06}" for number in range(10) if number not in near)


def browser_at(address: str = "192.0.2.1") -> Client:
    """Return a browser at an address."""
    return Client(REMOTE_ADDR=address)


def sign_in(client: Client, name: str = "redaktion", password: str = PASSWORD, **data: Any) -> Any:
    """Send the login form; return the answer."""
    return client.post(LOGIN, {"username": name, "password": password, **data})


def is_in(client: Client) -> bool:
    """Return whether the browser gets to see the admin."""
    return client.get(INDEX).status_code == 200
