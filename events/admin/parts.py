"""The pages of what belongs to an event and has a page of its own: whoever may change the event may change it."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, QueryDict

from core.admin.base import ContentAdmin
from events.models import Event

_slot_rows: dict[str, list[Any]] = defaultdict(list)


def register_slot_rows(kind: str, rows: Any) -> None:
    """An inline of a floor above, on the pages of slots of one kind."""
    if rows not in _slot_rows[kind]:
        _slot_rows[kind].append(rows)


def slot_rows(kind: str) -> list[Any]:
    return list(_slot_rows[kind])


class PartOfEventAdmin(ContentAdmin):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.view_event")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_event")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not request.user.has_perm("events.view_event"):
            return False
        return obj is None or self._among(request, obj, "readable")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not request.user.has_perm("events.change_event"):
            return False
        return obj is None or self._among(request, obj, "editable")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """One added from an event's list belongs to that event."""
        filters = QueryDict(request.GET.get("_changelist_filters", ""))
        named = {"event": filters.get("event__id__exact")}
        return self.choosable(request, named) | super().get_changeform_initial_data(request)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """It can be put only into an event that the user may edit."""
        form = super().get_form(request, obj, change, **kwargs)
        if "event" in form.base_fields:
            field: Any = form.base_fields["event"]
            field.queryset = Event.objects.editable_by(request.user)
        return form

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The list of one event need not name it in every row."""
        columns = list(super().get_list_display(request))
        return [name for name in columns if name != "event" or "event__id__exact" not in request.GET]
