"""What admin pages of fixed lists share; the lists' own count what refers to them, further up."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class FixedListAdmin(admin.ModelAdmin):
    """Rows that the installation brings along: they are neither added nor deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
