"""Loading: a few records, one of them broken; nothing is ever loaded by half."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from functools import cache
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.models import Act
from events.models import Event, ReleasedSlot
from media.models import Image
from media.preparing import prepare
from organizers.models import Organizer
from tests import factories
from tests.factories import at
from tourism.demo import loading
from venues.models import Venue

NOON = at(2026, 11, 25, 12)


FILES = ("tags", "participants", "images", "venues", "organizers")


@cache
def opening_files() -> dict[str, list[dict[str, Any]]]:
    """The data files cut down to a season, its opening, and what they name."""
    files = {name: loading.read(f"{name}.yaml") for name in FILES}
    files["exhibits"] = [{"slug": "lathe", "venue": "workers-park", "name": {"zh-Hans": "车床"}}]
    files["routes"], files["teams"], files["media"] = [], [], []
    files["events"] = [record for record in loading.read("events/seasons.yaml") if "workers-art" in record["slug"]]
    for name, slug in (("venues", "workers-park"), ("organizers", "tiexi-district")):
        files[name] = [record for record in files[name] if record["slug"] == slug]
    shown = {key for record in [*files["venues"], *files["events"]] for key in record["images"]}
    files["images"] = [record for record in files["images"] if record["key"] in shown]
    return files


@cache
def decoded(raw: bytes) -> Any:
    """A poster takes as long to decode as all else of a record."""
    return prepare(BytesIO(raw))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, Any]]]:
    """A few records in the place of the data files, to be changed by a test."""
    files = deepcopy(opening_files())
    monkeypatch.setattr(loading, "prepare", lambda file: decoded(file.read()))
    monkeypatch.setattr(loading, "read", lambda name: files[name.removesuffix(".yaml")])
    monkeypatch.setattr("tourism.management.commands.load_demo.read_events", lambda: list(files["events"]))
    return files


def test_load_demo_counts_what_is_new(few: Any, db: None) -> None:
    out = StringIO()
    call_command("load_demo", stdout=out)
    pictures = len(few["images"])
    assert out.getvalue() == f"Tiexi data set: 1 organizers, 1 venues, 1 exhibits, {pictures} images, 2 events new.\n"
    opening = Event.objects.get(slug="workers-art-season-opening-2025")
    assert [slot.participants[0]["slug"] for slot in opening.released_slots.exclude(participants=[])] == [
        "sample-choir"
    ]
    assert list(Act.objects.filter(kind="event").values_list("label", "verb", "by").order_by("pk"))[:2] == [
        (str(opening.season), "created", None),
        (str(opening.season), "published", None),
    ]


def test_load_demo_shifts_to_the_day_it_runs(few: Any, db: None, clock: Callable[..., None]) -> None:
    clock(NOON)
    call_command("load_demo", shift_to_today=True, stdout=StringIO())
    copy = Event.objects.get(slug="workers-art-season-opening-2025-demo")
    assert copy.starts_on == date(2026, 11, 25)  # a Wednesday as 7 May 2025 was
    assert timezone.localtime(copy.released_slots.get(slot_kind="show").starts_at) == at(2026, 11, 25, 18, 30)


def test_load_demo_leaves_out_languages_that_are_not_configured(few: Any, db: None, settings: Any) -> None:
    settings.CONTENT_LANGUAGES = ["zh-Hans", "en"]
    for name, records in few.items():
        few[name] = [loading._in_our_languages(record) for record in records]
    call_command("load_demo", shift_to_today=True, stdout=StringIO())
    assert Venue.objects.get().name == {"zh-Hans": "劳动公园", "en": "Labour Park"}


def broken(few: Any, file: str, change: Callable[[dict[str, Any]], Any]) -> None:
    change(few[file][-1])


def drop(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda record: record.pop(name)


def put(**values: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda record: record.update(values)


OPENING = "event workers-art-season-opening-2025"
RUN: dict[str, Any] = {"slug": "run", "name": {"zh-Hans": "跑"}, "distance": 5_000}
AID = {"kind": "aid", "km": "9"}


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        ("events", put(title={"en": "Opening"}), f"{OPENING}: title: "),
        ("events", put(status="moved"), f"{OPENING}: status: "),
        ("events", put(season="no-such"), f"{OPENING}: season: there is no event 'no-such'"),
        ("events", put(organizer="no-such"), f"{OPENING}: organizer: there is no organizer 'no-such'"),
        ("events", put(venues=["no-such"]), f"{OPENING}: venues: there is no venue 'no-such'"),
        ("events", put(tags=["no-such"]), f"{OPENING}: tags: there is no tag 'no-such'"),
        ("venues", put(media=["no-such"]), "venue workers-park: media: there is no track or leaflet 'no-such'"),
        ("events", put(images=["no-such"]), f"{OPENING}: images: there is no image 'no-such'"),
        ("events", put(links=[{"adress": "https://a.cn"}]), f"{OPENING} link 0: "),
        ("events", drop("booking"), f"{OPENING}: booking: is missing"),
        ("events", put(venues=[]), f"{OPENING}: "),
        ("events", put(courses=[{"slug": "run"}]), f"{OPENING} course run: name: "),
        ("events", put(courses=[{**RUN, "distance": 5}]), f"{OPENING} course run: distance: "),
        ("events", put(courses=[{**RUN, "line": "fun-run.gpx"}]), f"{OPENING} course run: distance: "),
        ("events", put(courses=[{**RUN, "points": [AID]}]), f"{OPENING} course run point aid 9: km: "),
        ("events", put(eligibility={"limit": 0}), f"{OPENING} eligibility: limit: "),
        ("events", put(competition={"sport": "chess"}), f"{OPENING} competition: sport: "),
        (
            "events",
            put(competition={"sport": "football", "entries": ["works"]}),
            f"{OPENING}: entries: there is no team 'works'",
        ),
        (
            "events",
            lambda record: (
                record.update(competition={"sport": "football"}),
                record["slots"][0].update(match={"round_of": 4, "home": "works"}),
            ),
            f"{OPENING} slot opening: home: 'works' is not entered",
        ),
        (
            "events",
            lambda record: record["slots"][0].update(wave={"course": "run"}),
            f"{OPENING} slot opening: course: there is no course 'run'",
        ),
        ("events", lambda record: record["slots"][0].update(space="no-such"), f"{OPENING} slot opening: space: "),
        ("events", lambda record: record["slots"][0].update(on_date=None), f"{OPENING} slot opening: on_date: "),
        ("events", lambda record: record["slots"][0].pop("venue"), f"{OPENING} slot opening: venue: is missing"),
        ("venues", put(kind="castle"), "venue workers-park: venue_kind: "),
        ("venues", put(lat=95.0), "venue workers-park: "),
        ("venues", put(visit_rules={"age_min": -1}), "venue workers-park visit rules: age_min: "),
        ("venues", put(visit_rules={"production": [{"first": "x"}]}), "venue workers-park production 0: "),
        ("venues", put(accessibility={"ramp": {"value": "yes"}}), "venue workers-park accessibility ramp: fact: "),
        ("exhibits", put(venue="no-such"), "exhibit lathe: venue: there is no venue 'no-such'"),
        ("exhibits", put(condition="new"), "exhibit lathe: condition: "),
        ("exhibits", put(images=["no-such"]), "exhibit lathe: images: there is no image 'no-such'"),
        ("organizers", put(slug="Not A Slug"), "organizer Not A Slug: slug: "),
    ],
)
def test_load_demo_tells_a_broken_record_and_leaves_nothing_behind(
    few: Any, db: None, file: str, change: Callable[[dict[str, Any]], Any], told: str
) -> None:
    broken(few, file, change)
    with pytest.raises(CommandError) as caught:
        call_command("load_demo", stdout=StringIO())
    assert str(caught.value).startswith(f"Nothing was loaded. {told}")
    assert [model.objects.count() for model in (Organizer, Venue, Event, ReleasedSlot, Image, Act)] == [0] * 6
    assert factories.revision() == 0
