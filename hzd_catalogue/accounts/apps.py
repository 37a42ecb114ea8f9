from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.auth.signals import user_logged_in


class EditorialAdminConfig(admin_apps.AdminConfig):
    """Django's admin with this project's site."""

    default = False

    default_site = "hzd_catalogue.accounts.sites.EditorialSite"


class AccountsConfig(AppConfig):
    """Who signs in, and how."""

    name = "hzd_catalogue.accounts"
    label = "accounts"
    verbose_name = "Konten"

    def ready(self) -> None:
        from . import sessions

        user_logged_in.connect(sessions.begin, dispatch_uid="accounts-session-begins")
