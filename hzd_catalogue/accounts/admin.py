"""Admin of the accounts; devices and failed logins have no pages of their own."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from hzd_catalogue.reference import german
from hzd_catalogue.reference.admin import Deleted

from . import second_factor

admin.site.unregister([TOTPDevice, StaticDevice, User, Group])


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Django's accounts; superusers help those who cannot get in."""

    actions = ["reset_second_factor", "lift_locks"]
    list_display = (
        "username",
        "email",
        "first_name",
        "last_name",
        "is_staff",
        "has_second_factor",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return the accounts with whether each has a second factor."""
        apps = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return super().get_queryset(request).annotate(has_app=Exists(apps))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deleted:
        """Say in words what goes with accounts: Django names rows of tables, in English."""
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)
        deleted: list[Any] = []
        for user in objs:
            going = ["der zweite Faktor mit seinen Wiederherstellungscodes"] if user.has_app else []
            if entries := LogEntry.objects.filter(user=user).count():
                number = german.counted(entries, "Zeile", "Zeilen")
                going.append(f"{number} im Verlauf von Einträgen: was das Konto geändert hat")
            deleted += [f"Benutzer „{user}“", going]
        return deleted, counts, lacking, protected

    def has_help_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may let others in again."""
        return bool(request.user.is_superuser)

    @admin.display(description="Zweiter Faktor", boolean=True, ordering="has_app")
    def has_second_factor(self, user: Any) -> bool:
        """Whether the account signs in with a code."""
        return user.has_app

    @admin.action(description="Zweiten Faktor zurücksetzen", permissions=["help"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Take lost apps away; one's own goes with a code, under "Zweiter Faktor"."""
        others = [user for user in queryset if user != request.user]
        users = [user for user in others if second_factor.remove(user)]
        LogEntry.objects.log_actions(
            user_id=request.user.pk,  # type: ignore[arg-type] # nobody anonymous comes here
            queryset=users,
            action_flag=CHANGE,
            change_message="Zweiter Faktor zurückgesetzt.",
        )
        number = german.counted(len(users), "Konto hat", "Konten haben")
        self.message_user(request, f"{number} jetzt keinen zweiten Faktor mehr.", messages.SUCCESS)
        if len(others) < len(queryset):
            self.message_user(
                request,
                "Ihren eigenen entfernen Sie oben auf der Seite unter „Zweiter Faktor“.",
                messages.WARNING,
            )

    @admin.action(description="Sperren nach Fehlversuchen aufheben", permissions=["help"])
    def lift_locks(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Forget the failed logins of the chosen accounts, wherever they came from."""
        AccessAttempt.objects.filter(username__in=queryset.values("username")).delete()
        number = german.counted(queryset.count(), "Konto ist", "Konten sind")
        self.message_user(
            request, f"{number} von keinem Anschluss aus mehr gesperrt.", messages.SUCCESS
        )


@admin.register(Group)
class EditorsAdmin(GroupAdmin):
    """Django's groups."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deleted:
        """Say who loses the rights of the groups, not which rows tie them to it."""
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)
        deleted: list[Any] = []
        for group in objs:
            losing = group.user_set.order_by("username")
            deleted += [
                f"Gruppe „{group}“",
                [f"Benutzer „{user}“ verliert die Rechte der Gruppe" for user in losing],
            ]
        return deleted, counts, lacking, protected
