from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate, pre_delete


class EditorialAdminConfig(admin_apps.AdminConfig):
    """Django's admin with this project's site."""

    default = False

    default_site = "hzd_catalogue.accounts.sites.EditorialSite"


class AccountsConfig(AppConfig):
    """Who signs in, how, and with which rights."""

    name = "hzd_catalogue.accounts"
    label = "accounts"
    verbose_name = "Konten"

    def ready(self) -> None:
        from . import editors, former, sessions

        # Sent for apps with models only; after the last of them, the rights of all are there.
        last = [app for app in apps.get_app_configs() if app.models_module][-1]
        post_migrate.connect(editors.create_groups, sender=last)
        pre_delete.connect(
            former.refuse_to_forget, sender="auth.User", dispatch_uid="accounts-forgets-nothing"
        )
        user_logged_in.connect(sessions.begin, dispatch_uid="accounts-session-begins")
