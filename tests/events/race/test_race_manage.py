"""Courses, their lines and what slots are in a race by the manage API."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.changes.models import acts_of
from events.models import Event, Slot
from events.race.models import Closure, Course, CoursePoint, Wave
from tests import factories
from tests.asking import send, wrong
from tests.events.race import scenes
from tests.events.race.scenes import gpx, place
from tests.factories import at
from tests.pages import enter

pytestmark = pytest.mark.django_db

COURSES = "/api/v1/manage/events/run/courses"
TEN = {"slug": "ten", "name": {"zh-Hans": "十公里"}, "distance": 10_000}


@pytest.fixture
def stage(cast: SimpleNamespace) -> SimpleNamespace:
    made = scenes.race(published=False, organizer=cast.ours)
    return SimpleNamespace(**vars(cast), **vars(made))


def version() -> int:
    return int(Event.objects.values_list("version", flat=True).get(slug="run"))


def test_manage_courses_from_first_to_last(stage: Any) -> None:
    listed = send(stage.editor, "get", COURSES).json()
    assert (listed["version"], [each["slug"] for each in listed["results"]]) == (version(), ["half"])
    points = [{"kind": "aid", "km": 2.5, "name": {"en": "Gate"}}, {"kind": "finish", "km": "10"}]
    made = send(stage.editor, "post", COURSES, {**TEN, "points": points, "fastest_pace": 180}, 201)
    assert made["Location"] == f"{COURSES}/ten"
    assert made.json() == {
        "version": version(),
        "derived": {"name": {"zh-Hant": "十公里"}},
        **TEN,
        "position": 0,
        "certification": {"status": "unknown", "by": ""},
        "limit": None,
        "age_min": None,
        "cutoff_minutes": None,
        "fastest_pace": 180,
        "slowest_pace": None,
        "note": {},
        "approximate": False,
        "sample": False,
        "points": [
            {"kind": "aid", "km": 2.5, "name": {"en": "Gate"}, "note": {}},
            {"kind": "finish", "km": 10.0, "name": {}, "note": {}},
        ],
        "line": None,
    }
    kept = CoursePoint.objects.get(kind="aid", km=2.5).pk
    changed = {"version": version(), "points": [{**points[0], "km": 3}], "certification": {"status": "yes"}}
    there = send(stage.editor, "patch", f"{COURSES}/ten", changed).json()
    assert ([each["km"] for each in there["points"]], there["certification"]["status"]) == ([3.0], "yes")
    assert CoursePoint.objects.get(course__slug="ten").pk == kept
    now = version()
    again = send(stage.editor, "put", f"{COURSES}/ten", {**there, "version": now}).json()
    assert (again, version()) == (there, now)  # read and sent back: nothing is changed
    send(stage.editor, "delete", f"{COURSES}/ten", {"version": now}, 204)
    send(stage.editor, "get", f"{COURSES}/ten", expect=404)
    verbs = [(act.verb, act.fields) for act in acts_of(stage.event)[:3]]
    assert verbs == [("changed", ["courses"])] * 3


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({**TEN, "slug": "half"}, [("", "invalid")]),
        ({**TEN, "distance": 5}, [("distance", "min_value")]),
        ({**TEN, "distance": None}, [("distance", "null")]),
        ({**TEN, "name": {}}, [("name", "required")]),
        ({**TEN, "length": 1}, [("length", "unknown")]),
        ({**TEN, "certification": {"status": "maybe"}}, [("certification.status", "invalid_choice")]),
        ({**TEN, "certification": {"by": "AIMS"}}, [("certification.by", "invalid")]),
        ({**TEN, "points": [{"kind": "aid", "km": 11}]}, [("points.0.km", "invalid")]),
        ({**TEN, "points": [{"kind": "bar", "km": 1}]}, [("points.0.kind", "invalid_choice")]),
        ({**TEN, "points": [{"kind": "aid", "km": "far"}]}, [("points.0.km", "invalid")]),
        ({**TEN, "fastest_pace": 300, "slowest_pace": 200}, [("slowest_pace", "invalid")]),
    ],
)
def test_manage_courses_are_refused_by_field(stage: Any, body: Any, problems: Any) -> None:
    before = version()
    assert wrong(send(stage.editor, "post", COURSES, body, 400)) == problems
    assert (Course.objects.count(), CoursePoint.objects.count(), version()) == (1, 2, before)


def test_manage_course_is_versioned_with_its_event(stage: Any) -> None:
    path = f"{COURSES}/half"
    send(stage.editor, "patch", path, {"limit": 5}, 428)
    stale = send(stage.editor, "patch", path, {"limit": 5, "version": 1}, 412).json()
    assert stale["current"]["slug"] == "half"
    send(stage.editor, "post", COURSES, {**TEN, "version": 1}, 412)
    assert send(stage.editor, "patch", path, {"limit": 5}, if_match=f'"{version()}"').json()["limit"] == 5
    assert wrong(send(stage.editor, "delete", path, {"version": version()}, 409)) == [("", "in_use")]


def test_manage_courses_cost_the_same_for_one_and_for_many(stage: Any) -> None:
    browser = enter(stage.editor)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(COURSES).status_code == 200
        return len(queries)

    before = cost()
    for number in range(3):
        scenes.point(scenes.course(stage.event, slug=f"more-{number}"), "aid", 1)
    assert cost() == before


# Lines


def put_line(who: Any, content: Any, expect: int = 200, kind: str = "application/gpx+xml", **headers: str) -> Any:
    sent = {"accept-language": "en", **{name.replace("_", "-"): value for name, value in headers.items()}}
    response = enter(who).put(f"{COURSES}/half/line", content, content_type=kind, headers=sent)
    assert response.status_code == expect, response.content.decode()[:1000]
    return response


def test_manage_line_is_uploaded_and_taken_away(stage: Any) -> None:
    straight = [place(at, 0, 40.0) for at in range(0, 10_501, 500)]
    shown = put_line(stage.editor, gpx(straight), if_match=f'"{version()}"').json()
    assert shown["line"] == {"points": 2, "length": 10_500, "gain": 0, "loss": 0, "lowest": 40, "highest": 40}
    assert Course.objects.get().line == [list(straight[0]), list(straight[-1])]
    gone = send(stage.editor, "delete", f"{COURSES}/half/line", {"version": version()}).json()
    assert gone["line"] is None


def test_manage_line_is_taken_as_a_form_too(stage: Any) -> None:
    browser = enter(stage.editor)
    file = SimpleUploadedFile("course.gpx", gpx(), "application/gpx+xml")
    body = encode_multipart(BOUNDARY, {"file": file})
    headers = {"if-match": f'"{version()}"'}
    response = browser.put(f"{COURSES}/half/line", body, content_type=MULTIPART_CONTENT, headers=headers)
    assert (response.status_code, response.json()["line"]["length"]) == (200, 10_500)


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (gpx([place(0, 0), place(50_000, 0)]), "gap", "The line has a gap of 50.0 km behind point 1 (41.70000, 123.1"),
        (gpx([place(at, 0) for at in range(0, 5_001, 500)]), "length", "The line is 5.00 km long and the course 10.50"),
        (gpx([(116.4, 39.9), (116.41, 39.9)]), "far_away", "The line goes"),
        (b"", "required", "Send the file as the body"),
        (b"\xff\xd8", "unreadable", "This is no GPX file."),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><gpx/>', "forbidden", "The file declares a document type"),
    ],
)
def test_manage_line_is_refused_by_name(stage: Any, content: bytes, code: str, detail: str) -> None:
    refused = put_line(stage.editor, content, 400, if_match=f'"{version()}"')
    assert wrong(refused) == [("file", code)]
    assert refused.json()["errors"][0]["detail"].startswith(detail)
    assert Course.objects.get().line_length == 10_500


def test_manage_line_needs_a_file_a_version_and_a_right(stage: Any) -> None:
    path = f"{COURSES}/half/line"
    assert wrong(send(stage.editor, "put", path, {"version": version()}, 400)) == [("file", "required")]
    put_line(stage.editor, gpx(), 428)
    put_line(stage.editor, gpx(), 412, if_match='"1"')
    put_line(stage.stranger, gpx(), 404, if_match=f'"{version()}"')
    put_line(stage.editor, "{}", 415, kind="text/plain")
    factories.public(stage.event)
    put_line(stage.editor, gpx(), 403, if_match=f'"{version()}"')
    put_line(stage.publisher, gpx(), if_match=f'"{version()}"')


# What slots are in the race


def part(slot: Slot) -> str:
    return f"/api/v1/manage/slots/{slot.uid}/race"


def seen(slot: Slot) -> int:
    return int(Slot.objects.values_list("version", flat=True).get(pk=slot.pk))


def test_manage_wave_from_first_to_last(stage: Any) -> None:
    slot = factories.slot(stage.event, at(*scenes.DAY, 9), slot_kind="wave")
    empty = send(stage.editor, "get", part(slot)).json()
    assert (empty["course"], empty["bibs"], empty["size"]) == (None, {"prefix": "", "first": None, "last": None}, None)
    assert wrong(send(stage.editor, "put", part(slot), {"version": seen(slot)}, 400)) == [("course", "null")]
    body = {"course": "half", "bibs": {"prefix": "C", "first": 1, "last": 9}, "pace": {"fastest": 200}, "size": 9}
    made = send(stage.editor, "put", part(slot), {**body, "version": seen(slot)}).json()
    assert made == {
        "version": seen(slot),
        "derived": {},
        "course": {"slug": "half"},
        "bibs": {"prefix": "C", "first": 1, "last": 9},
        "pace": {"fastest": 200, "slowest": None},
        "size": 9,
    }
    assert (Slot.objects.get(pk=slot.pk).detail or {})["wave"]["size"] == 9
    same = send(stage.editor, "put", part(slot), made).json()
    assert same == made
    clash = {"bibs": {"prefix": "A", "first": 1, "last": 9}, "version": seen(slot)}
    assert wrong(send(stage.editor, "patch", part(slot), clash, 400)) == [("bibs.first", "invalid")]
    send(stage.editor, "patch", part(slot), {"size": 5}, 428)
    send(stage.editor, "patch", part(slot), {"size": 5, "version": seen(slot) - 1}, 412)
    send(stage.editor, "delete", part(slot), {"version": seen(slot)}, 204)
    assert not Wave.objects.filter(slot=slot).exists()
    send(stage.editor, "delete", part(slot), {"version": seen(slot)}, 404)


def test_manage_closure_and_its_venues(stage: Any) -> None:
    own = factories.venue(slug="own", organizer=stage.ours)
    shown = send(stage.editor, "get", part(stage.closed)).json()
    assert {name: shown[name] for name in ("course", "from_km", "to_km", "venues", "unreachable", "drawn")} == {
        "course": {"slug": "half"},
        "from_km": 2.0,
        "to_km": 6.0,
        "venues": [{"slug": "hall"}],
        "unreachable": False,
        "drawn": False,
    }
    assert send(stage.editor, "put", part(stage.closed), shown).json() == shown
    refused = {"unreachable": True, "version": seen(stage.closed)}
    assert wrong(send(stage.editor, "patch", part(stage.closed), refused, 400)) == [("unreachable", "not_yours")]
    assert Closure.objects.get().shuts is False
    body = {"unreachable": True, "venues": ["own"], "to_km": 7.5, "version": seen(stage.closed)}
    closed = send(stage.editor, "patch", part(stage.closed), body).json()
    assert (closed["venues"], closed["unreachable"], closed["to_km"]) == ([{"slug": "own"}], True, 7.5)
    detail = (Slot.objects.get(pk=stage.closed.pk).detail or {})["closure"]
    assert (detail["venues"], detail["shuts"]) == ([own.slug], True)
    for venues, code in ((["no-such"], "unknown"), (["own", "own"], "repeated")):
        sent = {"venues": venues, "version": seen(stage.closed)}
        (problem,) = wrong(send(stage.editor, "patch", part(stage.closed), sent, 400))
        assert (problem[0].split(".")[0], problem[1]) == ("venues", code)


def test_manage_cutoff_and_slots_that_are_nothing_in_a_race(stage: Any) -> None:
    assert send(stage.editor, "get", part(stage.cut)).json()["km"] == 8.0
    moved = send(stage.editor, "patch", part(stage.cut), {"km": 9, "version": seen(stage.cut)}).json()
    assert moved["km"] == 9.0
    beyond = {"km": 20, "version": seen(stage.cut)}
    assert wrong(send(stage.editor, "patch", part(stage.cut), beyond, 400)) == [("km", "invalid")]
    with edit():
        match = factories.slot(stage.event, at(*scenes.DAY, 9))
        theirs = scenes.course(factories.league(slug="other"), slug="theirs")
    send(stage.editor, "get", part(match), expect=404)
    strange = {"course": theirs.slug, "version": seen(stage.first)}
    assert wrong(send(stage.editor, "patch", part(stage.first), strange, 400)) == [("course", "unknown")]
    send(stage.stranger, "get", part(stage.first), expect=404)
