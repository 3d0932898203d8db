"""Events and released slots in answers."""

from typing import Any

from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.serializers import (
    Code,
    Distance,
    Feature,
    Item,
    Later,
    LinkShape,
    Position,
    Price,
    Quoted,
    Reference,
    Shape,
    ShareUrl,
    TagShape,
    Translated,
    TranslatedHtml,
)
from events.models import Precision, ReleasedSlot, SlotStatus
from events.serializers.booking import BookingShape, SlotBookingShape
from events.serializers.details import (
    ClosureShape,
    CutoffShape,
    MatchShape,
    ParticipantShape,
    ResultShape,
    WaveShape,
)
from media.media_objects import WithMedia
from media.serializers import Picture, Pictures
from organizers.serializers import OrganizerReference
from venues.serializers.venue import VenueReference, address_text


class Ages(Shape):
    min = serializers.IntegerField(source="ages_min", allow_null=True)
    max = serializers.IntegerField(source="ages_max", allow_null=True)
    note = Translated(source="ages_note")


class EventReference(Reference):
    """An event by its title, with its first picture."""

    name = Translated(source="title")
    image = Picture()

    def item_class(self) -> type[Item]:
        return EventItem


class SlotReference(Quoted):
    uid = serializers.UUIDField()
    title = Translated()
    starts_at = serializers.DateTimeField(allow_null=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)


class SpaceReference(Quoted):
    slug = serializers.CharField()
    name = Translated()


class Place(Shape):
    """Where a slot takes place: a venue and perhaps a space of it, or a place in words."""

    name: Any = serializers.SerializerMethodField()
    address: Any = serializers.SerializerMethodField()
    position: Any = serializers.SerializerMethodField()
    venue = VenueReference()
    space = SpaceReference(allow_null=True)

    @cached_property
    def positions(self) -> Position:
        field = Position()
        field.bind("position", self)
        return field

    @extend_schema_field({"type": ["string", "object", "null"]})
    def get_name(self, slot: ReleasedSlot) -> Any:
        words = self.context["words"]
        if slot.place_name or slot.venue is None:
            return words.text(slot.place_name, "name")
        with words.quote():
            return words.text(slot.venue.name if slot.venue.public else {}, "name")

    @extend_schema_field({"type": ["string", "object", "null"]})
    def get_address(self, slot: ReleasedSlot) -> Any:
        words = self.context["words"]
        if slot.venue is None or not slot.venue.public:
            return words.text({}, "address")
        with words.quote():
            return words.text(address_text(slot.venue), "address")

    @extend_schema_field(Position())
    def get_position(self, slot: ReleasedSlot) -> Any:
        shown = slot.venue is not None and slot.venue.public
        return self.positions.to_representation(slot.venue) if shown else None

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if shown["venue"] is None:  # a space without its public venue says nothing
            shown["space"] = None
        return shown


class SlotNoticeShape(Shape):
    """What visitors must know of a slot now, outside any release."""

    severity = serializers.CharField()
    text = Translated()
    until = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class SlotItem(Item):
    name_of_key = "uid"

    uid = serializers.UUIDField()
    event = EventReference()
    kind = serializers.CharField(source="slot_kind")
    audience: Any = serializers.SerializerMethodField()
    title = Translated()
    day: Any = serializers.SerializerMethodField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at: Any = serializers.SerializerMethodField()
    timing = serializers.CharField()
    through = serializers.DateField(allow_null=True)
    precision = serializers.CharField()
    status = serializers.CharField()
    status_note = Translated()
    phase: Any = serializers.SerializerMethodField()
    previous_start = serializers.DateTimeField(allow_null=True)
    sequence = serializers.IntegerField()
    place = Place(source="*")
    distance = Distance()
    participants: Any = ParticipantShape(many=True, source="line_up")
    capacity = serializers.IntegerField(allow_null=True)
    match: Any = MatchShape(source="detail.match", allow_null=True, default=None)
    result: Any = ResultShape(allow_null=True)
    wave: Any = WaveShape(source="detail.wave", allow_null=True, default=None)
    cutoff: Any = CutoffShape(source="detail.cutoff", allow_null=True, default=None)
    closure: Any = ClosureShape(allow_null=True)
    notice: Any = SlotNoticeShape(allow_null=True)
    booking: Any = SlotBookingShape(allow_null=True)
    sample = serializers.BooleanField()
    share_url = ShareUrl()
    code = Code()
    updated_at = serializers.DateTimeField()

    @extend_schema_field({"type": "string", "enum": ["program", "operational"]})
    def get_audience(self, slot: ReleasedSlot) -> str:
        return "operational" if slot.operational else "program"

    @extend_schema_field({"type": ["string", "null"], "format": "date"})
    def get_day(self, slot: ReleasedSlot) -> str | None:
        unknown = slot.precision == Precision.TBA and slot.on_date is None
        return None if unknown else slot.day.isoformat()

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_ends_at(self, slot: ReleasedSlot) -> Any:
        # A postponed slot keeps its old start and has no new end yet.
        if slot.status == SlotStatus.POSTPONED or slot.ends_at is None:
            return None
        return serializers.DateTimeField().to_representation(slot.ends_at)

    @extend_schema_field({"type": "string", "enum": ["upcoming", "running", "finished", "unknown"]})
    def get_phase(self, slot: ReleasedSlot) -> str:
        return slot.phase_at(self.context["ask"].moment)


class EventItem(Item):
    slug = serializers.CharField()
    kind = serializers.CharField(source="event_kind")
    title = Translated()
    summary = Translated()
    description = Translated(help_text="Markdown without HTML.")
    description_html = TranslatedHtml(source="description", help_text="The same as sanitised HTML.")
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    date_precision = serializers.CharField(help_text="day, month or year: how exact the two dates are.")
    next_slot = SlotReference()
    event_status = serializers.CharField(source="status")
    rescheduled = serializers.BooleanField(help_text="Whether a slot of its first day once had another start.")
    status_note = Translated()
    booking = BookingShape(source="*")
    price = Price(source="*")
    indoor = serializers.BooleanField(allow_null=True)
    ages = Ages(source="*")
    accessibility = Later()
    venue: Any = VenueReference(source="only_venue")
    venues: Any = VenueReference(many=True, source="shown_venues")
    distance = Distance()
    organizer = OrganizerReference()
    season = EventReference()
    image = Picture()
    images = Pictures()
    links: Any = LinkShape(many=True, source="web_links")
    contacts: Any = LinkShape(many=True)
    tags: Any = TagShape(many=True, source="tagging")
    release = serializers.IntegerField(
        source="release_number", allow_null=True, help_text="The number of the current release of the schedule."
    )
    verified_on = serializers.DateField(allow_null=True)
    sample = serializers.BooleanField()
    share_url = ShareUrl()
    code = Code()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if self.slots is not None:
            shown["slots"] = [self.slots.to_representation(slot) for slot in instance.shown_slots]
        return shown

    @cached_property
    def slots(self) -> SlotItem | None:
        """With ``include=slots`` an event carries its agenda from today on."""
        if "slots" not in self.context["ask"].include:
            return None
        return SlotItem(context={**self.context, "ask": self.context["ask"].alone()})


class EventDetailItem(WithMedia, EventItem):
    """With its programme to read and what one hears."""


class EventProperties(Item):
    slug = serializers.CharField()
    kind = serializers.CharField(source="event_kind")
    title = Translated()
    summary = Translated()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    event_status = serializers.CharField(source="status")
    price_kind = serializers.CharField()
    sample = serializers.BooleanField()
    image = Picture()
    updated_at = serializers.DateTimeField()


class EventFeature(Feature):
    """An event at its venues."""

    properties = EventProperties()

    def places_of(self, row: Any) -> list[Any]:
        return row.shown_venues


class ScheduleDay(Shape):
    date = serializers.DateField(allow_null=True, help_text="Null for what is still to be announced.")
    slots: Any = SlotItem(many=True)


class OfRelease(Shape):
    event = EventReference()
    release = serializers.IntegerField(allow_null=True, help_text="The number of the release; null before the first.")
    published_at = serializers.DateTimeField(allow_null=True)


class ScheduleItem(OfRelease):
    """The schedule of an event as one release has it."""

    days: Any = ScheduleDay(many=True)


class SlotDifference(Shape):
    uid = serializers.UUIDField()
    kinds: Any = serializers.ListField(
        child=serializers.CharField(),
        help_text="added, retimed (the end too), moved, retitled, lineup, cancelled, postponed, reinstated, removed; "
        "updated where only details differ.",
    )
    before: Any = SlotItem(allow_null=True)
    after: Any = SlotItem(allow_null=True)


class ChangesItem(OfRelease):
    """What became of the schedule since a release."""

    since = serializers.IntegerField()
    changes: Any = SlotDifference(many=True)
