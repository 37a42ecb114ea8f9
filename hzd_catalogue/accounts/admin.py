"""Admin of the accounts; devices and failed logins have no pages of their own."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django import forms
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

from . import editors, former, second_factor

admin.site.unregister([TOTPDevice, StaticDevice, User, Group])


#: What makes an account more than its roles: superusers alone give it.
BEYOND_ROLES = {"is_superuser", "user_permissions"}


class RolesField(forms.ModelMultipleChoiceField):
    """Groups to tick, each role with what it may do."""

    # Django styles lists of choices by this class; without it, labels are a narrow column.
    widget = forms.CheckboxSelectMultiple(attrs={"class": "radiolist"})

    def label_from_instance(self, obj: Any) -> str:
        """Return the name of a group, and what its role may do."""
        does = editors.ROLES.get(obj.name)
        return f"{obj.name}: {does}" if does else obj.name


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Django's accounts. Who manages them gives roles, and no right beyond these."""

    actions = ["reset_second_factor", "lift_locks"]
    filter_horizontal = ("user_permissions",)
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
        accounts = super().get_queryset(request).exclude(username__in=former.NAMES)
        return accounts.annotate(has_app=Exists(apps))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what goes beyond roles, and the password's hash for those who only look."""
        hidden: set[str] = set()
        if not request.user.is_superuser:
            hidden |= BEYOND_ROLES
        if obj and not self.has_change_permission(request, obj):
            hidden.add("password")
        return [
            (title, {**options, "fields": [f for f in options["fields"] if f not in hidden]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the roles with what each may do; to superusers all groups."""
        if db_field.name == "groups":
            groups = Group.objects.order_by("name")
            if not request.user.is_superuser:
                groups = groups.filter(name__in=editors.ROLES)
            return db_field.formfield(
                form_class=RolesField,
                queryset=groups,
                label="Rollen",
                help_text="Ein Konto kann mehrere haben. Dazu gehört der Mitarbeiter-Status: "
                "Ohne ihn kommt es nicht in die Verwaltung.",
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_within_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_within_reach(request, obj)

    def _is_within_reach(self, request: HttpRequest, account: Any) -> bool:
        """Return whether the account holds no more than roles, or a superuser asks.

        Otherwise a new password for it would give all its rights to whoever sets it.
        """
        if account is None or request.user.is_superuser:
            return True
        return not (
            account.is_superuser
            or account.user_permissions.exists()
            or account.groups.exclude(name__in=editors.ROLES).exists()
        )

    def _within_reach(self, request: HttpRequest, queryset: QuerySet[User]) -> list[User]:
        """Return the chosen accounts that the user may help; say that others were left."""
        reached = [user for user in queryset if self._is_within_reach(request, user)]
        if left := len(queryset) - len(reached):
            number = german.counted(left, "Konto hat", "Konten haben")
            self.message_user(
                request,
                f"{number} mehr Rechte als die Rollen: Das kann nur ein Administrator.",
                messages.WARNING,
            )
        return reached

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Delete the account, not what it did."""
        former.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Delete the accounts, not what they did."""
        for user in queryset:
            former.delete(user)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deleted:
        """Say in words what goes with accounts: Django names rows of tables, in English."""
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)
        deleted: list[Any] = []
        for user in objs:
            going = ["der zweite Faktor mit seinen Wiederherstellungscodes"] if user.has_app else []
            if entries := LogEntry.objects.filter(user=user).count():
                number = german.counted(entries, "Zeile", "Zeilen")
                name = former.name_for(user)
                going.append(f"sein Name in {number} im Verlauf von Einträgen: dort steht „{name}“")
            deleted += [f"Benutzer „{user}“", going]
        return deleted, counts, lacking, protected

    def has_reset_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may take away the second factor of others."""
        return request.user.has_perm("otp_totp.delete_totpdevice")

    def has_unlock_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may lift locks."""
        return request.user.has_perm("axes.delete_accessattempt")

    @admin.display(description="Zweiter Faktor", boolean=True, ordering="has_app")
    def has_second_factor(self, user: Any) -> bool:
        """Whether the account signs in with a code."""
        return user.has_app

    @admin.action(description="Zweiten Faktor zurücksetzen", permissions=["reset"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Take lost apps away; one's own goes with a code, under "Zweiter Faktor"."""
        within_reach = self._within_reach(request, queryset)
        others = [user for user in within_reach if user != request.user]
        users = [user for user in others if second_factor.remove(user)]
        LogEntry.objects.log_actions(
            user_id=request.user.pk,  # type: ignore[arg-type] # nobody anonymous comes here
            queryset=users,
            action_flag=CHANGE,
            change_message="Zweiter Faktor zurückgesetzt.",
        )
        number = german.counted(len(users), "Konto hat", "Konten haben")
        self.message_user(request, f"{number} jetzt keinen zweiten Faktor mehr.", messages.SUCCESS)
        if len(others) < len(within_reach):
            self.message_user(
                request,
                "Ihren eigenen entfernen Sie oben auf der Seite unter „Zweiter Faktor“.",
                messages.WARNING,
            )

    @admin.action(description="Sperren nach Fehlversuchen aufheben", permissions=["unlock"])
    def lift_locks(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Forget the failed logins of the chosen accounts, wherever they came from."""
        users = self._within_reach(request, queryset)
        AccessAttempt.objects.filter(username__in=[user.username for user in users]).delete()
        number = german.counted(len(users), "Konto ist", "Konten sind")
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
