from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, StackedRows, TabularRows
from core.admin.lists import is_number
from core.admin.merging import MergingForm
from core.admin.publishing import PUBLICATION_FIELDS, Button, pictures_of
from core.admin.rows import MergingFormSet
from core.api.ask import Ask
from events.admin.copying import CopyingAdmin
from events.admin.further import further_urls
from events.admin.on_slots import SlotBookingAdmin, SlotNoticeAdmin, way, with_live
from events.admin.participants import ParticipantAdmin
from events.admin.parts import PartOfEventAdmin, slot_rows
from events.admin.releasing import ReleasingAdmin
from events.admin.series import SeriesAdmin
from events.admin.sheets import SheetAdmin
from events.admin.tools import tools_for
from events.freezing import draft_rows
from events.models import (
    OPERATIONAL,
    Event,
    EventImage,
    EventLink,
    EventMedia,
    EventTag,
    EventVenue,
    NoticeEvent,
    Slot,
    SlotParticipant,
)
from events.serializers import EventDetailItem
from events.views.event import load_events
from media.admin import MediaRows, PictureRows
from media.media_objects import load_media
from media.serializers import load_pictures
from organizers.admin import OwnOrganizer
from venues.admin.notice import register_rows
from venues.models import VenueImage

__all__ = ["EventAdmin", "ParticipantAdmin", "SeriesAdmin", "SlotAdmin", "SlotBookingAdmin", "SlotNoticeAdmin"]


def _has_schedule(row: Event) -> bool:
    """Also where the last draft is gone: a release then takes what it released out of the schedule."""
    return row.slots.exists() or row.released_slots.current().exists()


class VenueRows(TabularRows):
    model = EventVenue
    fields = ("venue", "position")
    autocomplete_fields = ("venue",)
    verbose_name_plural = _("venues of the event")


class PictureOfEvent(PictureRows):
    model = EventImage


class MediaOfEvent(MediaRows):
    model = EventMedia


class LinkRows(TabularRows):
    model = EventLink
    fields = ("kind", "value", "label", "position")


class TagRows(TabularRows):
    model = EventTag
    fields = ("tag",)
    autocomplete_fields = ("tag",)


class RowsOfNotice(TabularRows):
    """On the page of a notice. A member names their organizer's events; other rows are not theirs to see, and stay."""

    model = NoticeEvent
    fields = ("event",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(event__in=Event.objects.readable_by(request.user))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = Event.objects.readable_by(request.user).order_by("-first_day", "pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _events_of(notice: Any) -> list[str]:
    """Of those that are not public yet only that there is one: the list is also for members of other organizers."""
    return [str(row.event) if row.event.public else "–" for row in notice.concerned.all()]


register_rows(RowsOfNotice, "concerned__event", _events_of)


class SlotFormSet(MergingFormSet):
    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            if form.instance.pk and form.instance.is_released():
                raise ValidationError(
                    _("“%(slot)s” has been released: set it to cancelled instead, so that visitors are told."),
                    params={"slot": form.instance},
                )


# A slot costs the page about 20 kB and 15 ms: a schedule longer than this is edited in the list of slots.
SLOTS_ON_PAGE = 40
SLOT_PREFIX = "slots"

SLOT_FIELDS = (
    "title",
    ("slot_kind", "status"),
    ("starts_at", "ends_at"),
    ("precision", "timing"),
    ("on_date", "through"),
    ("venue", "space"),
    "place_name",
    "status_note",
    "sample",
)


class SlotRows(StackedRows):
    """The draft schedule; visitors see the last release."""

    model = Slot
    formset = SlotFormSet
    fields = SLOT_FIELDS
    autocomplete_fields = ("venue",)
    show_change_link = True
    classes = ("collapse",)
    verbose_name_plural = _("slots (draft of the schedule)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("venue", "space")


class UnreleasedFilter(admin.SimpleListFilter):
    title = _("unreleased changes")
    parameter_name = "unreleased"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(draft_changed_at__isnull=self.value() == "no")


@admin.register(Event)
class EventAdmin(OwnOrganizer, SheetAdmin, CopyingAdmin, ReleasingAdmin):
    serializer_class = EventDetailItem
    list_display = (
        "thumbnail",
        "__str__",
        "event_kind",
        "dates",
        "state_badge",
        "missing",
        "organizer",
        "sample",
    )
    list_display_links = ("thumbnail", "__str__")
    list_filter = (
        "state",
        UnreleasedFilter,
        "event_kind",
        "status",
        "booking_now",
        "sample",
        ("verified_on", admin.EmptyFieldListFilter),
        ("organizer", ReadableRelatedFilter),
        ("season", ReadableRelatedFilter),
    )
    list_select_related = ("organizer", "draft_changed_by")
    search_fields = ("slug", "title", "summary")
    date_hierarchy = "starts_on"
    ordering = ("-first_day", "pk")
    autocomplete_fields = ("organizer", "season")
    readonly_fields = ("schedule",)
    inlines: ClassVar[Any] = [VenueRows, PictureOfEvent, MediaOfEvent, SlotRows, LinkRows, TagRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("title", ("event_kind", "organizer", "season"), "summary", "description")}),
        (
            _("When"),
            {"fields": (("starts_on", "ends_on", "date_precision"), ("status",), "status_note", "schedule")},
        ),
        (
            _("Price"),
            {"fields": ("price_kind", ("price_min", "price_max", "currency"), "price_note", "concessions")},
        ),
        (
            _("Booking"),
            {
                "fields": (
                    "booking_status",
                    ("booking_opens_at", "booking_closes_at"),
                    "booking_url",
                    ("mini_program_app_id", "mini_program_path"),
                    "real_name_required",
                    "accepted_documents",
                    "documents",
                    "booking_note",
                )
            },
        ),
        (_("For whom"), {"fields": (("ages_min", "ages_max"), "ages_note", "indoor")}),
        (_("Sources and lists"), {"fields": ("verified_on", "doubts", "slug", "sample")}),
        (_("Time to appear and to vanish"), {"fields": PUBLICATION_FIELDS, "classes": ("collapse",)}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        pictures = Prefetch("placements", EventImage._base_manager.select_related("image").order_by("position", "pk"))
        return super().get_queryset(request).prefetch_related(pictures)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A form that was shown with its slots comes back with them, however many there are by now."""
        rows = super().get_inlines(request, obj)
        if request.method == "POST":
            whole = f"{SLOT_PREFIX}-TOTAL_FORMS" in request.POST
        else:
            whole = obj is None or obj.slots.count() <= SLOTS_ON_PAGE
        return rows if whole else [each for each in rows if each is not SlotRows]

    @admin.display(description=_("schedule"))
    def schedule(self, row: Event) -> SafeString | str:
        """The way to the list of slots, the only one for a long schedule."""
        if row.pk is None:
            return "–"
        here = f"?event__id__exact={row.pk}"
        slots, series = (f"{reverse(f'admin:events_{name}_changelist')}{here}" for name in ("slot", "series"))
        count = row.slots.count()
        words = ngettext("%(count)d slot", "%(count)d slots", count) % {"count": count}
        if count > SLOTS_ON_PAGE:
            words = gettext("%(slots)s: too many for this page, edit them one by one") % {"slots": words}
        made = row.series.count()
        told = ngettext("%(count)d series of slots", "%(count)d series of slots", made) % {"count": made}
        bench = self._url("schedule", row)
        links = ((bench, _("open the schedule")), (slots, _("open the list")), (series, told))
        return format_html("{} · {}", words, format_html_join(" · ", '<a href="{}">{}</a>', links))

    def get_urls(self) -> list[URLPattern]:
        return [*further_urls(self), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is not None:
            context["tools"] = tools_for(request, row)
        return super().render_change_form(request, context, *args, **kwargs)

    def may_read_acts(self, request: HttpRequest, row: Any) -> bool:
        """Who may read an event at all works on it."""
        return True

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        found = super().buttons(request, row)
        if self.may_publish(request, row) and _has_schedule(row):
            address = self._url("schedule_release", row)
            found.append({"url": address, "label": _("Release the schedule"), "tone": "good"})
        return found

    def preview_include(self) -> frozenset[str]:
        return frozenset({"slots"})

    def load_preview(self, row: Any, ask: Ask) -> None:
        load_events([row], ask)
        load_media(EventMedia, [row], ask, public_only=False)
        row.pictures = pictures_of(row.placements.select_related("image"))
        row.shown_slots = draft_rows(row)
        for slot in row.shown_slots:
            slot.event = row
        load_pictures(VenueImage, [slot.venue for slot in row.shown_slots if slot.venue])

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, row: Any) -> SafeString:
        """Also that the schedule has unreleased changes, since when and whose, with the way there."""
        shown = super().state_badge(row)
        if row.draft_changed_at is None:
            return shown
        at = date_format(localtime(row.draft_changed_at), "m-d H:i")
        told = format_html_join("", '<br><span class="help nowrap">{}</span>', ((at,), (row.draft_changed_by or "",)))
        link = '{} <a class="badge badge--in_review" href="{}">{}</a>{}'
        return format_html(link, shown, self._url("schedule", row), _("unreleased"), told)

    @admin.display(description=_("when"), ordering="first_day")
    def dates(self, row: Event) -> SafeString | str:
        days = dict.fromkeys(date_format(day, "Y-m-d") for day in (row.starts_on, row.ends_on) if day)
        return format_html_join(" – ", '<span class="nowrap">{}</span>', ((day,) for day in days)) or "–"

    @admin.display(description=_("picture"))
    def thumbnail(self, row: Event) -> SafeString | str:
        first = next(iter(row.placements.all()), None)
        if first is None:
            return "–"
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', first.image.address(width=320))


class ParticipantRows(TabularRows):
    model = SlotParticipant
    fields = ("participant", "role", "billing")
    autocomplete_fields = ("participant",)


class SlotForm(MergingForm):
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        event = self.cleaned_data.get("event")
        if event is not None and self.instance.pk:
            self.instance.check_move(event)
        return cleaned


@admin.register(Slot)
class SlotAdmin(PartOfEventAdmin):
    """One slot with its participants; the event's page has all slots at once."""

    form = SlotForm
    change_list_template = "admin/events/slot/list.html"
    list_display = (
        "__str__",
        "on_day",
        "start",
        "status",
        "is_out",
        "notice",
        "booking",
        "venue",
        "slot_kind",
        "event",
    )
    list_filter = ("slot_kind", "status", "precision", "sample", ("event", ReadableRelatedFilter))
    list_select_related = ("event", "venue")
    search_fields = ("title", "event__slug")
    date_hierarchy = "day"
    ordering = ("-sort_start", "pk")
    autocomplete_fields = ("event", "venue")
    inlines: ClassVar[Any] = [ParticipantRows]
    fieldsets: ClassVar[Any] = [(None, {"fields": ("event", *SLOT_FIELDS)})]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """With what floors above add to a slot of its kind, once it is one."""
        return [*super().get_inlines(request, obj), *(slot_rows(obj.slot_kind) if obj else ())]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A released slot is cancelled, not deleted: visitors must be told."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_released())

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list of one event's slots leads to the import and the export of its schedule."""
        listed = request.GET.get("event__id__exact", "")
        rows = Event.objects.filter(pk=listed) if is_number(listed) else Event.objects.none()
        if not rows.readable_by(request.user).exists():
            return super().changelist_view(request, extra_context)
        more = {"listed": listed, "may_import": rows.editable_by(request.user).exists()}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    @admin.display(description=_("starts"), ordering="starts_at")
    def start(self, row: Slot) -> SafeString | str:
        if row.starts_at is None:
            return "–"
        return format_html('<span class="nowrap">{}</span>', date_format(localtime(row.starts_at), "m-d H:i"))

    @admin.display(description=_("day"), ordering="sort_start")
    def on_day(self, row: Slot) -> SafeString:
        return format_html('<span class="nowrap">{}</span>', date_format(row.day, "Y-m-d"))

    @admin.display(description=_("released"), boolean=True)
    def is_out(self, row: Slot) -> bool:
        return bool(row.out)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_live(super().get_queryset(request))

    @admin.display(description=_("notice"))
    def notice(self, row: Any) -> SafeString | str:
        """What visitors must know of it now: the way there."""
        return way(row, "slotnotice", row.noticed, pgettext("notice", "read"), pgettext("notice", "write"))

    @admin.display(description=_("booking"))
    def booking(self, row: Any) -> SafeString | str:
        """Where it is not as for the whole event. Nobody books doors."""
        if row.slot_kind in OPERATIONAL:
            return "–"
        return way(row, "slotbooking", row.booked, pgettext("booking", "own"), pgettext("booking", "of the event"))
