"""The page of a venue's opening hours, and the holiday arrangement of many, as staff read and post them."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.changes.edits import edit
from core.models import Act
from tests import factories
from tests.pages import enter, open_form, read_form, said, save, url
from venues.admin.hours_page import HoursPage
from venues.models import CalendarDay, HoursException, HoursRule, Venue
from venues.models.hours import WEEKDAYS
from venues.spans import read_spans, spans_text

HOLIDAYS = "/admin/venues/venue/holiday-hours/"


@pytest.fixture
def staff(cast: SimpleNamespace, clock: Any) -> Any:
    clock(factories.at(2026, 5, 12, 12))
    return enter(cast.staff)


@pytest.fixture(autouse=True)
def _short(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The year is half of the page: written only where it is looked at."""
    if "year" not in request.node.name:
        monkeypatch.setattr(HoursPage, "months", lambda _page: [])
        monkeypatch.setattr(HoursPage, "special_days", lambda _page: [])


@pytest.fixture
def museum(staff: Any) -> Venue:
    return factories.venue(slug="museum", name=factories.text("馆", en="Museum"))


def page(venue: Venue) -> str:
    return url(venue, "hours")


def rules(venue: Venue) -> list[tuple[Any, ...]]:
    """Each rule as its days (``1`` is Monday), state, hours, and what is not as usual."""
    found = []
    for rule in HoursRule.objects.filter(venue=venue).order_by("pk"):
        days = "".join(str(place + 1) for place, name in enumerate(WEEKDAYS) if getattr(rule, name))
        usual = {"service": "main", "space_id": None, "day_kind": "any", "season_from": "", "note": {}}
        other = {name: getattr(rule, name) for name, value in usual.items() if getattr(rule, name) != value}
        found.append((days, rule.state, spans_text(read_spans(rule.spans)), other))
    return found


def special(venue: Venue) -> list[tuple[Any, ...]]:
    rows = HoursException.objects.filter(venue=venue).order_by("first", "pk")
    return [(str(row.first), str(row.last), row.state, spans_text(read_spans(row.spans)), row.reason) for row in rows]


def week(client: Any, venue: Venue, name: str = "new") -> dict[str, str]:
    return read_form(client.get(page(venue)), f"week_{name}")


def names(response: Any) -> list[str]:
    """The prefixes of the timetables' forms on a page, in their order."""
    return [each["form"].prefix for each in response.context["timetables"]]


def post(client: Any, venue: Venue, form: dict[str, str], do: str = "save", **typed: str) -> Any:
    """``opens_1="9:00"``: without the form's prefix."""
    fields = {f"{form['_form']}-{name}": value for name, value in typed.items()}
    return client.post(page(venue), {**form, **fields, "_do": do})


def wrong(response: Any) -> dict[str, list[str]]:
    """What is wrong with the refused form of the page."""
    assert response.status_code == 200, response.status_code
    context = response.context
    forms = [each["form"] for each in context["timetables"]] + [context["new"], context["exception"]]
    with translation.override("en"):
        return {name: list(each) for form in forms if form.is_bound for name, each in form.errors.items()}


def day_rows(*days: int, opens: str = "9:00", closes: str = "16:30", last: str = "16:00") -> dict[str, str]:
    return {
        f"{cell}_{day}": value for day in days for cell, value in (("opens", opens), ("closes", closes), ("last", last))
    }


DAY = "09:00-16:30 (16:00)"
REASON = {"x-reason__zh-Hans": "元旦延长开放"}


# Timetables


def test_a_week_becomes_two_rules_and_is_in_the_api_by_way_of_one_number(staff: Any, museum: Venue) -> None:
    before = factories.revision()
    response = post(staff, museum, week(staff, museum), state_0="closed", **day_rows(1, 2, 3, 4, 5, 6))
    assert (response.status_code, said(response)) == (302, ["success: The opening hours are saved."])
    assert rules(museum) == [("1", "closed", "", {}), ("234567", "open", DAY, {})]
    assert factories.revision() == before + 1
    assert list(Act.objects.filter(kind="venue").values_list("verb", "by__username", "fields", "label")) == [
        ("changed", "staff", ["opening hours"], "馆")
    ]


def test_saving_what_is_there_writes_nothing(staff: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    factories.hours(museum, "", "mon")
    museum.refresh_from_db()
    before = factories.revision(), museum.version, Act.objects.count()
    (name,) = names(staff.get(page(museum)))
    response = post(staff, museum, week(staff, museum, name))
    museum.refresh_from_db()
    assert said(response) == ["info: Nothing was to be changed."]
    assert (factories.revision(), museum.version, Act.objects.count()) == before


def test_a_changed_day_leaves_the_other_rules_alone(staff: Any, museum: Venue) -> None:
    kept, closed = factories.hours(museum, days="tue-sun"), factories.hours(museum, "", "mon")
    (name,) = names(staff.get(page(museum)))
    post(staff, museum, week(staff, museum, name), closes_6="18:00", last_6="")
    assert rules(museum) == [
        ("23456", "open", DAY, {}),
        ("1", "closed", "", {}),
        ("7", "open", "09:00-18:00", {}),
    ]
    assert {kept.pk, closed.pk} < set(HoursRule.objects.values_list("pk", flat=True))


def test_buttons_copy_days_without_a_script_and_write_nothing(staff: Any, museum: Venue) -> None:
    shown = post(staff, museum, week(staff, museum), "copy-1-23456", more_1="18-21", **day_rows(1))
    form = read_form(shown, "week_new")
    assert (wrong(shown), rules(museum)) == ({}, [])
    assert [form[f"new-opens_{day}"] for day in range(7)] == ["", *["9:00"] * 6]
    assert form["new-more_6"] == "18-21"
    post(staff, museum, form, state_0="closed")
    assert rules(museum) == [("1", "closed", "", {}), ("234567", "open", f"{DAY}, 18:00-21:00", {})]


def test_closed_on_mondays_except_holidays_is_one_click(staff: Any, museum: Venue) -> None:
    post(staff, museum, week(staff, museum), "mondays", **day_rows(1, 2, 3, 4, 5, 6))
    holiday = ("1", "open", DAY, {"day_kind": "holiday"})
    assert rules(museum) == [("1", "closed", "", {}), ("234567", "open", DAY, {}), holiday]
    shown = staff.get(page(museum))
    post(staff, museum, week(staff, museum, names(shown)[0]), "mondays")  # and twice is no more
    assert len(rules(museum)) == 3


def test_a_timetable_of_a_season_or_of_a_hall_is_one_of_its_own(staff: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    hall = factories.space(museum)
    form = week(staff, museum)
    post(
        staff, museum, form, **day_rows(0), season_from="11/15", season_to="3月14日", service="hall", space=str(hall.pk)
    )
    assert rules(museum)[1:] == [("1", "open", DAY, {"season_from": "11-15", "service": "hall", "space_id": hall.pk})]
    _main, other = names(staff.get(page(museum)))
    post(staff, museum, week(staff, museum, other), season_to="03-20")
    assert HoursRule.objects.get(space=hall).season_to == "03-20"
    post(staff, museum, week(staff, museum, names(staff.get(page(museum)))[1]), "delete")
    assert rules(museum) == [("234567", "open", DAY, {})]


WRONG_WEEKS: list[tuple[dict[str, str], dict[str, list[str]]]] = [
    ({}, {"__all__": ["Enter at least one day."]}),
    (
        {"opens_2": "17", "closes_2": "9"},
        {"closes_2": ["17:00-09:00: it closes before it opens. Past midnight, count on: 18:00-25:30."]},
    ),
    ({"state_3": "perhaps"}, {"state_3": ["Select a valid choice. perhaps is not one of the available choices."]}),
    (
        {**day_rows(0), "season_from": "02-30", "season_to": "06-01"},
        {"season_from": ["There is no such day: 02-30."]},
    ),
    ({**day_rows(0), "season_from": "06-01"}, {"season_to": ["A season has a first and a last day."]}),
    ({**day_rows(0), "season_from": "spring"}, {"season_from": ["Write month and day as 11-15."]}),
    (
        {**day_rows(0), "valid_from": "2026-06-01", "valid_to": "2026-05-01"},
        {"valid_to": ["This is before the first day."]},
    ),
    ({"opens_6": "x" * 300}, {"opens_6": ["Ensure this value has at most 200 characters (it has 300)."]}),
]


def test_what_is_wrong_is_named_at_its_field_and_kept(staff: Any, museum: Venue) -> None:
    blank = {"_form": "new", "new-service": "main", "new-day_kind": "any", "new-priority": "0"}
    for typed, expected in WRONG_WEEKS:
        refused = post(staff, museum, blank, **typed)
        found = wrong(refused)
        assert {name: found.get(name) for name in expected} == expected
        form = read_form(refused, "week_new")
        kept = {name: value for name, value in typed.items() if name != "state_3"}  # no choice of the browser's
        assert {name: form[f"new-{name}"] for name in kept} == kept
    assert rules(museum) == []


def test_the_notes_of_closed_days_and_of_others_are_in_one_timetable(staff: Any) -> None:
    museum = factories.museum()  # its closed Mondays have a note
    main, holiday = names(staff.get(page(museum)))
    form = week(staff, museum, main)
    assert (form[f"{main}-closed_note__en"], form[f"{main}-note__en"]) == ("Closed on Mondays", "")
    assert said(post(staff, museum, form)) == ["info: Nothing was to be changed."]
    post(staff, museum, form, note__en="Bring your passport", closes_1="18:00")
    assert rules(museum) == [
        ("34567", "open", DAY, {"note": {"en": "Bring your passport"}}),
        ("1", "closed", "", {"note": factories.text("周一闭馆", en="Closed on Mondays")}),
        ("1", "open", DAY, {"day_kind": "holiday"}),
        ("2", "open", "09:00-18:00 (16:00)", {"note": {"en": "Bring your passport"}}),
    ]
    assert holiday in names(staff.get(page(museum)))


def test_a_day_with_two_rules_is_in_two_timetables_as_are_two_notes(staff: Any, museum: Venue) -> None:
    factories.hours(museum, "9-12", "mon-tue")
    factories.hours(museum, "13-17", "tue-wed")
    factories.hours(museum, "18-19", "sun", note=factories.text("备注"))
    shown = staff.get(page(museum)).context["timetables"]
    assert [each["form"].grid.number for each in shown] == [0, 1, 2]
    assert len({each["form"].prefix for each in shown}) == 3
    assert said(post(staff, museum, week(staff, museum, shown[1]["form"].prefix))) == [
        "info: Nothing was to be changed."
    ]


def test_a_second_timetable_for_the_same_days_is_refused(staff: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    refused = post(staff, museum, week(staff, museum), **day_rows(0))
    assert wrong(refused) == {"__all__": ["There is a timetable for this already: enter the hours there."]}


@pytest.mark.parametrize(
    "posted",
    [{}, {"_form": "new", "_do": "copy-9-1"}, {"_form": "new", "_do": "copy-1-x"}, {"_do": "save"}],
)
def test_what_is_no_form_of_the_page_is_refused(posted: dict[str, str], staff: Any, museum: Venue) -> None:
    assert staff.post(page(museum), posted).status_code == 400


# Two editors


@pytest.fixture
def second(staff: Any) -> Any:
    return enter(factories.user("second", "content-staff"))


def test_different_days_of_two_editors_are_both_kept(staff: Any, second: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    (name,) = names(staff.get(page(museum)))
    mine = week(second, museum, name)
    post(staff, museum, week(staff, museum, name), closes_6="18:00")
    response = post(second, museum, mine, closes_5="20:00")
    assert rules(museum) == [
        ("2345", "open", DAY, {}),
        ("7", "open", "09:00-18:00 (16:00)", {}),
        ("6", "open", "09:00-20:00 (16:00)", {}),
    ]
    assert said(response) == [
        "success: The opening hours are saved.",
        "warning: staff saved this meanwhile (opening hours); both changes are kept.",
    ]


def test_the_same_day_is_a_conflict_that_shows_both(staff: Any, second: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    (name,) = names(staff.get(page(museum)))
    mine = week(second, museum, name)
    post(staff, museum, week(staff, museum, name), closes_6="18:00", closes_1="19:00")
    refused = post(second, museum, mine, closes_6="20:00")
    assert wrong(refused) == {
        "state_6": [
            "Somebody else changed this to “open 09:00–18:00 (last entry 16:00)”. "
            "Yours is still here: save again to keep it."
        ]
    }
    conflict = refused.context["conflict"]
    assert (conflict["by"].username, conflict["fields"]) == ("staff", ["Sunday"])
    form = read_form(refused, f"week_{name}")
    assert (form[f"{name}-closes_6"], form[f"{name}-closes_1"]) == ("20:00", "19:00")
    post(second, museum, form)
    assert ("7", "open", "09:00-20:00 (16:00)", {}) in rules(museum)


def test_a_timetable_that_somebody_deleted_comes_back_as_a_new_one(staff: Any, second: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    (name,) = names(staff.get(page(museum)))
    mine = week(second, museum, name)
    post(staff, museum, week(staff, museum, name), "delete")
    refused = post(second, museum, mine, closes_6="20:00")
    assert list(wrong(refused)) == ["__all__"]
    assert rules(museum) == []
    post(second, museum, read_form(refused, "week_new"))
    assert rules(museum) == [("23456", "open", DAY, {}), ("7", "open", "09:00-20:00 (16:00)", {})]


def test_a_timetable_that_somebody_changed_is_not_deleted_unseen(staff: Any, second: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    (name,) = names(staff.get(page(museum)))
    mine = week(second, museum, name)
    post(staff, museum, week(staff, museum, name), closes_6="18:00")
    response = post(second, museum, mine, "delete")
    text = "Somebody else changed this timetable meanwhile. Look at it, then delete it again."
    assert (said(response), len(rules(museum))) == ([f"error: {text}"], 2)


# Exceptions


def exception_form(client: Any, venue: Venue, query: str = "") -> dict[str, str]:
    return read_form(client.get(page(venue) + query), "exception_form")


def test_an_extension_is_entered_with_its_author(staff: Any, museum: Venue) -> None:
    form = exception_form(staff, museum, "?day=2026-01-01")
    assert form["x-first"] == "2026-01-01"
    save(staff, page(museum), form, "_do", **{"x-spans": "9:00-18:30 (18:00)", **REASON})
    assert special(museum) == [("2026-01-01", "2026-01-01", "open", "09:00-18:30 (18:00)", {"zh-Hans": "元旦延长开放"})]
    row = HoursException.objects.get()
    assert (str(row.entered_by), row.entered_at) == ("staff", factories.at(2026, 5, 12, 12))
    assert list(Act.objects.values_list("verb", "fields")) == [("changed", ["opening hours"])]


def test_an_exception_is_changed_and_deleted(staff: Any, museum: Venue) -> None:
    row = factories.closed(museum, date(2026, 6, 1), date(2026, 6, 30))
    form = exception_form(staff, museum, f"?exception={row.pk}")
    assert said(save(staff, page(museum), form, "_do")) == ["info: Nothing was to be changed."]
    save(staff, page(museum), form, "_do", **{"x-last": "2026-06-20"})
    assert special(museum)[0][:3] == ("2026-06-01", "2026-06-20", "closed")
    fresh = exception_form(staff, museum, f"?exception={row.pk}")
    staff.post(page(museum), {**form, "_do": "delete"})  # as it was before the change: not deleted unseen
    assert len(special(museum)) == 1
    staff.post(page(museum), {**fresh, "_do": "delete"})
    assert special(museum) == []


WRONG_EXCEPTIONS: list[tuple[dict[str, str], dict[str, list[str]]]] = [
    ({"x-first": "", "x-state": "closed"}, {"first": ["This field is required."]}),
    ({"x-last": "2025-12-31", "x-state": "closed"}, {"last": ["The last day is before the first."]}),
    ({}, {"state": ["Choose a state, or enter the hours."]}),
    (
        {"x-state": "open"},
        {"spans": ["Enter the hours: 9:00-16:30 (16:00). Closed days have the state “closed”."]},
    ),
    (
        {"x-state": "closed", "x-spans": "9-17"},
        {"spans": ["It is closed: leave the hours empty, or choose another state."]},
    ),
    (
        {"x-state": "closed", "x-reason__zh-Hans": ""},
        {"reason": ["Write this in 简体中文: the other languages fall back to it."]},
    ),
]


def test_what_is_wrong_with_an_exception_is_named(staff: Any, museum: Venue) -> None:
    form = {"_form": "x", "x-first": "2026-01-01", "x-service": "main", **REASON}
    for typed, expected in WRONG_EXCEPTIONS:
        assert wrong(save(staff, page(museum), form, "_do", **typed)) == expected
    assert special(museum) == []


def test_two_editors_of_one_exception(staff: Any, second: Any, museum: Venue) -> None:
    row = factories.closed(museum, date(2026, 6, 1))
    mine = exception_form(second, museum, f"?exception={row.pk}")
    save(staff, page(museum), exception_form(staff, museum, f"?exception={row.pk}"), "_do", **{"x-last": "2026-06-02"})
    refused = save(second, page(museum), mine, "_do", **{"x-last": "2026-06-05"})
    assert list(wrong(refused)) == ["last"]
    assert (refused.context["conflict"]["by"].username, special(museum)[0][1]) == ("staff", "2026-06-02")
    save(second, page(museum), read_form(refused, "exception_form"), "_do")
    assert special(museum)[0][1] == "2026-06-05"


def test_the_list_says_what_an_exception_overrides(staff: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    factories.hours(museum, "", "mon")
    factories.closed(museum, date(2026, 6, 1), date(2026, 6, 7), reason=factories.text("改造", en="Renovation"))
    factories.closed(museum, date(2026, 6, 3), reason=factories.text("停电", en="Power cut"))
    shown = staff.get(page(museum)).context["page"]
    with translation.override("en"):
        works, power = shown.exception_rows()
    assert works["instead_of"] == [
        {
            "days": ["06-01"],
            "hours": "closed",
            "why": "timetable; provisional, the year’s holidays are not entered",
            "exception": False,
        },
        {
            "days": ["06-02", "06-04 – 06-07"],
            "hours": "open 09:00–16:30 (last entry 16:00)",
            "why": "timetable; provisional, the year’s holidays are not entered",
            "exception": False,
        },
    ]
    assert works["beaten"] == [{"days": ["06-03"], "hours": "closed", "why": "Power cut", "exception": True}]
    assert power["instead_of"] == [{"days": ["06-03"], "hours": "closed", "why": "Renovation", "exception": True}]
    assert (works["missing"], works["past"], works["by"]) == (["Deutsch"], False, None)


def test_what_a_notice_made_is_only_read_here(staff: Any, museum: Venue) -> None:
    factories.hours(museum)
    starts, ends = factories.at(2026, 6, 1), factories.at(2026, 6, 2)
    factories.notice(notice_kind="closure", venues=[museum], starts_at=starts, ends_at=ends)
    row = HoursException.objects.get()
    response = staff.get(page(museum))
    text = response.content.decode()
    assert ("from a notice" in text, f"exception={row.pk}" in text) == (True, False)
    shown = response.context["page"]
    with translation.override("en"):
        assert [each["hours"] for each in shown.exception_rows()[0]["instead_of"]] == [
            "open 09:00–16:30 (last entry 16:00)"
        ]
    for do in ("save", "delete"):
        posted = {"_form": "x", "_exception": str(row.pk), "x-first": "2026-06-02", "_do": do}
        assert staff.post(page(museum), posted).status_code == 403
    assert special(museum)[0][:3] == ("2026-06-01", "2026-06-01", "closed")


# The year


def test_the_year_shows_each_day_with_its_reason(staff: Any, museum: Venue) -> None:
    factories.calendar(2026)
    factories.hours(museum, days="tue-sun")
    factories.closed(
        museum,
        date(2026, 1, 1),
        state="open",
        spans=[{"opens": "09:00", "closes": "18:30", "last_entry": "18:00"}],
        reason=factories.text("延长", en="Extended"),
    )
    shown = staff.get(page(museum)).context["page"]
    with translation.override("en"):
        cells = {day["date"]: day for month in shown.months() for row in month["weeks"] for day in row if day}
        special_days = [day["title"] for day in shown.special_days()]
    told = [
        (day["hours"], day["why"], day["kind_mark"])
        for day in (
            cells[date(2026, 1, 1)],
            cells[date(2026, 2, 28)],
            cells[date(2026, 5, 11)],
            cells[date(2026, 5, 12)],
        )
    ]
    assert told == [
        ("open 09:00–18:30 (last entry 18:00)", "Extended · exception · public holiday (New Year's Day)", "H"),
        ("open 09:00–16:30 (last entry 16:00)", "timetable · make-up working day (Spring Festival)", "W"),
        ("nothing entered", "", ""),
        ("open 09:00–16:30 (last entry 16:00)", "timetable", ""),
    ]
    assert [day["date"] for day in cells.values() if "h-day--today" in day["classes"]] == [date(2026, 5, 12)]
    assert (special_days[0], "Saturday Feb. 28, 2026" in special_days, len(special_days)) == (
        "Thursday Jan. 1, 2026",
        True,
        39,
    )
    text = staff.get(f"{page(museum)}?year=2027&desk=nonsense").content.decode()
    assert "The holidays of 2027 are not entered yet" in text


@pytest.mark.parametrize(
    "query", ["?year=99999", "?year=x&desk=hall-0", "?exception=x&day=x", "?desk=main-99999999999999999999"]
)
def test_the_page_takes_whatever_address_it_is_given(query: str, staff: Any, museum: Venue) -> None:
    shown = staff.get(page(museum) + query).context["page"]
    assert (shown.year, shown.desk_value) == (2026, "main")


def test_a_hall_that_follows_its_museum_shows_the_museums_year_and_takes_no_hours(staff: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    hall = factories.venue(parent=museum, follows_parent=True)
    shown = staff.get(page(hall))
    assert [(state, count) for state, _mark, _words, count in shown.context["page"].totals()] == [
        ("open", 313),
        ("unknown", 52),
    ]
    assert shown.context["leads"] == museum
    assert "week_new" not in shown.content.decode()
    assert staff.post(page(hall), {"_form": "new", "_do": "save"}).status_code == 400


def test_readers_see_hours_and_nothing_to_change(cast: SimpleNamespace, staff: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    with edit(by=cast.staff):
        factories.closed(museum, date(2026, 6, 1))
    found = {}
    for who in ("reviewer", "editor"):
        response = enter(getattr(cast, who)).get(page(museum))
        text = response.content.decode()
        author = response.context["page"].exception_rows()[0]["by"]
        found[who] = ("<form class=" in text.split("content-main")[1], "09:00–16:30" in text, str(author))
    # Who entered what is for colleagues.
    assert found == {"reviewer": (False, True, "staff"), "editor": (False, True, "None")}


def test_the_page_costs_the_same_for_one_row_and_for_many(staff: Any, museum: Venue) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(page(museum)).status_code == 200
        return len(queries)

    factories.hours(museum, days="tue-sun")
    factories.closed(museum, date(2026, 6, 1))
    factories.space(museum)
    staff.get(page(museum))
    one = count()
    for month in (7, 8, 9):
        factories.closed(museum, date(2026, month, 1))
        factories.hours(museum, days="tue-sun", season_from=f"{month:02}-01", season_to=f"{month:02}-20")
        factories.space(museum)
    assert count() == one


# Lists


def test_the_list_of_venues_marks_old_facts_and_missing_hours(staff: Any, museum: Venue) -> None:
    factories.hours(museum, days="tue-sun")
    old = factories.venue(verified_on=date(2025, 5, 11))
    fresh = factories.venue(verified_on=date(2025, 5, 12), parent=museum, follows_parent=True)

    def listed(query: str) -> set[str]:
        return {row.slug for row in staff.get(f"{url(Venue, 'changelist')}?{query}").context["cl"].result_list}

    assert listed("facts=never") == {"museum"}
    assert listed("facts=old") == {old.slug}
    assert listed("facts=fresh") == {fresh.slug}
    assert listed("hours=none") == {old.slug}
    assert listed("hours=entered") == {"museum", fresh.slug}
    text = staff.get(url(Venue, "changelist")).content.decode()
    assert 'title="over a year ago">2025-05-11<' in text
    assert f'href="{page(old)}">hours</a>' in text
    assert f'href="{page(museum)}"' not in text


def test_the_first_page_names_old_facts_and_the_next_holiday(staff: Any) -> None:
    factories.venue(verified_on=date(2025, 5, 11))
    with edit():
        CalendarDay(date=date(2026, 10, 1), kind="holiday", holiday="national_day").save()
    cards = {card["title"]: card for card in staff.get("/admin/").context["cards"]}
    old, holiday = cards["Facts older than a year"], cards["National Day"]
    assert (old["count"], old["url"]) == (1, "/admin/venues/venue/?facts=old")
    assert (holiday["count"], holiday["url"]) == ("10-01", f"{HOLIDAYS}?holiday=2026-10-01")


# Many venues at once


@pytest.fixture
def three(staff: Any) -> SimpleNamespace:
    """Two museums and a park; the second museum has an exception of its own on the second day of the holiday."""
    with edit():
        one = factories.venue(slug="one", name=factories.text("一馆"))
        two = factories.venue(slug="two", name=factories.text("二馆"))
        park = factories.venue(slug="park", name=factories.text("公园"), venue_kind="park")
        for venue in (one, two):
            factories.hours(venue, days="tue-sun")
        own = factories.closed(two, date(2026, 10, 2), reason=factories.text("停电", en="Power cut"))
        for day in (1, 2, 3):
            CalendarDay(date=date(2026, 10, day), kind="holiday", holiday="national_day").save()
    return SimpleNamespace(one=one, two=two, park=park, own=own)


def holiday_form(client: Any, *venues: Venue, **fields: Any) -> dict[str, Any]:
    form: dict[str, Any] = open_form(client, f"{HOLIDAYS}?holiday=2026-10-01")
    return {**form, "state": "closed", "venues": [str(venue.pk) for venue in venues], **fields}


def apply(client: Any, form: dict[str, Any]) -> Any:
    """By way of the preview, as a browser does."""
    shown = client.post(HOLIDAYS, {**form, "_do": "preview"})
    assert shown.templates[0].name == "admin/venues/holiday_preview.html", shown.context["form"].errors
    carried = read_form(shown, "preview_form")
    return client.post(HOLIDAYS, {**form, "versions": carried["versions"], "_do": "apply"})


NATIONAL = {"zh-Hans": "国庆节假期", "en": "National Day holiday", "de": "Nationalfeiertag"}


def test_a_holiday_fills_in_its_days_and_its_reason(staff: Any, three: SimpleNamespace) -> None:
    form = open_form(staff, HOLIDAYS)
    assert (form["first"], form["reason__zh-Hans"]) == ("", "")
    shown = staff.post(HOLIDAYS, {**form, "venues": [str(three.park.pk)], "_do": "holiday-2026-10-01"})
    filled = read_form(shown, "holiday_form")
    names = ("first", "last", "reason__zh-Hans", "reason__en", "reason__de", "venues")
    assert [filled[name] for name in names] == ["2026-10-01", "2026-10-03", *NATIONAL.values(), str(three.park.pk)]
    chosen = staff.post(HOLIDAYS, {**form, "venues": [str(three.park.pk)], "_do": "choose-museum"}).context["form"]
    assert {each["row"].slug for each in chosen.choices_shown() if each["chosen"]} == {"one", "two", "park"}
    none = staff.post(HOLIDAYS, {**form, "venues": [str(three.park.pk)], "_do": "choose-none"}).context["form"]
    assert [each["chosen"] for each in none.choices_shown()] == [False] * 3


def test_the_preview_writes_nothing_and_shows_each_venue_before_and_after(staff: Any, three: SimpleNamespace) -> None:
    before = factories.revision(), HoursException.objects.count()
    shown = staff.post(HOLIDAYS, {**holiday_form(staff, three.one, three.two, three.park), "_do": "preview"})
    plans = {plan.venue.slug: plan for plan in shown.context["plans"]}
    with translation.override("en"):
        rows = plans["two"].rows()
        exceptions = [plan.exceptions() for plan in plans.values()]
    assert [(row["days"], row["before"], row["after"], row["same"]) for row in rows] == [
        (["10-01", "10-03"], "open 09:00–16:30 (last entry 16:00)", "closed", False),
        (["10-02"], "closed", "closed", True),
    ]
    own = [{"words": "2026-10-02 closed (Power cut)", "fate": "stays"}]
    assert (exceptions, shown.context["writing"]) == ([[], own, []], 3)
    assert (factories.revision(), HoursException.objects.count()) == before


def test_applying_is_one_act_that_keeps_what_venues_entered_themselves(staff: Any, three: SimpleNamespace) -> None:
    before = factories.revision()
    response = apply(staff, holiday_form(staff, three.one, three.two))
    assert said(response) == ["success: The arrangement is entered for 2 venues."]
    assert special(three.one) == [("2026-10-01", "2026-10-03", "closed", "", NATIONAL)]
    assert special(three.two) == [
        ("2026-10-01", "2026-10-01", "closed", "", NATIONAL),
        ("2026-10-02", "2026-10-02", "closed", "", {"zh-Hans": "停电", "en": "Power cut"}),
        ("2026-10-03", "2026-10-03", "closed", "", NATIONAL),
    ]
    assert (factories.revision(), special(three.park)) == (before + 1, [])
    assert sorted(Act.objects.values_list("label", "fields", "note")) == [
        ("一馆", ["opening hours"], "2026-10-01 – 2026-10-03: 国庆节假期"),
        ("二馆", ["opening hours"], "2026-10-01 – 2026-10-03: 国庆节假期"),
    ]


def test_applying_may_replace_what_venues_entered_and_take_a_weekdays_hours(staff: Any, three: SimpleNamespace) -> None:
    form = holiday_form(staff, three.two, three.park, state="like-6", keep="no")
    assert said(apply(staff, form)) == ["success: The arrangement is entered for 1 venue."]
    assert special(three.two) == [("2026-10-01", "2026-10-03", "open", DAY, NATIONAL)]
    assert special(three.park) == []  # of whose Sundays nothing is known


def test_a_stale_preview_is_told_and_writes_nothing(staff: Any, second: Any, three: SimpleNamespace) -> None:
    form = holiday_form(staff, three.one, three.two)
    versions = read_form(staff.post(HOLIDAYS, {**form, "_do": "preview"}), "preview_form")["versions"]
    post(second, three.one, week(second, three.one), **day_rows(0), service="cafe")
    refused = staff.post(HOLIDAYS, {**form, "versions": versions, "_do": "apply"})
    assert ([venue.slug for venue in refused.context["changed"]], special(three.one)) == (["one"], [])
    assert len(special(three.two)) == 1
    fresh = read_form(refused, "preview_form")["versions"]
    assert staff.post(HOLIDAYS, {**form, "versions": fresh, "_do": "apply"}).status_code == 302
    assert len(special(three.one)) == 1


WRONG_ARRANGEMENTS: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({"first": ""}, {"first": ["This field is required."]}),
    (
        {"first": "0001-01-01", "last": "9999-12-31"},
        {name: ["Enter a year between 1000 and 2999."] for name in ("first", "last")},
    ),
    ({"last": "2026-09-01"}, {"last": ["The last day is before the first."]}),
    ({"last": "2027-09-01"}, {"last": ["At most 62 days at once."]}),
    ({"state": ""}, {"state": ["Choose a state, or enter the hours."]}),
    ({"state": "like-9"}, {"state": ["Select a valid choice. like-9 is not one of the available choices."]}),
    (
        {"state": "like-6", "spans": "9-17"},
        {"spans": ["Leave the hours empty: each venue takes those of its weekday."]},
    ),
    (
        {"spans": "9-17"},
        {"spans": ["It is closed: leave the hours empty, or choose another state."]},
    ),
    ({"venues": []}, {"venues": ["This field is required."]}),
    ({"venues": ["0"]}, {"venues": ["Select a valid choice. 0 is not one of the available choices."]}),
    (
        {"reason__zh-Hans": ""},
        {"reason": ["Write this in 简体中文: the other languages fall back to it."]},
    ),
    ({"keep": "perhaps"}, {"keep": ["Select a valid choice. perhaps is not one of the available choices."]}),
]


def test_what_is_wrong_with_an_arrangement_is_named(staff: Any, three: SimpleNamespace) -> None:
    form = {"first": "2026-10-01", "state": "closed", "reason__zh-Hans": "国庆节", "keep": "yes"}
    for typed, expected in WRONG_ARRANGEMENTS:
        chosen = {**form, "venues": [str(three.one.pk)], **typed, "_do": "apply"}
        with translation.override("en"):
            errors = staff.post(HOLIDAYS, chosen).context["form"].errors
            assert {name: list(each) for name, each in errors.items()} == expected
    assert HoursException.objects.count() == 1


def test_a_preview_costs_the_same_for_one_venue_and_for_three(staff: Any, three: SimpleNamespace) -> None:
    counts = []
    form = holiday_form(staff)
    for venues in ([three.one], [three.one, three.two, three.park]):
        chosen = {**form, "venues": [str(venue.pk) for venue in venues], "_do": "preview"}
        staff.post(HOLIDAYS, chosen)
        with CaptureQueriesContext(connection) as queries:
            staff.post(HOLIDAYS, chosen)
        counts.append(len(queries))
    assert counts[0] == counts[1]
