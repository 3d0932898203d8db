"""Loads the data files through the models' own validation. What exists already is left as its editors made it."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext

from core.changes.edits import edit
from core.changes.models import Act, log
from core.publication import Published, Verb, act
from core.tags import Tag
from core.translations import languages
from events.models import (
    Event,
    EventImage,
    EventLink,
    EventTag,
    EventVenue,
    Participant,
    Slot,
    SlotParticipant,
)
from events.releases import publish
from media.models import Image
from media.originals import Original, read_original
from organizers.models import Organizer
from venues.models import (
    Designation,
    HoursException,
    HoursRule,
    Space,
    Venue,
    VenueImage,
    VenueLink,
    VenueTag,
)
from venues.models.hours import WEEKDAYS
from venues.spans import parse_spans, write_spans

FOLDER = Path(__file__).parent
# Names of pictures and slots in the data files become their ids for good.
NAMESPACE = uuid.UUID("6f1d4d0e-5a7b-4f7e-9b1c-0c6a51e1905c")

# The languages of the texts in the data files.
WRITTEN_IN = frozenset({"zh-Hans", "zh-Hant", "en", "de"})

ORGANIZER_FIELDS = "slug name name_pinyin summary description verified_on sample".split()
VENUE_FIELDS = (
    "slug status name name_pinyin summary description street district city postcode directions "
    "lat lng approximate indoor follows_parent hours_text founded opened verified_on doubts"
).split()
EVENT_FIELDS = (
    "slug title summary description starts_on ends_on date_precision status status_note "
    "indoor verified_on doubts sample"
).split()
SLOT_FIELDS = ("title starts_at ends_at on_date through precision timing status status_note place_name sample").split()

Record = dict[str, Any]
M = TypeVar("M", bound=models.Model)


class DataError(Exception):
    """A record that cannot be loaded: the message names the record and its field."""


def read(name: str) -> list[Record]:
    try:
        records = yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise DataError(f"{name} is no YAML: {error}") from error
    return [_in_our_languages(record) for record in records or []]


def _in_our_languages(value: Any) -> Any:
    """A record without its texts in languages that this installation does not have."""
    if isinstance(value, dict):
        unwanted = WRITTEN_IN - set(languages())
        return {key: _in_our_languages(each) for key, each in value.items() if key not in unwanted}
    return [_in_our_languages(each) for each in value] if isinstance(value, list) else value


def read_events() -> list[Record]:
    """Every event of the data files."""
    return [record for path in sorted((FOLDER / "events").glob("*.yaml")) for record in read(f"events/{path.name}")]


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Whatever is wrong inside is told as a fault of the record ``name``."""
    try:
        yield
    except KeyError as error:
        raise DataError(f"{name}: {error.args[0]}: is missing") from error
    except ValidationError as error:
        raise DataError(f"{name}: {' '.join(error.messages)}") from error


def checked(name: str, model: type[M], /, **fields: Any) -> M:
    """Makes and saves a row that passes the validation the admin's forms use."""
    try:
        row = model(**fields)
        row.full_clean()
    except ValidationError as error:
        told = [" ".join([f"{field}:", *messages]) for field, messages in error.message_dict.items()]
        raise DataError(f"{name}: {'; '.join(told)}".replace(f"{NON_FIELD_ERRORS}: ", "")) from error
    except TypeError as error:  # a key that is no field
        raise DataError(f"{name}: {error}") from error
    row.save()
    return row


def find(name: str, field: str, model: type[M], slug: str, **more: Any) -> M:
    """The row that a record refers to by its slug."""
    row = model._base_manager.filter(slug=slug, **more).first()
    if row is None:
        raise DataError(f"{name}: {field}: there is no {model._meta.model_name} {slug!r}")
    return row


def take(record: Mapping[str, Any], *names: str) -> Record:
    return {name: record[name] for name in names if name in record}


class Loader:
    """One load. ``count`` tells how many objects of each kind were new."""

    def __init__(self) -> None:
        self.count: dict[str, int] = {"organizers": 0, "venues": 0, "images": 0, "events": 0}

    def load(self, events: Iterable[Record]) -> None:
        """Everything in one transaction: a record at fault leaves nothing behind."""
        pictures = [(record, self._picture(record)) for record in read("images.yaml")]  # before the block opens
        with edit():
            for record in read("tags.yaml"):
                if not Tag.objects.filter(slug=record["slug"]).exists():
                    checked(f"tag {record['slug']}", Tag, **take(record, "slug", "name"))
            for record in read("participants.yaml"):
                if not Participant.objects.filter(slug=record["slug"]).exists():
                    checked(f"participant {record['slug']}", Participant, **take(record, "slug", "kind", "name"))
            for record in read("organizers.yaml"):
                self._organizer(record)
            for record, picture in pictures:
                self._image(record, picture)
            for record in sorted(read("venues.yaml"), key=lambda each: each.get("parent") is not None):
                self._venue(record)
            for record in sorted(events, key=lambda each: each["kind"] != "season"):  # the others name the seasons
                self._event(record)

    def _picture(self, record: Record) -> Original | None:
        if Image.objects.filter(pk=image_id(record["key"])).exists():
            return None
        with telling(f"image {record['key']}"), (FOLDER / record["file"]).open("rb") as file:
            return read_original(file)

    def _image(self, record: Record, picture: Original | None) -> None:
        if picture is None:
            return
        image = Image(pk=image_id(record["key"]), **take(record, "alt", "caption", "credit", "licence"))
        image.set_original(picture)
        with telling(f"image {record['key']}"):
            image.full_clean()
        image.save()
        self.count["images"] += 1

    def _published(self, row: Published) -> None:
        with edit() as unit:
            log(row, Act.Verb.CREATED, by=None, at=unit.moment, note=gettext("shipped data set"))
        act(row, Verb.PUBLISH, by=None, note=gettext("shipped data set"), reviewed=True)

    def _organizer(self, record: Record) -> None:
        name = f"organizer {record['slug']}"
        if Organizer.objects.filter(slug=record["slug"]).exists():
            return
        with telling(name):
            self._published(checked(name, Organizer, **take(record, *ORGANIZER_FIELDS)))
        self.count["organizers"] += 1

    def _venue(self, record: Record) -> None:
        name = f"venue {record['slug']}"
        if Venue.objects.filter(slug=record["slug"]).exists():
            return
        parent, organizer = record.get("parent"), record.get("organizer")
        with telling(name):
            venue = checked(
                name,
                Venue,
                venue_kind=record["kind"],
                parent=find(name, "parent", Venue, parent) if parent else None,
                organizer=find(name, "organizer", Organizer, organizer) if organizer else None,
                **take(record, *VENUE_FIELDS),
                **_price(record),
                **(record.get("external_ids") or {}),
            )
            for order, each in enumerate(record.get("designations") or []):
                checked(f"{name} designation {order}", Designation, venue=venue, position=order, **each)
            for each in record.get("spaces") or []:
                checked(f"{name} space {each['slug']}", Space, venue=venue, **each)
            for order, each in enumerate(record.get("hours") or []):
                checked(f"{name} hours {order}", HoursRule, venue=venue, **_rule(each))
            for order, each in enumerate(record.get("exceptions") or []):
                checked(f"{name} exception {order}", HoursException, venue=venue, **_spans(each))
            _children(name, {"venue": venue}, record, VenueLink, VenueTag, VenueImage)
            self._published(venue)
        self.count["venues"] += 1

    def _event(self, record: Record) -> None:
        name = f"event {record['slug']}"
        if Event.objects.filter(slug=record["slug"]).exists():
            return
        with telling(name):
            season = record.get("season")
            event = checked(
                name,
                Event,
                event_kind=record["kind"],
                season=find(name, "season", Event, season) if season else None,
                organizer=find(name, "organizer", Organizer, record["organizer"]),
                **take(record, *EVENT_FIELDS),
                **_price(record),
                **_booking(record),
            )
            for order, slug in enumerate(record["venues"]):
                venue = find(name, "venues", Venue, slug)
                checked(f"{name} venue {slug}", EventVenue, event=event, venue=venue, position=order)
            _children(name, {"event": event}, record, EventLink, EventTag, EventImage)
            for each in record["slots"]:
                self._slot(event, each, f"{name} slot {each['key']}")
            self._published(event)
            if record["slots"]:
                publish(event, by=None, note=record.get("release_note", ""))
        self.count["events"] += 1

    def _slot(self, event: Event, record: Record, name: str) -> None:
        with telling(name):
            venue = find(name, "venue", Venue, record["venue"]) if record["venue"] else None
            slot = checked(
                name,
                Slot,
                event=event,
                uid=uuid.uuid5(NAMESPACE, f"{event.slug}/{record['key']}"),
                slot_kind=record["kind"],
                venue=venue,
                space=find(name, "space", Space, record["space"], venue=venue) if record["space"] else None,
                **take(record, *SLOT_FIELDS),
            )
            for each in record["participants"]:
                participant = find(name, "participants", Participant, each["participant"])
                checked(
                    f"{name} participant {participant.slug}",
                    SlotParticipant,
                    slot=slot,
                    participant=participant,
                    **take(each, "role", "billing"),
                )


def image_id(key: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"image/{key}")


def _spans(record: Record) -> Record:
    """Hours as they are typed in the admin; without any it is closed, unless it says otherwise."""
    spans = write_spans(parse_spans(record.get("spans", "")))
    return {"state": "open" if spans else "closed", **record, "spans": spans}


def _rule(record: Record) -> Record:
    """A rule; ``days: [tuesday, sunday]`` are these days, and no other."""
    rule = _spans(record)
    days = rule.pop("days", WEEKDAYS)
    if unknown := sorted(set(days) - set(WEEKDAYS)):
        raise ValidationError(f"days: {', '.join(unknown)}")
    return {**rule, **{weekday: weekday in days for weekday in WEEKDAYS}}


def _price(record: Record) -> Record:
    price = record["price"]
    return {
        "price_kind": price["kind"],
        "price_min": price["min"],
        "price_max": price["max"],
        "currency": price["currency"],
        "price_note": price["note"],
        "concessions": price["concessions"],
    }


def _booking(record: Record) -> Record:
    booking, ages = record["booking"], record["ages"]
    return {
        "booking_status": booking["status"],
        "booking_opens_at": booking.get("opens_at"),
        "booking_closes_at": booking.get("closes_at"),
        "booking_url": booking.get("url") or "",
        "booking_note": booking.get("note") or {},
        "real_name_required": booking.get("real_name_required"),
        "documents": booking.get("documents") or {},
        "ages_min": ages["min"],
        "ages_max": ages["max"],
        "ages_note": ages["note"],
    }


def _children(
    name: str,
    owner: Mapping[str, Published],
    record: Record,
    link: type[models.Model],
    tagging: type[models.Model],
    placement: type[models.Model],
) -> None:
    """What venues and events have alike; ``owner`` names the field that points at the root."""
    for order, each in enumerate(record.get("links") or []):
        checked(f"{name} link {order}", link, **owner, position=order, **each)
    for slug in record.get("tags") or []:
        checked(f"{name} tag {slug}", tagging, **owner, tag=find(name, "tags", Tag, slug))
    for order, key in enumerate(record.get("images") or []):
        image = Image.objects.filter(pk=image_id(key)).first()
        if image is None:
            raise DataError(f"{name}: images: there is no image {key!r}")
        checked(f"{name} image {key}", placement, **owner, image=image, position=order)
