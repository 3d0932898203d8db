"""An entry by itself: what is rare in a table of many."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter
from core.admin.merging import MergingForm
from events.admin.parts import PartOfEventAdmin
from events.league.models import Entry, Group


@admin.register(Entry)
class EntryAdmin(PartOfEventAdmin):
    """The page of all teams of an event leads here."""

    form = MergingForm
    list_display = ("__str__", "event", "group", "seed", "adjustment", "withdrawn")
    list_filter = (("event", ReadableRelatedFilter), "withdrawn")
    list_select_related = ("team", "event", "group")
    search_fields = ("team__slug", "team__name", "event__slug")
    ordering = ("-event__first_day", "event", "group__position", "seed", "pk")
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("event", "team", ("group", "seed"), "withdrawn")}),
        (_("Points given or taken"), {"fields": ("adjustment", "adjustment_reason")}),
        (_("Where lots decide"), {"fields": ("lot",)}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Teams are entered on the page of all teams."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("event", "team") if obj is not None and self.has_change_permission(request, obj) else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        if obj is not None and "group" in form.base_fields:
            form.base_fields["group"].queryset = Group.objects.filter(event=obj.event_id)
        return form
