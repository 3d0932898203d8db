"""The page of a race's event: its courses with a drawing, who passes when, closed roads, who may run."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.race.drawing import Mark, line_svg, profile_svg
from events.race.models import Closure, ClosureVenue, Course, Eligibility
from tests import factories
from tests.events.race import scenes
from tests.events.race.scenes import LINE, place, race
from tests.factories import text

pytestmark = pytest.mark.django_db


def page(client: Client, lang: str = "en") -> str:
    response = client.get("/events/run/", {"lang": lang})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html))


def test_page_shows_courses_with_passing_times(client: Client) -> None:
    made = race()
    half = Course.objects.get()
    half.certified, half.certified_by, half.cutoff_minutes, half.limit = "yes", "AIMS", 180, 2000
    half.note = text("有坡", en="A hill")
    half.save()
    html = page(client)
    said = words(html)
    assert "Half · 10.5 km" in said
    assert "18 m of climbing · Time limit 3 h · At most 2,000 runners · Certified: AIMS" in said
    assert "08:30 Start bibs A1 to A500 · 500 runners" in said
    assert "5 km Good place to watch · Bridge Runners pass 08:45–09:23 Shade" in said
    assert "North Road closed Saturday, 23 May 2026, 07:00–11:00" in said
    assert f'href="{made.hall.page_path}?lang=en"' in html
    assert "Who may run" not in said
    assert 'href="/api/v1/events/run/course.gpx?course=half&amp;lang=en"' in html
    assert client.get("/api/v1/events/run/course.gpx?course=half&lang=en").status_code == 200
    assert html.count('<svg class="course-') == 2
    assert "style=" not in html  # which the policy forbids


def test_page_speaks_the_readers_language(client: Client) -> None:
    race()
    assert "Halb · 10,5 km" in words(page(client, "de"))
    assert "Guter Platz zum Zuschauen" in words(page(client, "de"))
    assert "道路封閉" in words(page(client, "zh-Hant"))
    assert '<span lang="en">Bridge</span>' in page(client, "de")


def test_page_says_who_may_run(client: Client) -> None:
    made = race(ages_min=16)
    rules = {"guardian_under": 18, "medical_certificate": "required", "limit": 5_000}
    scenes.saved(Eligibility(event=made.event, bring=text("号码布", en="Your bib"), **rules))
    assert (
        "Who may run From age 16 Who is under 18 brings a statement that a guardian has signed. "
        "A medical certificate is required At most 5,000 runners Your bib"
    ) in words(page(client))


def test_page_warns_of_an_approximate_line_and_of_a_cancelled_start(client: Client) -> None:
    made = race()
    half = Course.objects.get()
    half.approximate = half.sample = True
    half.save()
    made.first.refresh_from_db()
    made.first.status = "cancelled"
    made.first.save()
    made.closed.refresh_from_db()
    made.closed.status = "cancelled"
    made.closed.save()
    factories.release(made.event)
    said = words(page(client))
    assert "The line is approximate: do not find your way by it." in said
    assert "Half · 10.5 km Example" in said
    assert "08:30 Start Cancelled" in said
    assert "North Road closed Cancelled" in said


def test_page_of_an_event_without_courses_says_nothing_of_them(client: Client) -> None:
    factories.league(slug="run")
    assert "Courses" not in words(page(client))


def test_page_names_no_hidden_venue(client: Client) -> None:
    made = race()
    with edit():
        hidden = factories.venue(published=False, slug="hidden", name=text("秘密", en="Secret"))
        scenes.saved(ClosureVenue(closure=Closure.objects.get(), venue=hidden))
        factories.release(made.event)
    assert "Secret" not in page(client)


def test_page_costs_the_same_for_one_course_and_for_many(client: Client) -> None:
    made = race()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client)
        return len(queries)

    before = cost()
    with edit():
        for number in range(3):
            more = scenes.course(made.event, slug=f"more-{number}")
            scenes.point(more, "aid", 1)
            scenes.wave(more, 9)
            scenes.closure(made.event, [factories.venue()], course=more, from_km=1, to_km=2)
        factories.release(made.event)
    assert cost() == before


# The drawings


def test_drawing_fits_its_frame_with_north_up() -> None:
    marks = [Mark(*place(0, 0), "start", "0 km"), Mark(*place(10_000, 500), "finish", '<"x">')]
    svg = str(line_svg([vertex[:2] for vertex in LINE], marks, "Course"))
    frame = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    points = re.search(r'points="([^"]+)"', svg)
    assert frame is not None
    assert points is not None
    wide, high = (int(each) for each in frame.groups())
    drawn = [tuple(float(each) for each in pair.split(",")) for pair in points[1].split()]
    assert all(0 <= x <= wide and 0 <= y <= high for x, y in drawn)
    assert (drawn[0][0] < drawn[-1][0], drawn[0][1] > drawn[-1][1]) == (True, True)
    assert "&lt;&quot;x&quot;&gt;" in svg
    assert svg.count("<circle") == 2


@pytest.mark.parametrize("line", [[place(0, 0), place(0, 900)], [place(0, 0), place(900, 0)]])
def test_drawing_of_a_straight_line_has_a_size(line: Any) -> None:
    frame = re.search(r'viewBox="0 0 (\d+) (\d+)"', str(line_svg(line, [], "Course")))
    assert frame is not None
    assert int(frame[2]) >= 28


def test_drawing_of_heights_names_the_lowest_and_the_highest() -> None:
    svg = str(profile_svg([[0.0, 40.0], [5.0, 62.0], [10.5, 38.4]], "Heights"))
    assert (">62 m<" in svg, ">38 m<" in svg, ">10.5 km<" in svg) == (True, True, True)
    assert profile_svg([], "Heights") == ""
