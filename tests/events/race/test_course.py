"""``/events/{slug}/course``, ``.gpx`` and ``.geojson``; what slots say of a race; the rules of its rows."""

import json
from typing import Any

import gpxpy
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import RestrictedError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.geo import Datum, Point, from_wgs84
from events.models import Event, Slot
from events.race.models import Closure, ClosureVenue, Course, CoursePoint, Cutoff, Eligibility, Wave
from tests import factories
from tests.events.race import scenes
from tests.events.race.scenes import LINE, place, race
from tests.factories import at, text, withdrawn

pytestmark = pytest.mark.django_db


def told(get: Any, **params: Any) -> Any:
    return get("events/run/course", **params)


def hours(item: Any) -> list[str | None]:
    return [item[name] and item[name][11:16] for name in ("first_at", "last_at")]


def test_course_in_every_detail(get: Any) -> None:
    made = race()
    shown = told(get, lang="en")
    assert (shown["event"]["slug"], shown["release"], shown["eligibility"]) == ("run", 1, None)
    (half,) = shown["courses"]
    assert {name: half[name] for name in ("slug", "name", "distance", "certification", "limit", "cutoff_minutes")} == {
        "slug": "half",
        "name": "Half",
        "distance": 10_500,
        "certification": {"status": "unknown", "by": ""},
        "limit": None,
        "cutoff_minutes": None,
    }
    assert half["line"]["coordinates"] == [list(LINE[0]), list(place(10_000, 0, 60.0)), list(LINE[-1])]
    assert (half["line"]["tolerance"], half["line"]["approximate"], half["line"]["points"]) == (10.0, False, 3)
    profile = half["elevation"].pop("profile")
    assert (half["elevation"], profile[0], profile[-1]) == (
        {"gain": 18, "loss": 0, "min": 40, "max": 60},
        [0.0, 40.0],
        [10.5, 60.0],
    )
    assert [
        (each["title"], each["starts_at"][11:16], each["bibs"], each["pace"], each["size"]) for each in half["waves"]
    ] == [
        ("Start", "08:30", {"prefix": "A", "first": 1, "last": 500}, {"fastest": None, "slowest": None}, 500),
        ("Start", "08:40", {"prefix": "B", "first": 1, "last": 900}, {"fastest": 300, "slowest": 510}, None),
    ]
    (cut,) = half["cutoffs"]
    assert (cut["uid"], cut["km"], cut["at"][11:16]) == (str(made.cut.uid), 8, "09:40")


def test_course_tells_when_runners_pass(get: Any) -> None:
    race()
    shown = told(get, lang="en")
    (half,) = shown["courses"]
    start, bridge = half["points"]
    assert (start["kind"], start["name"], hours(start)) == ("start", None, ["08:30", "08:40"])
    assert (bridge["kind"], bridge["km"], bridge["name"], bridge["note"]) == ("spectator", 5, "Bridge", "Shade")
    assert hours(bridge) == ["08:45", "09:23"]
    assert (bridge["position"]["lng"], bridge["position"]["approximate"]) == (place(5_000, 0)[0], False)
    # At kilometre 8 the cut-off comes before the slowest runner's time, and holds back what follows.
    kilometres = {each["km"]: hours(each) for each in half["kilometres"]}
    assert (len(kilometres), kilometres[7.0], kilometres[8.0]) == (12, ["08:51", "09:40"], ["08:54", "09:40"])
    assert kilometres[10.5] == ["09:01", "10:02"]
    (closed,) = shown["closures"]
    assert (closed["title"], closed["course"]["slug"], closed["from_km"], closed["to_km"]) == (
        "North Road closed",
        "half",
        2,
        6,
    )
    assert (hours(closed), closed["note"], closed["unreachable"]) == (["08:36", "09:31"], "Detour", False)
    assert [venue["slug"] for venue in closed["venues"]] == ["hall"]
    assert [closed["coordinates"][0], closed["coordinates"][-1]] == [list(place(2_000, 0)), list(place(6_000, 0))]


def test_course_follows_releases_and_not_drafts(get: Any) -> None:
    made = race(published=False)
    factories.public(made.event)
    before = told(get)
    assert (before["release"], before["closures"], before["courses"][0]["waves"]) == (None, [], [])
    assert hours(before["courses"][0]["points"][1]) == [None, None]
    assert before["courses"][0]["kilometres"] == []
    factories.release(made.event)
    assert hours(told(get)["courses"][0]["points"][1]) == ["08:45", "09:23"]
    made.first.refresh_from_db()
    made.first.starts_at = at(*scenes.DAY, 7)
    made.first.save()
    assert hours(told(get)["courses"][0]["points"][1]) == ["08:45", "09:23"]
    factories.release(made.event)
    assert hours(told(get)["courses"][0]["points"][1]) == ["07:15", "09:23"]


def test_course_counts_no_wave_that_does_not_take_place(get: Any) -> None:
    made = race()
    for slot, status in ((made.second, "cancelled"), (made.cut, "cancelled")):
        slot.refresh_from_db()
        slot.status = status
        slot.save()
    factories.release(made.event)
    (half,) = told(get)["courses"]
    assert hours(half["points"][1]) == ["08:45", "09:10"]
    assert {each["status"] for each in half["waves"]} == {"scheduled", "cancelled"}
    assert hours(half["kilometres"][-1]) == ["09:01", "09:54"]


def test_course_without_a_line_still_tells_times(get: Any) -> None:
    with edit():
        event = factories.league(slug="run", event_kind="race")
        fun = scenes.course(event, None, slug="fun", distance=6_000, slowest_pace=None, cutoff_minutes=60)
        scenes.point(fun, "finish", 6)
        scenes.wave(fun, 9)
        scenes.closure(event, course=fun, from_km=1, to_km=3)
        factories.release(event)
    shown = told(get)
    (half,) = shown["courses"]
    assert (half["line"], half["elevation"], half["points"][0]["position"]) == (None, None, None)
    assert hours(half["points"][0]) == ["09:18", "10:00"]
    assert (shown["closures"][0]["coordinates"], hours(shown["closures"][0])) == (None, ["09:03", "09:30"])


def test_course_says_who_may_run(get: Any) -> None:
    made = race(ages_min=16)
    row = Eligibility(
        event=made.event,
        limit=5_000,
        guardian_under=18,
        medical_certificate="required",
        bring=text("身份证", en="Identity card", de="Ausweis"),
    )
    scenes.saved(row)
    assert told(get, lang="de")["eligibility"] == {
        "ages": {"min": 16, "max": None, "note": None},
        "limit": 5_000,
        "guardian_under": 18,
        "medical_certificate": "required",
        "bring": "Ausweis",
        "note": None,
    }


def test_course_of_an_event_that_is_no_race_is_none(client: Client, get: Any) -> None:
    factories.league(slug="run")
    shown = told(get)
    assert (shown["courses"], shown["closures"], shown["eligibility"]) == ([], [], None)
    assert get("events/run/course.geojson")["features"] == []
    assert gpxpy.parse(client.get("/api/v1/events/run/course.gpx").content.decode()).tracks == []


def test_course_is_simplified_as_asked(get: Any) -> None:
    with edit():
        event = factories.league(slug="run", event_kind="race")
        zigzag = [place(at, at // 100 % 2 * 25) for at in range(0, 10_001, 100)]
        scenes.course(event, zigzag)
    counts = {
        tolerance: len(told(get, tolerance=tolerance)["courses"][0]["line"]["coordinates"])
        for tolerance in ("0", "10", "50", "5e2")
    }
    assert (counts["0"], counts["10"]) == (101, 101)
    assert 2 <= counts["5e2"] <= counts["50"] < 5
    assert len(told(get)["courses"][0]["line"]["coordinates"]) == 101


@pytest.mark.parametrize("ending", ["", ".gpx", ".geojson"])
@pytest.mark.parametrize(
    ("params", "field", "code"),
    [
        ({"tolerance": "-1"}, "tolerance", "out_of_range"),
        ({"tolerance": "501"}, "tolerance", "out_of_range"),
        ({"tolerance": "NaN"}, "tolerance", "out_of_range"),
        ({"tolerance": "ten"}, "tolerance", "out_of_range"),
        ({"tolerance": ""}, "tolerance", "required"),
        ({"course": "Half"}, "course", "invalid"),
        ({"course": "ultra"}, "course", "invalid_choice"),
        ({"release": "1"}, "release", "unknown"),
    ],
)
def test_course_refuses_bad_parameters(client: Client, ending: str, params: Any, field: str, code: str) -> None:
    race()
    response = client.get(f"/api/v1/events/run/course{ending}", params)
    assert response.status_code == 400
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(field, code)]


def two_courses() -> Event:
    made = race()
    with edit():
        fun = scenes.course(made.event, slug="fun", name=text("欢乐跑", en="Fun run"), position=1)
        scenes.point(fun, "aid", "2.5")
        scenes.wave(fun, 9)
        factories.release(made.event)
    return made.event


def test_course_alone_of_several(get: Any) -> None:
    two_courses()
    assert [each["slug"] for each in told(get)["courses"]] == ["half", "fun"]
    fun = told(get, course="fun")
    assert ([each["slug"] for each in fun["courses"]], fun["closures"]) == (["fun"], [])
    assert len(told(get, course="half")["closures"]) == 1


def test_course_as_gpx(client: Client) -> None:
    two_courses()
    response = client.get("/api/v1/events/run/course.gpx", {"lang": "en"})
    assert response["Content-Type"] == "application/gpx+xml"
    file = gpxpy.parse(response.content.decode())
    assert (file.version, file.name, [track.name for track in file.tracks]) == ("1.1", "Run", ["Half", "Fun run"])
    first = file.tracks[0].segments[0].points[0]
    assert (first.longitude, first.latitude, first.elevation) == LINE[0]
    assert [(each.name, each.type) for each in file.waypoints] == [
        ("0 km Start", "start"),
        ("5 km Bridge", "spectator"),
        ("2.5 km Drinks and food", "aid"),
    ]
    alone = gpxpy.parse(client.get("/api/v1/events/run/course.gpx", {"course": "fun"}).content.decode())
    assert [track.name for track in alone.tracks] == ["欢乐跑"]


def test_course_as_geojson(client: Client) -> None:
    event = two_courses()
    corners = [place(0, 0), place(0, 500), place(500, 500), place(500, 0)]
    with edit():
        scenes.closure(event, line=corners, is_area=True)
        factories.release(event)
    response = client.get("/api/v1/events/run/course.geojson", {"lang": "en"})
    assert response["Content-Type"] == "application/geo+json"
    found = json.loads(response.content)
    assert found["type"] == "FeatureCollection"
    rows = [
        (each["properties"]["role"], each["id"], (each["geometry"] or {}).get("type")) for each in found["features"]
    ]
    assert rows[:5] == [
        ("course", "half", "LineString"),
        ("point", "half-1", "Point"),
        ("point", "half-2", "Point"),
        ("course", "fun", "LineString"),
        ("point", "fun-1", "Point"),
    ]
    assert sorted((role, shape) for role, _id, shape in rows[5:]) == [("closure", "LineString"), ("closure", "Polygon")]
    assert len({each["id"] for each in found["features"]}) == len(found["features"])
    half, _start, bridge = found["features"][:3]
    assert half["geometry"]["coordinates"][0] == list(LINE[0])
    assert (half["properties"]["name"], half["properties"]["distance"]) == ("Half", 10_500)
    assert (bridge["properties"]["name"], hours(bridge["properties"])) == ("Bridge", ["08:45", "09:23"])
    (area,) = (each["geometry"] for each in found["features"] if (each["geometry"] or {}).get("type") == "Polygon")
    (ring,) = area["coordinates"]
    assert (len(ring), ring[0], ring[-1]) == (5, ring[-1], ring[0])
    every = json.loads(client.get("/api/v1/events/run/course.geojson", {"lang": "*"}).content)
    assert every["features"][0]["properties"]["name"]["de"] == "Halb"


def test_course_in_the_datum_of_the_apps_map(get: Any) -> None:
    race()
    shown = told(get, coords="gcj02")
    line = shown["courses"][0]["line"]
    there = from_wgs84(Point(LINE[0][1], LINE[0][0]), Datum.GCJ02)
    assert (line["coords"], line["coordinates"][0]) == ("gcj02", [round(there.lng, 6), round(there.lat, 6), 40.0])
    assert shown["courses"][0]["points"][0]["position"]["coords"] == "gcj02"
    assert shown["closures"][0]["coordinates"] != told(get)["closures"][0]["coordinates"]


def test_course_says_in_which_languages_it_is(get: Any) -> None:
    race()
    shown = told(get, lang="de")
    assert (shown["courses"][0]["name"], shown["courses"][0]["points"][1]["name"]) == ("Halb", "Bridge")
    assert shown["fallbacks"]["courses.0.points.1.name"] == "en"
    assert shown["fallbacks"]["courses.0.waves.0.title"] == "en"


def test_course_costs_the_same_for_one_row_and_for_many(client: Client) -> None:
    made = race()

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/api/v1/events/run/course").status_code == 200
        return len(queries)

    before = cost()
    with edit():
        for number in range(3):
            more = scenes.course(made.event, slug=f"more-{number}")
            for km in (0, 1, 2):
                scenes.point(more, "aid", km)
            scenes.wave(more, 9)
            scenes.closure(made.event, [factories.venue(), made.hall], course=more, from_km=1, to_km=2)
        factories.release(made.event)
    assert cost() == before


# What slots say


def test_slots_say_what_they_are_in_the_race(get: Any) -> None:
    made = race()
    assert get(f"slots/{made.first.uid}", lang="en")["wave"] == {
        "course": {"slug": "half", "name": "Half"},
        "bibs": {"prefix": "A", "first": 1, "last": 500},
        "pace": {"fastest": None, "slowest": None},
        "size": 500,
    }
    assert get(f"slots/{made.cut.uid}", lang="en")["cutoff"] == {"course": {"slug": "half", "name": "Half"}, "km": 8.0}
    closed = get(f"slots/{made.closed.uid}", lang="en")["closure"]
    assert ([venue["slug"] for venue in closed.pop("venues")], closed) == (
        ["hall"],
        {
            "course": {"slug": "half", "name": "Half"},
            "from_km": 2.0,
            "to_km": 6.0,
            "unreachable": False,
            "note": "Detour",
        },
    )
    days = get("events/run/schedule")["days"]
    rows = {row["uid"]: row for day in days for row in day["slots"]}
    assert rows[str(made.closed.uid)]["closure"]["venues"][0]["slug"] == "hall"
    assert (rows[str(made.closed.uid)]["wave"], rows[str(made.first.uid)]["closure"]) == (None, None)


def test_slots_cost_the_same_for_one_closure_and_for_many(client: Client) -> None:
    made = race()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/slots", {"kind": "closure", "from": "2026-01-01"}).status_code == 200
        return len(queries)

    before = cost()
    with edit():
        for _number in range(3):
            scenes.closure(made.event, [factories.venue(), made.hall])
        factories.release(made.event)
    assert cost() == before


def test_course_names_no_venue_that_is_not_public(get: Any) -> None:
    made = race()
    with edit():
        hidden = factories.venue(published=False, slug="hidden")
        scenes.saved(ClosureVenue(closure=Closure.objects.get(), venue=hidden))
        factories.release(made.event)
    assert [venue["slug"] for venue in told(get)["closures"][0]["venues"]] == ["hall"]
    assert [venue["slug"] for venue in get(f"slots/{made.closed.uid}")["closure"]["venues"]] == ["hall"]
    factories.public(hidden)
    assert len(get(f"slots/{made.closed.uid}")["closure"]["venues"]) == 2


def test_course_of_a_hidden_event_is_not_there(client: Client) -> None:
    made = race(published=False)
    for ending in ("", ".gpx", ".geojson"):
        assert client.get(f"/api/v1/events/run/course{ending}").status_code == 404
    withdrawn(factories.public(made.event))
    for ending in ("", ".gpx", ".geojson"):
        assert client.get(f"/api/v1/events/run/course{ending}").status_code == 410


# Rules


def wrong(row: Any) -> set[str]:
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    return set(caught.value.message_dict)


def test_course_is_checked() -> None:
    made = race()
    half, other = made.half, factories.league(slug="other")
    assert wrong(Course(event=made.event, slug="half", name=text("二"), distance=5_000)) == {"__all__"}
    scenes.saved(Course(event=other, slug="half", name=text("二"), distance=5_000))
    assert wrong(Course(event=other, slug="x", name=text("二"), distance=5)) == {"distance"}
    assert wrong(Course(event=other, slug="x", name=text("二"), distance=500, certified_by="AIMS")) == {"certified_by"}
    fast = {"fastest_pace": 400, "slowest_pace": 300}
    assert wrong(Course(event=other, slug="x", name=text("二"), distance=500, **fast)) == {"slowest_pace"}
    half.distance = 21_098  # of which the line is half
    assert wrong(half) == {"distance"}
    half.refresh_from_db()
    half.slug = "half-marathon"
    assert wrong(half) == {"slug"}
    half.refresh_from_db()
    scenes.point(half, "finish", "10.5")
    half.distance = 10_400
    assert wrong(half) == {"distance"}


def test_points_waves_and_closures_are_checked() -> None:
    made = race()
    half, other = made.half, factories.league(slug="other")
    theirs = scenes.course(other)
    assert wrong(CoursePoint(course=half, kind="aid", km=11)) == {"km"}
    assert wrong(CoursePoint(course=half, kind="aid", km=-1)) == {"km"}
    start = factories.slot(made.event, at(*scenes.DAY, 9), slot_kind="wave")
    assert wrong(Wave(slot=start, course=theirs)) == {"course"}
    assert wrong(Wave(slot=made.cut, course=half)) == {"__all__"}
    assert wrong(Wave(slot=start, course=half, bib_from=1)) == {"bib_to"}
    assert wrong(Wave(slot=start, course=half, bib_from=9, bib_to=1)) == {"bib_to"}
    assert wrong(Wave(slot=start, course=half, bib_prefix="A", bib_from=500, bib_to=600)) == {"bib_from"}
    Wave(slot=start, course=half, bib_prefix="A", bib_from=501, bib_to=600).full_clean()
    assert wrong(Wave(slot=start, course=half, pace_from=400, pace_to=300)) == {"pace_to"}
    gate = factories.slot(made.event, at(*scenes.DAY, 9), slot_kind="cutoff")
    assert wrong(Cutoff(slot=gate, course=half, km=11)) == {"km"}
    road = factories.slot(made.event, at(*scenes.DAY, 9), slot_kind="closure")
    assert wrong(Closure(slot=road, course=half, from_km=1)) == {"to_km"}
    assert wrong(Closure(slot=road, course=half, from_km=3, to_km=2)) == {"to_km"}
    assert wrong(Closure(slot=road, course=half, from_km=3, to_km=12)) == {"to_km"}
    assert wrong(Closure(slot=road, from_km=1, to_km=2)) == {"course"}
    assert wrong(Closure(slot=road, is_area=True)) == {"is_area"}
    Closure(slot=road).full_clean()


def test_course_that_is_run_is_not_deleted_and_one_that_is_not_goes_with_its_points(get: Any) -> None:
    made = race()
    fun = scenes.course(made.event, slug="fun")
    scenes.point(fun, "aid", 1)
    fun.delete()
    assert [each["slug"] for each in told(get)["courses"]] == ["half"]
    assert CoursePoint.objects.filter(event=made.event).count() == 2
    with pytest.raises(RestrictedError):
        made.half.delete()
    assert Course.objects.count() == 1


def test_event_that_never_was_public_is_deleted_with_its_race() -> None:
    made = race(published=False)
    made.event.delete()
    assert not any(model.objects.exists() for model in (Course, CoursePoint, Wave, Cutoff, Closure, ClosureVenue, Slot))
