"""The pages of a race in the admin: lines uploaded and refused, points, waves on their slots, closed roads."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.changes.edits import edit
from core.models import Act
from events.models import Slot
from events.race.models import Closure, ClosureVenue, Course, CoursePoint, Cutoff, Eligibility, Wave
from tests import factories
from tests.events.race import scenes
from tests.events.race.scenes import LINE, gpx, place
from tests.factories import at
from tests.pages import enter, errors, open_form, save, url

pytestmark = pytest.mark.django_db


def upload(points: Any = None, content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("course.gpx", gpx(points) if content is None else content, "application/gpx+xml")


@pytest.fixture
def desk(cast: SimpleNamespace) -> SimpleNamespace:
    """A race of ``ours`` that nobody has published."""
    with edit():
        made = scenes.race(published=False, organizer=cast.ours)
        made.hall.organizer = cast.theirs
        made.hall.save()
    return SimpleNamespace(**vars(made), cast=cast, browser=enter(cast.editor), page=url(made.half))


def test_admin_makes_a_course_with_its_line_and_points(desk: Any) -> None:
    page = url(Course, "add")
    form = open_form(desk.browser, page)
    typed = {"event": str(desk.event.pk), "slug": "ten", "name__zh-Hans": "十公里", "distance": "10500"}
    paces = {"fastest_pace": "3:00", "slowest_pace": "480"}
    points = {"points-TOTAL_FORMS": "1", "points-0-kind": "aid", "points-0-km": "5"}
    response = save(desk.browser, page, {**form, **points}, gpx=upload(), **typed, **paces)
    assert errors(response) == {}
    made = Course.objects.get(slug="ten")
    assert (made.event, made.fastest_pace, made.slowest_pace) == (desk.event, 180, 480)
    assert (made.line[0], made.line_length, made.gain) == (list(LINE[0]), 10_500, 18)
    point = CoursePoint.objects.get(course=made)
    assert (point.kind, float(point.km), point.event) == ("aid", 5, desk.event)
    act = Act.objects.filter(kind="event", object_id=str(desk.event.pk)).first()
    assert act is not None
    assert (act.verb, act.by, act.fields) == ("changed", desk.cast.editor, ["course"])


def test_admin_course_shows_its_line_and_its_paces_as_they_are_written(desk: Any) -> None:
    page = desk.browser.get(desk.page).content.decode()
    assert "Uploaded: 3 points. 10.50 km long. 18 m of climbing." in page
    assert page.count('<svg class="course-') == 2
    assert "5 km · 桥" in page
    form = open_form(desk.browser, desk.page)
    assert (form["fastest_pace"], form["slowest_pace"]) == ("3:00", "8:00")
    before = desk.half.event.version
    assert save(desk.browser, desk.page, form).status_code == 302
    desk.event.refresh_from_db()
    assert desk.event.version == before  # nothing was touched
    assert save(desk.browser, desk.page, form, fastest_pace="3:05").status_code == 302
    assert Course.objects.get().fastest_pace == 185


FAR = [*LINE, place(60_000, 500)]


def test_admin_refuses_bad_lines_at_the_field(desk: Any) -> None:
    cases = [
        ({"gpx": upload(FAR)}, "gpx", "The line has a gap of 50.0 km behind point 102"),
        ({"gpx": upload([(116.4, 39.9), (116.41, 39.9)])}, "gpx", "The line goes 6"),
        ({"gpx": upload(content=b"\xff\xd8\xff\xe0JFIF")}, "gpx", "This is no GPX file."),
        ({"gpx": upload([LINE[0]])}, "gpx", "The line has a single point."),
        ({"gpx": upload(LINE[:50])}, "distance", "The line is 4.90 km long and the course 10.50 km: too far apart."),
        ({"gpx": upload(), "remove_line": "on"}, "remove_line", "You have chosen a new line too."),
        ({"fastest_pace": "5:61"}, "fastest_pace", "Write minutes and seconds per kilometre: 5:30."),
        ({"fastest_pace": "0:30"}, "fastest_pace", "Ensure this value is greater than or equal to 60."),
        ({"points-1-km": "11"}, "points-1-km", "The course ends at kilometre 10.5."),
    ]
    form = open_form(desk.browser, desk.page)
    for changes, field, message in cases:
        found = errors(save(desk.browser, desk.page, form, **changes))
        assert list(found) == [field]
        assert found[field][0].startswith(message)
    assert Course.objects.get().line_length == 10_500


def test_admin_takes_the_line_away(desk: Any) -> None:
    assert save(desk.browser, desk.page, open_form(desk.browser, desk.page), remove_line="on").status_code == 302
    row = Course.objects.get()
    assert (row.line, row.line_length, row.gain, row.highest) == ([], None, None, None)
    assert "None: apps know the course by its length alone." in desk.browser.get(desk.page).content.decode()


def test_admin_deletes_a_course_with_its_points_where_nobody_runs_it(desk: Any) -> None:
    refused = desk.browser.get(url(desk.half, "delete")).content.decode()
    assert "would require deleting the following protected" in refused
    fun = scenes.course(desk.event, slug="fun")
    scenes.point(fun, "aid", 1)
    assert desk.browser.post(url(fun, "delete"), {"post": "yes"}).status_code == 302
    assert [row.slug for row in Course.objects.all()] == ["half"]


def test_admin_course_is_for_those_who_edit_the_event(desk: Any) -> None:
    assert enter(desk.cast.stranger).get(desk.page).status_code == 302
    reading = enter(desk.cast.reviewer).get(desk.page).content.decode()
    assert "10.50 km long" in reading
    assert 'name="gpx"' not in reading
    listed = enter(desk.cast.stranger).get(url(Course, "changelist")).content.decode()
    assert url(desk.half) not in listed
    factories.public(desk.event)
    assert desk.browser.post(desk.page, {}).status_code == 403  # what is public is the publisher's
    assert enter(desk.cast.publisher).get(desk.page).status_code == 200


def test_admin_event_of_a_race_leads_to_its_courses(desk: Any) -> None:
    page = desk.browser.get(url(desk.event)).content.decode()
    assert f"{url(Course, 'changelist')}?event__id__exact={desk.event.pk}" in page
    assert f"{url(Eligibility, 'add')}?event={desk.event.pk}" in page
    adding = open_form(desk.browser, f"{url(Eligibility, 'add')}?event={desk.event.pk}")
    assert adding["event"] == str(desk.event.pk)
    done = save(desk.browser, url(Eligibility, "add"), adding, limit="500", guardian_under="18")
    assert errors(done) == {}
    row = Eligibility.objects.get()
    assert (row.event, row.limit, row.guardian_under) == (desk.event, 500, 18)
    assert url(row) in desk.browser.get(url(desk.event)).content.decode()
    other = factories.event(published=False, organizer=desk.cast.ours)
    shown = desk.browser.get(url(other)).content.decode()
    assert f"{url(Course, 'changelist')}?event" not in shown


# Slots


def test_admin_slot_of_a_wave_has_its_wave(desk: Any) -> None:
    page = url(desk.first)
    form = open_form(desk.browser, page)
    assert (form["wave-0-course"], form["wave-0-bib_prefix"], form["wave-0-size"]) == (str(desk.half.pk), "A", "500")
    done = save(desk.browser, page, form, **{"wave-0-size": "450", "wave-0-pace_from": "3:30"})
    assert errors(done) == {}
    row = Wave.objects.get(slot=desk.first)
    assert (row.size, row.pace_from) == (450, 210)
    assert (Slot.objects.get(pk=desk.first.pk).detail or {})["wave"]["size"] == 450
    found = errors(save(desk.browser, page, open_form(desk.browser, page), **{"wave-0-bib_to": "0"}))
    assert found == {"wave-0-bib_to": ["The last bib is below the first one."]}


def test_admin_slot_takes_a_wave_only_on_a_course_of_its_event(desk: Any) -> None:
    theirs = scenes.course(factories.league(slug="other"))
    slot = factories.slot(desk.event, at(*scenes.DAY, 9), slot_kind="wave")
    page = url(slot)
    form = open_form(desk.browser, page)
    assert form["wave-TOTAL_FORMS"] == "0"
    fresh = {**form, "wave-TOTAL_FORMS": "1"}
    assert set(errors(save(desk.browser, page, fresh, **{"wave-0-course": str(theirs.pk)}))) == {"wave-0-course"}
    assert errors(save(desk.browser, page, fresh, **{"wave-0-course": str(desk.half.pk)})) == {}
    assert Wave.objects.get(slot=slot).course == desk.half


def test_admin_slot_changes_its_kind_only_without_what_belongs_to_the_old_one(desk: Any) -> None:
    page = url(desk.cut)
    form = open_form(desk.browser, page)
    assert float(form["cutoff-0-km"]) == 8
    found = errors(save(desk.browser, page, form, slot_kind="break", **{"cutoff-0-km": "7"}))
    assert found == {"cutoff-0": ["This belongs to a slot of the kind “cut-off”."]}
    done = save(desk.browser, page, form, slot_kind="break", **{"cutoff-0-DELETE": "on"})
    assert errors(done) == {}
    assert (Cutoff.objects.count(), Slot.objects.get(pk=desk.cut.pk).detail) == (0, None)
    assert "cutoff-TOTAL_FORMS" not in open_form(desk.browser, page)


def test_admin_slot_of_a_match_has_nothing_of_a_race(desk: Any) -> None:
    form = open_form(desk.browser, url(factories.slot(desk.event, at(*scenes.DAY, 9))))
    assert not [name for name in form if name.startswith(("wave-", "cutoff-", "closure-"))]


# Closed roads


@pytest.fixture
def road(desk: Any) -> Any:
    desk.row = Closure.objects.get()
    desk.page = url(desk.row)
    return desk


def test_admin_slot_of_a_closure_leads_to_its_page(road: Any) -> None:
    page = road.browser.get(url(road.closed)).content.decode()
    assert road.page in page
    form = open_form(road.browser, url(road.closed))
    assert errors(save(road.browser, url(road.closed), form, **{"closure-0-to_km": "7"})) == {}
    assert float(Closure.objects.get().to_km or 0) == 7


def test_admin_closure_proposes_the_venues_nearby_and_adds_them(road: Any) -> None:
    with edit():
        near = factories.venue(slug="near", lat=41.701, lng=place(3_000, 0)[0], approximate=True)
        factories.venue(slug="far", lat=41.71, lng=place(3_000, 0)[0])
        factories.venue(slug="beyond", lat=41.7, lng=place(7_000, 0)[0])
        factories.venue(published=False, slug="draft", lat=41.7, lng=place(3_000, 0)[0])
        factories.venue(slug="nowhere", lat=None, lng=None)
    page = road.browser.get(road.page).content.decode()
    assert f"{near}: 111 m (approximate)" in page
    assert "The stretch of the course." in page
    assert errors(save(road.browser, road.page, open_form(road.browser, road.page), add_near="on")) == {}
    assert {row.venue.slug for row in ClosureVenue.objects.all()} == {"hall", "near"}
    assert errors(save(road.browser, road.page, open_form(road.browser, road.page), add_near="on")) == {}
    assert ClosureVenue.objects.count() == 2


def test_admin_closure_takes_a_line_or_an_area_of_its_own(road: Any) -> None:
    corners = [place(0, 0), place(0, 900), place(900, 900), place(900, 0)]
    inside = factories.venue(slug="inside", lat=place(450, 450)[1], lng=place(450, 450)[0])
    form = open_form(road.browser, road.page)
    assert set(errors(save(road.browser, road.page, form, is_area="on"))) == {"is_area"}
    assert errors(save(road.browser, road.page, form, gpx=upload(corners), is_area="on")) == {}
    row = Closure.objects.get()
    assert (row.line, row.is_area) == ([list(corner) for corner in corners], True)
    page = road.browser.get(road.page).content.decode()
    assert f"{inside}: 0 m" in page
    assert "A line of its own." in page
    assert set(errors(save(road.browser, road.page, open_form(road.browser, road.page), gpx=upload(FAR)))) == {"gpx"}


def test_admin_closure_closes_a_venue_only_for_who_runs_it(road: Any) -> None:
    """``theirs`` run the hall; to ``ours`` only the road to it is closed."""
    form = open_form(road.browser, road.page)
    found = errors(save(road.browser, road.page, form, shuts="on"))
    assert list(found) == ["venues"]
    assert found["venues"][0].startswith(f"You do not run “{road.hall}”")
    own = factories.venue(slug="own", organizer=road.cast.ours)
    changed = {**form, "venues-0-venue": str(own.pk)}
    assert errors(save(road.browser, road.page, changed, shuts="on")) == {}
    assert (Closure.objects.get().shuts, ClosureVenue.objects.get().venue) == (True, own)
    staff = enter(road.cast.staff)
    both = {**open_form(staff, road.page), "venues-TOTAL_FORMS": "2"}
    assert errors(save(staff, road.page, both, **{"venues-1-venue": str(road.hall.pk)})) == {}
    assert ClosureVenue.objects.count() == 2


def test_admin_closure_of_a_slot_is_added_once(road: Any) -> None:
    page = url(Closure, "add")
    other = factories.slot(road.event, at(*scenes.DAY, 7), ends_at=at(*scenes.DAY, 9), slot_kind="closure")
    wave = Wave.objects.get(slot=road.first)
    for slot in (road.closed, wave.slot):
        assert set(errors(save(road.browser, page, open_form(road.browser, page), slot=str(slot.pk)))) == {"slot"}
    typed = {"slot": str(other.pk), "course": str(road.half.pk), "from_km": "1", "to_km": "2"}
    assert errors(save(road.browser, page, open_form(road.browser, page), **typed)) == {}
    assert Closure.objects.get(slot=other).detail()["to_km"] == 2.0
    listed = road.browser.get(url(Closure, "changelist")).content.decode()
    assert "2–6" in listed
    assert str(road.event) in listed
