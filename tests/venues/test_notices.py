"""``/notices``: what is in force and what is announced, by the clock and by its editors; and nothing of a draft."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.changes.records import current
from core.changes.ticks import tick
from core.models import Act
from core.publication import Verb, act
from tests import factories
from tests.factories import at, feed, revision, text
from tests.pages import enter, errors, open_form, said, save, url
from venues.models import HoursException, HoursRule, Notice, NoticeVenue, OpenInterval

pytestmark = pytest.mark.django_db

NOON = at(2026, 5, 1, 12)
HOUR = timedelta(hours=1)
KEYS = {
    *("id", "kind", "severity", "title", "text", "starts_at", "ends_at", "in_force", "venues", "events"),
    *("district_wide", "share_url", "code", "updated_at", "languages", "fallbacks"),
}


@pytest.fixture(autouse=True)
def _noon(clock: Any) -> None:
    clock(NOON)


def titles(get: Any, **params: Any) -> list[str]:
    return [row["title"] for row in get("notices", lang="en", **params)["results"]]


def notice(word: str, *venues: Any, **fields: Any) -> Notice:
    return factories.notice(title=text("通知", en=word), venues=venues, **fields)


def test_notice_in_its_whole_shape(get: Any) -> None:
    venue = factories.venue(slug="museum")
    made = notice(
        "Snow", venue, notice_kind="weather", severity="severe", text=text("小心", en="Mind"), ends_at=NOON + HOUR
    )
    (row,) = get("notices", lang="en")["results"]
    assert set(row) == KEYS
    venues = row.pop("venues")
    assert [(each["slug"], each["name"], each["image"]) for each in venues] == [("museum", venue.name["en"], None)]
    assert row == {
        "id": str(made.pk),
        "kind": "weather",
        "severity": "severe",
        "title": "Snow",
        "text": "Mind",
        "starts_at": "2026-05-01T11:00:00+08:00",
        "ends_at": "2026-05-01T13:00:00+08:00",
        "in_force": True,
        "events": [],
        "district_wide": False,
        "share_url": None,
        "code": None,
        "updated_at": "2026-05-01T12:00:00+08:00",
        "languages": ["zh-Hans", "zh-Hant", "en"],
        "fallbacks": {},
    }
    assert get(f"notices/{made.pk}", lang="en") == {**row, "venues": venues}


def test_notices_in_force_and_those_that_are_announced(get: Any) -> None:
    notice("Now", starts_at=NOON)
    notice("Coming", starts_at=NOON + HOUR)
    notice("Over", ends_at=NOON)
    assert titles(get) == titles(get, coming="false") == ["Now"]
    assert titles(get, coming="true") == ["Now", "Coming"]
    assert get("notices", coming="true")["results"][1]["in_force"] is False


def test_notices_come_by_severity_then_by_start(get: Any) -> None:
    for number, severity in enumerate(["unknown", "minor", "extreme", "moderate", "severe", "extreme"]):
        notice(f"{severity} {number}", severity=severity, starts_at=NOON - number * HOUR)
    expected = ["extreme 5", "extreme 2", "severe 4", "moderate 3", "minor 1", "unknown 0"]
    assert titles(get) == expected
    assert titles(get, order="start") == ["extreme 5", "severe 4", "moderate 3", "extreme 2", "minor 1", "unknown 0"]
    page, walked = get("notices", lang="en", limit=2), []
    while True:
        walked += [row["title"] for row in page["results"]]
        if page["next"] is None:
            break
        page = get("notices", cursor=page["next"].partition("cursor=")[2])
    assert walked == expected


def test_notices_by_venue_kind_and_severity(get: Any) -> None:
    museum, park = factories.venue(slug="museum"), factories.venue(slug="park")
    draft = factories.venue(slug="draft", published=False)
    notice("Museum", museum, notice_kind="closure", severity="severe")
    notice("Both", museum, park, notice_kind="crowding", severity="minor")
    with edit():
        hidden = notice("District", notice_kind="weather", severity="extreme")
        QuerySet(NoticeVenue).bulk_create([NoticeVenue(notice=hidden, venue=draft)])  # past every rule
    assert titles(get, venue="park") == ["Both"]
    assert titles(get, venue="museum,nothing") == ["Museum", "Both"]
    assert titles(get, venue="draft") == []
    assert titles(get, kind="closure,weather") == ["District", "Museum"]
    assert titles(get, severity="minor") == ["Both"]
    (row,) = get("notices", kind="weather")["results"]
    assert (row["venues"], row["district_wide"]) == ([], False)


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"coming": "1"}, "coming", "invalid_choice"),
        ({"kind": "storm"}, "kind", "invalid_choice"),
        ({"severity": "high"}, "severity", "invalid_choice"),
        ({"venue": "Not a slug"}, "venue", "invalid"),
        ({"when": "now"}, "when", "unknown"),
        ({"order": "title"}, "order", "invalid_choice"),
    ],
)
def test_notices_refuse_what_they_cannot_read(get: Any, query: dict[str, str], field: str, code: str) -> None:
    problem = get("notices", expect=400, **query)
    assert [(each["field"], each["code"]) for each in problem["errors"]] == [(field, code)]


def test_notices_cost_the_same_with_one_and_with_three(client: Client) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{path}").status_code == 200
        return len(queries)

    for path in ("notices", "venues"):
        counts = []
        for count in (1, 2):
            for _number in range(count):
                venues = [factories.venue(), factories.venue()]
                factories.shown(factories.image(), venues[0])
                notice("Full", *venues)
            counts.append(cost(path))
        assert counts[0] == counts[1] <= 15, path


# The clock


def test_notice_begins_and_ends_by_the_tick_and_each_takes_a_number(get: Any, client: Client, clock: Any) -> None:
    venue = factories.venue(slug="museum")
    made = notice("Snow", venue, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    key, before = ("notice", str(made.pk)), revision()
    assert (feed()[key], current().next_due) == ((before, False), NOON + HOUR)
    known = client.get("/api/v1/notices")
    assert (known.json()["results"], known.json()["valid_until"]) == ([], "2026-05-01T13:00:00+08:00")
    assert "stale-while-revalidate" in known["Cache-Control"]  # no clock shows
    clock(NOON + HOUR - timedelta(seconds=1))
    assert client.get("/api/v1/notices", headers={"if-none-match": known["ETag"]}).status_code == 304
    clock(NOON + HOUR)
    assert titles(get) == ["Snow"]
    assert feed()[key] == (before + 1, False)
    assert feed()["venue", "museum"][0] < before + 1  # the venue said so before
    assert current().next_due == NOON + 2 * HOUR
    clock(NOON + 2 * HOUR)
    assert titles(get, coming="true") == []
    assert (feed()[key], feed()["venue", "museum"]) == ((before + 2, True), (before + 2, False))
    get(f"notices/{made.pk}", expect=410)
    assert get("venues/museum")["notices"] == []


def test_notice_that_nobody_asked_for_in_its_time_leaves_nothing_due(clock: Any) -> None:
    notice("Snow", starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    before = revision()
    assert tick(NOON + 5 * HOUR) == before + 1
    assert current().next_due == at(2026, 5, 2, 4)


# Publication


def test_notice_is_published_in_one_step_and_withdrawn(get: Any, cast: Any) -> None:
    draft = notice("Snow", published=False)
    act(draft, Verb.PUBLISH, by=cast.staff)
    assert titles(get) == ["Snow"]
    act(draft, Verb.WITHDRAW, by=cast.staff)
    assert titles(get) == []
    get(f"notices/{draft.pk}", expect=410)
    act(draft, Verb.PUBLISH, by=cast.staff)
    assert titles(get) == ["Snow"]


def test_notice_about_a_draft_venue_is_not_published(cast: Any) -> None:
    draft = notice("Snow", factories.venue(published=False), published=False)
    with pytest.raises(ValidationError):
        act(draft, Verb.PUBLISH, by=cast.staff)
    published = notice("Rain")
    with pytest.raises(ValidationError):
        NoticeVenue(notice=published, venue=factories.venue(published=False)).full_clean()


def test_venue_with_a_shown_notice_is_not_withdrawn() -> None:
    venue = factories.venue()
    made = notice("Snow", venue)
    with pytest.raises(ValidationError):
        factories.withdrawn(venue)
    factories.withdrawn(made)
    assert factories.withdrawn(venue).state == "withdrawn"


def test_nothing_of_a_draft_notice_shows(client: Client, get: Any) -> None:
    venue = factories.venue(slug="museum")
    HoursRule(venue=venue, spans=[{"opens": "09:00", "closes": "16:30"}]).save()
    intervals = list(OpenInterval.objects.order_by("pk").values_list("opens_at", "closes_at"))
    before, known = revision(), feed()
    paths = ("notices?coming=true", "venues", "venues/museum", "venues/museum?lang=*")
    answers = [client.get(f"/api/v1/{path}").content for path in paths]
    draft = factories.notice(published=False, notice_kind="closure", title=text("秘密", en="Secret"), venues=[venue])
    review = factories.notice(published=False, notice_kind="closure", title=text("秘密", en="Secret"), venues=[venue])
    act(review, Verb.SUBMIT, by=None)
    for row in (draft, review):
        row.refresh_from_db()
        row.text = text("秘密")
        row.save()
    assert (revision(), feed()) == (before, known)
    assert [client.get(f"/api/v1/{path}").content for path in paths] == answers
    assert list(OpenInterval.objects.order_by("pk").values_list("opens_at", "closes_at")) == intervals
    assert not HoursException.objects.exists()
    get(f"notices/{draft.pk}", expect=404)


# The feed


def test_notice_numbers_itself_and_the_venues_that_show_it(get: Any) -> None:
    museum, park = factories.venue(slug="museum"), factories.venue(slug="park")
    before = revision()
    made = notice("Snow", museum)
    key = ("notice", str(made.pk))
    assert {name for name, (number, _deleted) in feed().items() if number > before} == {key, ("venue", "museum")}
    before = revision()
    made.title = text("通知", en="Ice")
    made.save()
    assert {name for name, (number, _deleted) in feed().items() if number > before} == {key, ("venue", "museum")}
    shown = get("venues/museum", lang="en")["notices"]
    assert shown == [
        {
            "id": str(made.pk),
            "kind": "other",
            "severity": "moderate",
            "title": "Ice",
            "starts_at": "2026-05-01T11:00:00+08:00",
            "ends_at": None,
        }
    ]
    with edit():
        NoticeVenue(notice=made, venue=park).save()
        made.places.get(venue=museum).delete()
    assert [get(f"venues/{slug}")["notices"] != [] for slug in ("museum", "park")] == [False, True]
    before = revision()
    factories.withdrawn(made)
    gone = {name: deleted for name, (number, deleted) in feed().items() if number > before}
    assert gone == {key: True, ("venue", "park"): False}


def test_notice_of_the_whole_district_is_on_no_venue(get: Any) -> None:
    factories.venue(slug="museum")
    before = revision()
    made = notice("Storm")
    assert {name for name, (number, _deleted) in feed().items() if number > before} == {("notice", str(made.pk))}
    assert get("notices")["results"][0]["district_wide"] is True
    assert get("venues/museum")["notices"] == []


def test_venue_shows_announced_notices_too_and_says_when(get: Any) -> None:
    venue = factories.venue(slug="museum")
    notice("Later", venue, starts_at=NOON + HOUR)
    notice("Now", venue, severity="minor")
    assert [row["title"] for row in get("venues/museum", lang="en")["notices"]] == ["Later", "Now"]


# Rules


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends_at": NOON - 2 * HOUR}, "ends_at"),
        ({"ends_at": NOON - HOUR}, "ends_at"),
        ({"title": {"en": "Only English"}}, "title"),
        ({"starts_at": at(1999, 12, 31)}, "starts_at"),
        ({"severity": "high"}, "severity"),
    ],
)
def test_notice_that_makes_no_sense_is_refused(fields: dict[str, Any], field: str) -> None:
    made = Notice(**{"title": text("通知"), "starts_at": NOON - HOUR, **fields})
    with pytest.raises(ValidationError) as caught:
        made.full_clean()
    assert field in caught.value.error_dict


# The admin


def test_notice_is_written_and_published_with_one_button(cast: Any, get: Any) -> None:
    venue, staff = factories.venue(slug="museum"), enter(cast.staff)
    page = url(Notice, "add")
    form = open_form(staff, page)
    assert form["starts_at_0"]  # filled in already: an urgent notice begins now
    form |= {"starts_at_0": "2026-05-01", "starts_at_1": "11:30:00"}
    rows = {"places-TOTAL_FORMS": "1", "places-0-venue": str(venue.pk)}
    response = save(staff, page, form, "_publish", **{"title__zh-Hans": "闭馆", "notice_kind": "closure"}, **rows)
    made = Notice.objects.get()
    assert (errors(response), response["Location"]) == ({}, url(made))
    assert said(response)[-1].startswith("success")
    assert get("notices")["results"][0]["title"] == "闭馆"
    assert [row.venue for row in HoursException.objects.all()] == [venue]
    assert [(each.verb, each.by) for each in Act.objects.filter(kind="notice")] == [
        ("published", cast.staff),
        ("created", cast.staff),
    ]


def test_notice_of_an_editor_waits_for_a_publisher(cast: Any) -> None:
    own, theirs = factories.venue(organizer=cast.ours), factories.venue(organizer=cast.theirs)
    editor, page = enter(cast.editor), url(Notice, "add")
    form = {**open_form(editor, page), "title__zh-Hans": "闭馆", "places-TOTAL_FORMS": "1"}
    assert "places-0" in errors(save(editor, page, form)) or "places" in errors(save(editor, page, form))
    assert errors(save(editor, page, form, **{"places-0-venue": str(theirs.pk)})).keys() == {"places-0-venue"}
    assert not Notice.objects.exists()
    response = save(editor, page, form, "_publish", **{"places-0-venue": str(own.pk)})
    made = Notice.objects.get()
    assert (made.state, response["Location"]) == ("draft", url(made))
    assert Notice.objects.editable_by(cast.editor).count() == 1
    assert Notice.objects.readable_by(cast.stranger).count() == 0


def test_first_page_counts_notices(cast: Any) -> None:
    notice("Now")
    notice("Coming", starts_at=NOON + HOUR)
    page = enter(cast.staff).get("/admin/")
    (card,) = [each for each in page.context["cards"] if each["title"] == "Notices in force"]
    assert (card["count"], card["detail"]) == (1, "1 announced")
    for chosen, expected in (("now", ["Now"]), ("coming", ["Coming"]), ("over", [])):
        listed = enter(cast.staff).get(url(Notice, "changelist"), {"time": chosen}).context["cl"].result_list
        assert [row.title["en"] for row in listed] == expected


# Who may do what: one vocabulary for the admin and the manage routes


def test_notices_of_an_organizer_are_its_members(cast: Any) -> None:
    own, other = factories.venue(organizer=cast.ours), factories.venue()
    alone, shared, district = notice("Alone", own), notice("Shared", own, other), notice("District")
    draft = notice("Draft", own, published=False)

    def seen(word: str) -> dict[str, set[str]]:
        users = {
            name: getattr(cast, name) for name in ("editor", "publisher", "stranger", "nobody", "reviewer", "staff")
        }
        return {name: {row.title["en"] for row in getattr(Notice.objects, word)(who)} for name, who in users.items()}

    assert {alone, shared, district, draft} == set(Notice.objects.all())
    every, mine = {"Alone", "Shared", "District", "Draft"}, {"Alone", "Shared", "Draft"}
    none: set[str] = set()
    assert seen("readable_by") == {
        **dict.fromkeys(("editor", "publisher"), mine),
        **dict.fromkeys(("stranger", "nobody"), none),
        **dict.fromkeys(("reviewer", "staff"), every),
    }
    assert seen("editable_by") == {
        "editor": {"Draft"},
        "publisher": {"Alone", "Draft"},
        **dict.fromkeys(("stranger", "nobody", "reviewer"), none),
        "staff": every,
    }
    assert seen("publishable_by") == {
        "publisher": {"Alone", "Draft"},
        **dict.fromkeys(("editor", "stranger", "nobody"), none),
        **dict.fromkeys(("reviewer", "staff"), every),
    }


def test_a_venue_that_another_editor_named_meanwhile_is_an_error_of_its_row(cast: Any) -> None:
    first, second = factories.venue(), factories.venue()
    made = factories.notice(published=False, venues=[first])
    staff = enter(cast.staff)
    form = open_form(staff, url(made))
    NoticeVenue(notice=made, venue=second).save()
    row = {"places-TOTAL_FORMS": "2", "places-1-venue": str(second.pk), "places-1-id": "", "places-1-notice": made.pk}
    assert errors(save(staff, url(made), form, **row)) == {"places-1": ["The notice names this venue already."]}


def test_a_closure_of_unknown_hours_says_which_part_is_closed(get: Any, clock: Any) -> None:
    clock(factories.at(2026, 5, 12, 10))
    venue = factories.venue(slug="silent")
    factories.notice(
        venues=[venue],
        notice_kind="closure",
        starts_at=factories.at(2026, 5, 12, 14),
        ends_at=factories.at(2026, 5, 13, 9),
    )
    days = get("venues/silent/hours", to="2026-05-14")["results"]
    assert [(day["state"], day["closed"]) for day in days] == [
        ("unknown", [{"from": "14:00", "to": "24:00"}]),
        ("unknown", [{"from": "00:00", "to": "09:00"}]),
        ("unknown", []),
    ]


@pytest.mark.usefixtures("english")
def test_a_closure_of_nothing_is_not_published() -> None:
    made = factories.notice(published=False, notice_kind="closure")
    with pytest.raises(ValidationError) as caught:
        factories.public(made)
    assert caught.value.messages == ["Name the venues that are closed: without them this closes none."]


def test_a_hall_shows_the_notices_of_the_museum_it_follows(get: Any) -> None:
    museum = factories.venue()
    factories.venue(slug="hall", parent=museum, follows_parent=True)
    factories.venue(slug="wing", parent=museum)
    factories.notice(venues=[museum], title=factories.text("关"))
    assert [len(get(f"venues/{slug}")["notices"]) for slug in ("hall", "wing")] == [1, 0]
