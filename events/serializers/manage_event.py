"""Events as their editors see and send them. A list that is sent is the whole list; one that is not stays as it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.managed import Count, Day, EveryLanguage, Instant, ManagedPart, ManagedShape, SlugOf, Strict, slugs_in
from core.facts import LinkKind, PriceKind
from core.models import Tag
from core.publication import State
from events.models import DatePrecision, Document, Event, EventImage, EventLink, EventStatus, EventTag, EventVenue, Kind
from events.models.event import CHOSEN
from events.unreleased import unreleased
from media.models import Image
from organizers.models import Organizer
from venues.models import Venue

MOST = 100  # of one list


class ManagedMiniProgram(ManagedPart):
    app_id = serializers.CharField(source="mini_program_app_id", allow_blank=True, max_length=40)
    path = serializers.CharField(source="mini_program_path", allow_blank=True, max_length=200)


class ManagedBooking(ManagedPart):
    status = serializers.ChoiceField(choices=CHOSEN, source="booking_status")
    opens_at = Instant(source="booking_opens_at", allow_null=True)
    closes_at = Instant(source="booking_closes_at", allow_null=True)
    url = serializers.CharField(source="booking_url", allow_blank=True, max_length=500)
    mini_program = ManagedMiniProgram()
    real_name_required = serializers.BooleanField(allow_null=True)
    accepted_documents = serializers.ListField(
        child=serializers.ChoiceField(choices=Document.choices), allow_null=True, max_length=MOST
    )
    documents = EveryLanguage()
    note = EveryLanguage(source="booking_note")


class ManagedPrice(ManagedPart):
    kind = serializers.ChoiceField(choices=PriceKind.choices, source="price_kind")
    min = Count(source="price_min")
    max = Count(source="price_max")
    currency = serializers.CharField(max_length=3)
    note = EveryLanguage(source="price_note")
    concessions = EveryLanguage()


class ManagedAges(ManagedPart):
    min = Count(source="ages_min", max_value=32_767)
    max = Count(source="ages_max", max_value=32_767)
    note = EveryLanguage(source="ages_note")


class ManagedLink(Strict):
    """``kind`` and ``value`` are the rules' to demand; ``label`` by language."""

    kind = serializers.ChoiceField(choices=LinkKind.choices, default=LinkKind.WEBSITE)
    value = serializers.CharField(max_length=500)
    label: Any = EveryLanguage(default=dict)


class Chosen(serializers.ListField):
    """Several others, each once, in their order; null is none."""

    def __init__(self, child: SlugOf, **kwargs: Any) -> None:
        super().__init__(child=child, max_length=MOST, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return [] if data is None else super().run_validation(data)

    def to_internal_value(self, data: Any) -> list[Any]:
        found: list[Any] = super().to_internal_value(data)
        for place, row in enumerate(found):
            if row in found[:place]:
                raise serializers.ValidationError({str(place): [TWICE]}, code="repeated")
        return found


TWICE = _("This is there twice. Leave one of them out.")


class ImageOf(SlugOf):
    """A picture, by its ``id``."""

    def to_representation(self, row: Any) -> dict[str, str]:
        return {"id": str(row.pk)}

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(data.get("id") if isinstance(data, Mapping) else data)


class ManagedEvent(ManagedShape):
    """``rights``: what the user may do; ``unreleased``: how many slots have changes that visitors do not see."""

    told = frozenset({"version", "public", "release", "unreleased", "rights", "updated_at"})

    slug = serializers.CharField(max_length=80, allow_blank=True)
    kind = serializers.ChoiceField(choices=Kind.choices, source="event_kind")
    title = EveryLanguage()
    summary = EveryLanguage()
    description = EveryLanguage()
    organizer = SlugOf("organizers")
    season = SlugOf("seasons", allow_null=True)
    starts_on = Day(allow_null=True)
    ends_on = Day(allow_null=True)
    date_precision = serializers.ChoiceField(choices=DatePrecision.choices)
    event_status = serializers.ChoiceField(choices=EventStatus.choices, source="status")
    status_note = EveryLanguage()
    booking = ManagedBooking()
    price = ManagedPrice()
    ages = ManagedAges()
    indoor = serializers.BooleanField(allow_null=True)
    venues = Chosen(SlugOf("venues"), source="its_venues")
    images = Chosen(ImageOf("images"), source="its_images")
    links: Any = ManagedLink(many=True, source="its_links", max_length=MOST)  # type: ignore[call-arg]
    tags = Chosen(SlugOf("tags"), source="its_tags")
    verified_on = Day(allow_null=True)
    doubts = serializers.CharField(allow_blank=True)
    sample = serializers.BooleanField()
    appear_at = Instant(allow_null=True)
    vanish_at = Instant(allow_null=True)
    state = serializers.ChoiceField(choices=State.choices, read_only=True)
    public = serializers.BooleanField(read_only=True)
    release = serializers.IntegerField(source="release_number", read_only=True)
    unreleased = serializers.IntegerField(read_only=True)
    rights: Any = serializers.ListField(child=serializers.CharField(), read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


LISTS = ("its_venues", "its_images", "its_links", "its_tags")


def load_lists(events: Iterable[Any]) -> None:
    """Sets the rows that belong to each event; a query for each kind."""
    rows = list(events)
    for name, found in (
        ("its_venues", _several(EventVenue, rows, "venue")),
        ("its_images", _several(EventImage, rows, "image")),
        ("its_tags", _several(EventTag, rows, "tag")),
        ("its_links", _several(EventLink, rows, "")),
    ):
        for row in rows:
            setattr(row, name, found[row.pk])


def _several(model: Any, events: list[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = model.objects.filter(event__in=events)
    for row in rows.select_related(name) if name else rows:
        found[row.event_id].append(getattr(row, name) if name else row)
    return found


RIGHTS = {"edit": "editable_by", "publish": "publishable_by", "review": "reviewable_by"}


def shown_events(events: Iterable[Any], user: Any) -> list[dict[str, Any]]:
    """The same number of queries however many events."""
    rows = list(events)
    load_lists(rows)
    known = unreleased(row for row in rows if row.draft_changed_at is not None)
    among = Event.objects.filter(pk__in=[row.pk for row in rows])
    may = {right: set(getattr(among, word)(user).values_list("pk", flat=True)) for right, word in RIGHTS.items()}
    for row in rows:
        row.unreleased = len(known[row.pk].changes)
        row.rights = [right for right in RIGHTS if row.pk in may[right]]
    return [dict(ManagedEvent(row).data) for row in rows]


def shown_event(event: Event, user: Any) -> dict[str, Any]:
    (shown,) = shown_events(Event.objects.select_related("organizer", "season").filter(pk=event.pk), user)
    return shown


def event_choices(user: Any, sent: Mapping[str, Any], event: Any = None) -> dict[str, dict[str, Any]]:
    """What the user may choose of the slugs that were sent, as in the admin; and what ``event`` has already."""
    listed: dict[str, list[Any]] = {name: list_in(sent.get(name)) for name in ("venues", "images", "tags")}
    images = [each.get("id") if isinstance(each, Mapping) else each for each in listed["images"]]
    choices: dict[str, dict[str, Any]] = {
        "organizers": by_slug(Organizer.objects.acted_for_by(user), [sent.get("organizer")]),
        "seasons": by_slug(Event.objects.readable_by(user), [sent.get("season")]),
        "venues": by_slug(Venue.objects.readable_by(user), listed["venues"]),
        "tags": by_slug(Tag.objects.all(), listed["tags"]),
        "images": by_id(Image.objects.readable_by(user), images),
    }
    if event is not None:
        choices["venues"] |= {row.slug: row for row in event.its_venues}
        choices["images"] |= {str(row.pk): row for row in event.its_images}
    return choices


def list_in(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def by_slug(rows: Any, sent: Iterable[Any]) -> dict[str, Any]:
    slugs = slugs_in(sent)
    return {row.slug: row for row in rows.filter(slug__in=slugs)} if slugs else {}


def by_id(rows: Any, sent: Iterable[Any]) -> dict[str, Any]:
    known = {str(pk) for pk in sent if isinstance(pk, str) and _is_uuid(pk)}
    return {str(row.pk): row for row in rows.filter(pk__in=known)} if known else {}


def _is_uuid(text: str) -> bool:
    try:
        serializers.UUIDField().to_internal_value(text)
    except serializers.ValidationError:
        return False
    return True
