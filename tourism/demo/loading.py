"""Loads the data files through the models' own validation. What exists already is left as its editors made it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from core.changes.edits import edit
from core.tags import Tag
from core.translations import languages
from events.conflicts import find_conflicts
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
from media.preparing import Prepared, prepare
from organizers.models import Organizer
from tourism.demo.leagues import load_competition, load_matches, load_results, load_teams, with_fixtures
from tourism.demo.library import add_media, load_media, read_files
from tourism.demo.races import load_courses, load_part
from tourism.demo.records import (
    DataError,
    Record,
    add_children,
    add_pictures,
    checked,
    find,
    image_id,
    make_public,
    take,
    telling,
)
from tourism.demo.routes import load_routes
from tourism.demo.slots import slot_values
from tourism.demo.visiting import EXHIBIT_FIELDS, load_hours, load_visiting
from venues.models import (
    Designation,
    Exhibit,
    ExhibitImage,
    ExhibitMedia,
    Space,
    Venue,
    VenueImage,
    VenueLink,
    VenueMedia,
    VenueTag,
)

FOLDER = Path(__file__).parent
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
    names = {record["slug"]: record["name"] for record in read("teams.yaml")}
    records = (record for path in sorted((FOLDER / "events").glob("*.yaml")) for record in read(f"events/{path.name}"))
    return [with_fixtures(record, names) for record in records]


class Loader:
    """One load. ``count`` tells how many objects of each kind were new."""

    def __init__(self) -> None:
        kinds = ("organizers", "venues", "exhibits", "routes", "images", "media", "teams", "events")
        self.count: dict[str, int] = dict.fromkeys(kinds, 0)

    def load(self, events: Iterable[Record]) -> None:
        """Everything in one transaction: a record at fault leaves nothing behind."""
        pictures = [(record, self._picture(record)) for record in read("images.yaml")]  # before the block opens
        files = read_files(read("media.yaml"))
        with edit():
            for record in read("tags.yaml"):
                if not Tag.objects.filter(slug=record["slug"]).exists():
                    checked(f"tag {record['slug']}", Tag, **take(record, "slug", "name"))
            for record in read("participants.yaml"):
                if not Participant.objects.filter(slug=record["slug"]).exists():
                    checked(f"participant {record['slug']}", Participant, **take(record, "slug", "kind", "name", "url"))
            for record in read("organizers.yaml"):
                self._organizer(record)
            for record, picture in pictures:
                self._image(record, picture)
            self.count["media"] += load_media(files)
            for record in sorted(read("venues.yaml"), key=lambda each: each.get("parent") is not None):
                self._venue(record)
            for record in read("exhibits.yaml"):
                self._exhibit(record)
            self.count["routes"] += load_routes(read("routes.yaml"))
            self.count["teams"] += load_teams(read("teams.yaml"))
            for record in sorted(events, key=lambda each: each["kind"] != "season"):  # the others name the seasons
                self._event(record)

    def _picture(self, record: Record) -> Prepared | None:
        if Image.objects.filter(pk=image_id(record["key"])).exists():
            return None
        with telling(f"image {record['key']}"), (FOLDER / record["file"]).open("rb") as file:
            return prepare(file)

    def _image(self, record: Record, picture: Prepared | None) -> None:
        if picture is None:
            return
        image = Image(pk=image_id(record["key"]), **take(record, "alt", "caption", "credit", "licence"))
        image.set_picture(picture)
        with telling(f"image {record['key']}"):
            image.full_clean()
        image.save()
        self.count["images"] += 1

    def _organizer(self, record: Record) -> None:
        name = f"organizer {record['slug']}"
        if Organizer.objects.filter(slug=record["slug"]).exists():
            return
        with telling(name):
            make_public(checked(name, Organizer, **take(record, *ORGANIZER_FIELDS)))
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
            load_hours(name, venue, record)
            load_visiting(name, venue, record)
            add_children(name, {"venue": venue}, record, VenueLink, VenueTag, VenueImage)
            add_media(name, {"venue": venue}, record, VenueMedia)
            make_public(venue)
        self.count["venues"] += 1

    def _exhibit(self, record: Record) -> None:
        name = f"exhibit {record['slug']}"
        if Exhibit.objects.filter(slug=record["slug"]).exists():
            return
        with telling(name):
            venue = find(name, "venue", Venue, record["venue"])
            exhibit = checked(name, Exhibit, venue=venue, **take(record, *EXHIBIT_FIELDS))
            add_pictures(name, {"exhibit": exhibit}, record, ExhibitImage)
            add_media(name, {"exhibit": exhibit}, record, ExhibitMedia)
            make_public(exhibit)
        self.count["exhibits"] += 1

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
            add_children(name, {"event": event}, record, EventLink, EventTag, EventImage)
            load_courses(name, event, record)
            load_competition(name, event, record)
            for each in record["slots"]:
                if not each.get("match"):
                    self._slot(event, each, f"{name} slot {each['key']}")
            load_matches(name, event, record)
            make_public(event)
            if record["slots"]:
                with edit() as unit:  # facts of the past are as they are
                    warned = {each.id for each in find_conflicts(event, unit.moment)}
                    publish(event, by=None, note=record.get("release_note", ""), accept=warned)
                load_results(event, record)
        self.count["events"] += 1

    def _slot(self, event: Event, record: Record, name: str) -> None:
        with telling(name):
            slot = checked(name, Slot, **slot_values(name, event, record))
            for each in record["participants"]:
                participant = find(name, "participants", Participant, each["participant"])
                checked(
                    f"{name} participant {participant.slug}",
                    SlotParticipant,
                    slot=slot,
                    participant=participant,
                    **take(each, "role", "billing"),
                )
            load_part(name, slot, record)


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
        "accepted_documents": booking.get("accepted_documents"),
        "documents": booking.get("documents") or {},
        "ages_min": ages["min"],
        "ages_max": ages["max"],
        "ages_note": ages["note"],
    }
