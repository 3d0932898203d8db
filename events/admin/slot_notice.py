"""Notices on slots, for whoever may publish the event; the list of slots leads here."""

import uuid
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, badge
from core.admin.merging import MergingForm
from events.admin.parts import PartOfEventAdmin
from events.models import Event, ReleasedSlot, SlotNotice


class SlotNoticeForm(MergingForm):
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


@admin.register(SlotNotice)
class SlotNoticeAdmin(PartOfEventAdmin):
    """Visitors read it as soon as it is saved."""

    form = SlotNoticeForm
    list_display = ("__str__", "severity", "event", "slot_start", "until", "in_force")
    list_filter = ("severity", "over", ("event", ReadableRelatedFilter))
    list_select_related = ("event",)
    search_fields = ("text", "event__slug", "uid")
    ordering = ("-updated_at", "pk")
    fieldsets: ClassVar[Any] = [(None, {"fields": ("uid", "severity", "text", "until")})]

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

    @admin.display(description=_("shown"))
    def in_force(self, row: SlotNotice) -> SafeString:
        return badge("withdrawn", _("over")) if row.over else badge("published", _("shown"))
