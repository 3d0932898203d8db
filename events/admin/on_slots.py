"""What is live about one slot, its notice and its booking, for whoever may publish the event.

The list of slots leads here.
"""

import uuid
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, badge
from core.admin.merging import MergingForm
from events.admin.parts import PartOfEventAdmin
from events.models import Event, ReleasedSlot, SlotBooking, SlotNotice


def with_live(slots: QuerySet[Any]) -> QuerySet[Any]:
    """Each draft with ``out``, and the keys of what is live about it: ``noticed``, ``booked``."""
    current = ReleasedSlot._base_manager.current().filter(uid=OuterRef("uid"))
    models: dict[str, Any] = {"noticed": SlotNotice, "booked": SlotBooking}
    rows = {name: each._base_manager.filter(uid=OuterRef("uid")).values("pk") for name, each in models.items()}
    return slots.annotate(out=Exists(current), **{name: Subquery(each[:1]) for name, each in rows.items()})


def way(row: Any, model: str, key: int | None, there: str, new: str) -> SafeString | str:
    """The link from the list of slots to what is live about one, or to the form for it."""
    if not row.out:
        return "–"
    if key:
        return format_html('<a href="{}">{}</a>', reverse(f"admin:events_{model}_change", args=[key]), there)
    return format_html('<a href="{}?uid={}">{}</a>', reverse(f"admin:events_{model}_add"), row.uid, new)


class OnSlotForm(MergingForm):
    user: ClassVar[Any] = None

    def clean(self) -> dict[str, Any] | None:
        """The slot says which event it is of."""
        cleaned = super().clean()
        if self.instance.pk is None and (uid := self.cleaned_data.get("uid")):
            own = Event.objects.publishable_by(self.user)
            event = own.filter(pk__in=ReleasedSlot.objects.current().filter(uid=uid).values("event")).first()
            if event is None:
                raise ValidationError({"uid": _("You publish no slot with this uid. Take it from the list of slots.")})
            self.instance.event = event
        return cleaned


class OnSlotAdmin(PartOfEventAdmin):
    """Visitors read it as soon as it is saved."""

    form = OnSlotForm
    list_select_related = ("event",)
    search_fields: ClassVar[Any] = ("event__slug", "uid")
    ordering = ("-updated_at", "pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_event") or request.user.has_perm("events.publish_event")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not self.has_add_permission(request):
            return False
        return obj is None or self.editable(request).filter(pk=obj.pk).exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("uid",) if obj is not None and self.has_change_permission(request, obj) else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The slot that the list of slots names."""
        try:
            named = {"uid": uuid.UUID(request.GET.get("uid", "")[:40])}
        except ValueError:
            named = {}
        return {**super().get_changeform_initial_data(request), **named}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        current = ReleasedSlot._base_manager.current().filter(uid=OuterRef("uid"))
        return super().get_queryset(request).annotate(starts=Subquery(current.values("starts_at")[:1]))

    @admin.display(description=_("slot"))
    def slot_start(self, row: Any) -> str:
        return date_format(localtime(row.starts), "Y-m-d H:i") if row.starts else "–"


@admin.register(SlotNotice)
class SlotNoticeAdmin(OnSlotAdmin):
    list_display = ("__str__", "severity", "event", "slot_start", "until", "in_force")
    list_filter = ("severity", "over", ("event", ReadableRelatedFilter))
    search_fields: ClassVar[Any] = ("text", "event__slug", "uid")
    fieldsets: ClassVar[Any] = [(None, {"fields": ("uid", "severity", "text", "until")})]

    @admin.display(description=_("shown"))
    def in_force(self, row: SlotNotice) -> SafeString:
        return badge("withdrawn", _("over")) if row.over else badge("published", _("shown"))


@admin.register(SlotBooking)
class SlotBookingAdmin(OnSlotAdmin):
    """Only what is not as for the whole event."""

    list_display = ("__str__", "event", "slot_start", "opens_at", "closes_at")
    list_filter = ("status", ("event", ReadableRelatedFilter))
    fieldsets: ClassVar[Any] = [(None, {"fields": ("uid", "status", ("opens_at", "closes_at"), "url")})]
