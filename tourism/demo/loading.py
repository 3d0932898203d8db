"""Loads the data files through the models' own validation. What exists already is left as its editors made it."""

import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import models

from core.changes.edits import edit
from core.changes.models import Act, log
from core.publication import Published, Verb, act
from core.tags import Tag
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
from venues.models import Designation, Space, Venue, VenueImage, VenueLink, VenueTag

FOLDER = Path(__file__).parent
# Names of pictures and slots in the data files become their ids for good.
NAMESPACE = uuid.UUID("6f1d4d0e-5a7b-4f7e-9b1c-0c6a51e1905c")

Record = dict[str, Any]


class DataError(Exception):
    """A record that the models refuse, named by its file's key."""


def read(name: str) -> list[Record]:
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or []


def read_events() -> list[Record]:
    """Every event of the data files, seasons first, because the others name them."""
    records = [record for path in sorted((FOLDER / "events").glob("*.yaml")) for record in read(f"events/{path.name}")]
    return sorted(records, key=lambda record: record["kind"] != "season")


def checked(row: Any, name: str) -> Any:
    """Saves a row that passes the validation the admin's forms use."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise DataError(f"{name}: {error.message_dict}") from error
    row.save()
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
                    checked(Tag(**take(record, "slug", "name")), f"tag {record['slug']}")
            for record in read("participants.yaml"):
                if not Participant.objects.filter(slug=record["slug"]).exists():
                    checked(Participant(**take(record, "slug", "kind", "name")), f"participant {record['slug']}")
            for record in read("organizers.yaml"):
                self._organizer(record)
            for record, picture in pictures:
                self._image(record, picture)
            for record in _parents_first(read("venues.yaml")):
                self._venue(record)
            for record in events:
                self._event(record)

    def _picture(self, record: Record) -> Original | None:
        if Image.objects.filter(pk=image_id(record["key"])).exists():
            return None
        with (FOLDER / record["file"]).open("rb") as file:
            return read_original(file)

    def _image(self, record: Record, picture: Original | None) -> None:
        if picture is None:
            return
        image = Image(pk=image_id(record["key"]), **take(record, "alt", "caption", "credit", "licence"))
        image.set_original(picture)
        checked(image, f"image {record['key']}")
        self.count["images"] += 1

    def _published(self, row: Published) -> Published:
        with edit() as unit:
            log(row, Act.Verb.CREATED, by=None, at=unit.moment, note="data set")
        return act(row, Verb.PUBLISH, by=None, note="data set", reviewed=True)

    def _organizer(self, record: Record) -> None:
        if Organizer.objects.filter(slug=record["slug"]).exists():
            return
        values = take(record, "slug", "name", "name_pinyin", "summary", "description", "verified_on", "sample")
        self._published(checked(Organizer(**values), f"organizer {record['slug']}"))
        self.count["organizers"] += 1

    def _venue(self, record: Record) -> None:
        name = f"venue {record['slug']}"
        if Venue.objects.filter(slug=record["slug"]).exists():
            return
        parent, organizer = record.get("parent"), record.get("organizer")
        venue = Venue(
            venue_kind=record["kind"],
            parent=Venue.objects.get(slug=parent) if parent else None,
            organizer=Organizer.objects.get(slug=organizer) if organizer else None,
            **take(
                record,
                *[
                    "slug",
                    "status",
                    "name",
                    "name_pinyin",
                    "summary",
                    "description",
                    "street",
                    "district",
                    "city",
                    "postcode",
                    "directions",
                ],
                *["lat", "lng", "approximate", "indoor", "hours_text", "founded", "opened", "verified_on", "doubts"],
            ),
            **_price(record),
            **(record.get("external_ids") or {}),
        )
        checked(venue, name)
        for order, each in enumerate(record.get("designations") or []):
            checked(Designation(venue=venue, position=order, **each), f"{name} designation {order}")
        for each in record.get("spaces") or []:
            checked(Space(venue=venue, **each), f"{name} space {each['slug']}")
        _children(venue, "venue", record, VenueLink, VenueTag, VenueImage, name)
        self._published(venue)
        self.count["venues"] += 1

    def _event(self, record: Record) -> None:
        name = f"event {record['slug']}"
        if Event.objects.filter(slug=record["slug"]).exists():
            return
        season, booking, ages = record.get("season"), record["booking"], record["ages"]
        event = Event(
            event_kind=record["kind"],
            season=Event.objects.get(slug=season) if season else None,
            organizer=Organizer.objects.get(slug=record["organizer"]),
            booking_status=booking["status"],
            booking_opens_at=booking.get("opens_at"),
            booking_closes_at=booking.get("closes_at"),
            booking_url=booking.get("url") or "",
            booking_note=booking.get("note") or {},
            real_name_required=booking.get("real_name_required"),
            documents=booking.get("documents") or {},
            ages_min=ages["min"],
            ages_max=ages["max"],
            ages_note=ages["note"],
            **take(
                record,
                *[
                    "slug",
                    "title",
                    "summary",
                    "description",
                    "starts_on",
                    "ends_on",
                    "date_precision",
                    "status",
                    "status_note",
                ],
                *["indoor", "verified_on", "doubts", "sample"],
            ),
            **_price(record),
        )
        checked(event, name)
        for order, slug in enumerate(record["venues"]):
            checked(EventVenue(event=event, venue=Venue.objects.get(slug=slug), position=order), f"{name} venue {slug}")
        _children(event, "event", record, EventLink, EventTag, EventImage, name)
        for each in record["slots"]:
            self._slot(event, each, name)
        self._published(event)
        if record["slots"]:
            publish(event, by=None, note=record.get("release_note", ""))
        self.count["events"] += 1

    def _slot(self, event: Event, record: Record, name: str) -> None:
        venue = Venue.objects.get(slug=record["venue"]) if record["venue"] else None
        space = Space.objects.get(venue=venue, slug=record["space"]) if record["space"] else None
        slot = Slot(
            event=event,
            uid=uuid.uuid5(NAMESPACE, f"{event.slug}/{record['key']}"),
            slot_kind=record["kind"],
            venue=venue,
            space=space,
            **take(
                record,
                *[
                    "title",
                    "starts_at",
                    "ends_at",
                    "on_date",
                    "through",
                    "precision",
                    "timing",
                    "status",
                    "status_note",
                    "place_name",
                    "sample",
                ],
            ),
        )
        checked(slot, f"{name} slot {record['key']}")
        for each in record["participants"]:
            participant = Participant.objects.get(slug=each["participant"])
            row = SlotParticipant(slot=slot, participant=participant, role=each["role"], billing=each["billing"])
            checked(row, f"{name} slot {record['key']} participant {each['participant']}")


def image_id(key: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"image/{key}")


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


def _children(
    root: Published,
    name_of_root: str,
    record: Record,
    link: type[models.Model],
    tagging: type[models.Model],
    placement: type[models.Model],
    name: str,
) -> None:
    owner = {name_of_root: root}
    for order, each in enumerate(record.get("links") or []):
        checked(link(**owner, position=order, **each), f"{name} link {order}")
    for slug in record.get("tags") or []:
        checked(tagging(**owner, tag=Tag.objects.get(slug=slug)), f"{name} tag {slug}")
    for order, key in enumerate(record.get("images") or []):
        row = placement(**owner, image=Image.objects.get(pk=image_id(key)), position=order)
        checked(row, f"{name} image {key}")


def _parents_first(records: list[Record]) -> list[Record]:
    return sorted(records, key=lambda record: record.get("parent") is not None)
