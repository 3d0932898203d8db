"""Visit rules: what is entered is said, the rest is null; the production calendar; the filters that ask for them."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests import factories
from tests.factories import at, text
from tests.pages import enter, errors, open_form, save, url
from tests.venues.test_api import slugs
from venues.models import HealthWarning, PhotoArea, ProductionPeriod, Venue, VisitRules
from venues.models.visiting import canonical_tag
from venues.production import LineRunning, Period, on, resolved

UNKNOWN = {
    "ages": {"min": None, "accompanied_under": None},
    "height_min": None,
    "group": {"min": None, "max": None},
    "guide_languages": [],
    "clothing": None,
    "provided": None,
    "documents": None,
    "booking": {"required": None, "lead_days": None, "how": None, "url": None, "phone": None},
    "lockers": None,
    "bags": None,
    "photography": {"rule": None, "note": None, "areas": []},
    "warnings": [],
    "line_running": None,
    "production": [],
    "note": None,
    "checked_on": None,
}


def made(row: Any) -> Any:
    row.full_clean()
    row.save()
    return row


def rules(slug: str, **fields: Any) -> Venue:
    venue = factories.venue(slug=slug)
    made(VisitRules(venue=venue, **fields))
    return venue


@pytest.mark.django_db
def test_rules_are_null_until_something_is_entered(get: Any) -> None:
    factories.venue(slug="museum")
    rules("plant")
    assert get("venues/museum")["visit_rules"] is None
    assert get("venues/plant")["visit_rules"] == UNKNOWN


@pytest.mark.django_db
@pytest.mark.parametrize("model", [PhotoArea, HealthWarning, ProductionPeriod])
def test_rules_are_there_where_only_a_list_is(get: Any, clock: Any, model: Any) -> None:
    clock(at(2026, 5, 1, 12))
    venue = factories.venue(slug="plant")
    fields: dict[Any, dict[str, Any]] = {
        PhotoArea: {"name": text("车间"), "rule": "ask"},
        HealthWarning: {"hazard": "dust"},
        ProductionPeriod: {"first": date(2026, 5, 2), "line_running": "expected"},
    }
    made(model(venue=venue, **fields[model]))
    shown = get("venues/plant")["visit_rules"]
    assert {name for name in UNKNOWN if shown[name] != UNKNOWN[name]} == {
        {PhotoArea: "photography", HealthWarning: "warnings", ProductionPeriod: "production"}[model]
    }


FULL: dict[str, Any] = {
    "age_min": 8,
    "accompanied_under": 14,
    "height_min": 110,
    "group_min": 2,
    "group_max": 20,
    "guide_languages": "zh-hans, EN",
    "clothing": text("长裤", en="Long trousers", de="Lange Hosen"),
    "provided": text("外套", en="A coat"),
    "documents": text("身份证", en="Identity card", de="Ausweis"),
    "booking_required": True,
    "lead_days": 3,
    "booking_how": text("电话预约", en="By telephone", de="Telefonisch"),
    "booking_url": "https://plant.example/book",
    "booking_phone": "+86 24 8888 0000",
    "lockers": True,
    "bags": text("限小包", en="Small bags only", de="Nur kleine Taschen"),
    "photography": "no_flash",
    "photography_note": text("禁用无人机", en="No drones", de="Keine Drohnen"),
    "note": text("走黄线", en="Keep to the yellow line", de="Auf der gelben Linie bleiben"),
    "checked_on": date(2026, 4, 1),
}
SHOWN = {
    **UNKNOWN,
    "ages": {"min": 8, "accompanied_under": 14},
    "height_min": 110,
    "group": {"min": 2, "max": 20},
    "guide_languages": ["zh-Hans", "en"],
    "clothing": "Lange Hosen",
    "provided": "A coat",
    "documents": "Ausweis",
    "booking": {
        "required": True,
        "lead_days": 3,
        "how": "Telefonisch",
        "url": "https://plant.example/book",
        "phone": "+86 24 8888 0000",
    },
    "lockers": True,
    "bags": "Nur kleine Taschen",
    "photography": {
        "rule": "no_flash",
        "note": "Keine Drohnen",
        "areas": [{"name": "Lackiererei", "rule": "forbidden", "note": None}],
    },
    "warnings": [
        {"kind": "noise", "decibels": 85, "note": "Stöpsel"},
        {"kind": "pacemaker", "decibels": None, "note": None},
    ],
    "note": "Auf der gelben Linie bleiben",
    "checked_on": "2026-04-01",
}


@pytest.mark.django_db
def test_rules_in_every_detail(get: Any) -> None:
    venue = rules("plant", **FULL)
    made(PhotoArea(venue=venue, name=text("涂装", en="Paint shop", de="Lackiererei"), rule="forbidden"))
    made(HealthWarning(venue=venue, hazard="noise", decibels=85, note=text("有耳塞", en="Plugs", de="Stöpsel")))
    made(HealthWarning(venue=venue, hazard="pacemaker"))
    shown = get("venues/plant", lang="de")
    assert shown["visit_rules"] == SHOWN
    assert (shown["fallbacks"], shown["languages"]) == ({"visit_rules.provided": "en"}, ["zh-Hans", "zh-Hant", "en"])
    assert get("venues", lang="de")["results"][0]["visit_rules"] == SHOWN


def span(first: str, last: str, running: str, order: int = 0) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last), LineRunning(running), None, order)


YEAR = span("2026-01-01", "2026-12-31", "expected", 1)
WEEK = span("2026-10-01", "2026-10-07", "no", 2)
LATER_WEEK = span("2026-10-01", "2026-10-07", "yes", 4)
DAY = span("2026-10-05", "2026-10-05", "yes", 3)


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([], []),
        ([DAY], [DAY]),
        (
            [YEAR, WEEK],
            [
                YEAR._replace(last=date(2026, 9, 30)),
                WEEK,
                YEAR._replace(first=date(2026, 10, 8)),
            ],
        ),
        (
            [DAY, WEEK],
            [WEEK._replace(last=date(2026, 10, 4)), DAY, WEEK._replace(first=date(2026, 10, 6))],
        ),
        # Of two that are equally long the one that was entered last.
        ([WEEK, LATER_WEEK], [LATER_WEEK]),
        # Neither gaps nor edges join what belongs to two rows.
        ([DAY, span("2026-10-06", "2026-10-06", "yes", 4)], [DAY, span("2026-10-06", "2026-10-06", "yes", 4)]),
        ([DAY, span("2026-10-07", "2026-10-07", "no", 4)], [DAY, span("2026-10-07", "2026-10-07", "no", 4)]),
        ([span("9999-12-31", "9999-12-31", "no")], [span("9999-12-31", "9999-12-31", "no")]),
    ],
)  # fmt: skip
def test_production_without_overlaps(periods: list[Period], expected: list[Period]) -> None:
    assert resolved(periods) == expected
    assert resolved(reversed(periods)) == expected


def test_production_says_the_same_day_by_day() -> None:
    periods = [YEAR, WEEK, DAY]
    for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 5), date(2026, 10, 6), date(2027, 1, 1)):
        one, other = on(day, periods), on(day, resolved(periods))
        assert (one and one.line_running) == (other and other.line_running)
    assert on(date(2027, 1, 1), periods) is None


@pytest.mark.django_db
def test_line_runs_today_by_the_districts_day(get: Any, clock: Any) -> None:
    clock(at(2026, 9, 30, 12))
    venue = factories.venue(slug="plant")
    made(ProductionPeriod(venue=venue, first=date(2026, 9, 1), last=date(2026, 10, 31), line_running="expected"))
    note = text("国庆停产", en="National Day")
    made(ProductionPeriod(venue=venue, first=date(2026, 10, 1), last=date(2026, 10, 3), line_running="no", note=note))
    made(ProductionPeriod(venue=venue, first=date(2026, 8, 1), last=date(2026, 8, 2), line_running="no"))
    holiday = {"from": "2026-10-01", "to": "2026-10-03", "line_running": "no", "note": "National Day"}
    after = {"from": "2026-10-04", "to": "2026-10-31", "line_running": "expected", "note": None}

    def shown() -> tuple[Any, Any]:
        found = get("venues/plant", lang="en")["visit_rules"]
        return found["line_running"], found["production"]

    before = {"from": "2026-09-01", "to": "2026-09-30", "line_running": "expected", "note": None}
    assert shown() == ("expected", [before, holiday, after])
    clock(at(2026, 10, 1, 3, 59))
    assert shown() == ("expected", [before, holiday, after])
    clock(at(2026, 10, 1, 4, 1))
    assert shown() == ("no", [holiday, after])
    clock(at(2026, 11, 1, 12))
    assert shown() == (None, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "found"),
    [("0", ["all-ages"]), ("7", ["all-ages"]), ("8", ["all-ages", "eight"]), ("120", ["all-ages", "eight"])],
)
def test_age_finds_whoever_is_known_to_admit_it(get: Any, age: str, found: list[str]) -> None:
    rules("eight", age_min=8, accompanied_under=14)
    rules("all-ages", age_min=0)
    rules("unknown", height_min=110)
    factories.venue(slug="no-rules")
    assert sorted(slugs(get, age=age)) == found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("en", ["both"]),
        ("EN", ["both"]),
        ("zh", ["both", "chinese"]),
        ("zh-Hans", ["both", "chinese"]),
        ("zh-CN", []),
        ("zh-Hans-CN", ["chinese"]),
        ("de,en", ["both", "german"]),
        ("n", []),
    ],
)
def test_language_of_guide_finds_dialects_and_no_parts_of_words(get: Any, asked: str, found: list[str]) -> None:
    rules("both", guide_languages="zh-Hans, en")
    rules("chinese", guide_languages="zh-Hans-CN")
    rules("german", guide_languages="de")
    rules("unknown")
    factories.venue(slug="no-rules")
    if asked == "n":
        assert get("venues", language_of_guide=asked, expect=400)["errors"][0]["field"] == "language_of_guide"
    else:
        assert sorted(slugs(get, language_of_guide=asked)) == found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("allowed", ["allowed"]),
        ("no_flash", ["allowed", "no-flash"]),
        ("allowed,no_flash", ["allowed", "no-flash"]),
    ],
)
def test_photography_finds_what_allows_at_least_that(get: Any, asked: str, found: list[str]) -> None:
    for rule in ("allowed", "no_flash", "ask", "forbidden", ""):
        rules(rule.replace("_", "-") or "unknown", photography=rule)
    factories.venue(slug="no-rules")
    assert sorted(slugs(get, photography=asked)) == found


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("en", "en"),
        ("ZH-hans", "zh-Hans"),
        ("zh-hant-hk", "zh-Hant-HK"),
        ("es-419", "es-419"),
        ("de-1996", "de-1996"),
        ("sl-ROZAJ", "sl-rozaj"),
    ],
)
def test_language_tag_is_written_as_the_standard_does(typed: str, canonical: str) -> None:
    assert canonical_tag(typed) == canonical


@pytest.mark.parametrize("typed", ["english", "e", "zh_Hans", "zh-", "中文", "en\n", "e" * 50, "zh-Hans-Hant"])
def test_language_tag_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        canonical_tag(typed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "fields", "named"),
    [
        (VisitRules, {"age_min": 121}, {"age_min"}),
        (VisitRules, {"age_min": 8, "accompanied_under": 6}, {"accompanied_under"}),
        (VisitRules, {"height_min": 3}, {"height_min"}),
        (VisitRules, {"group_min": 5, "group_max": 4}, {"group_max"}),
        (VisitRules, {"guide_languages": "english"}, {"guide_languages"}),
        (VisitRules, {"booking_phone": "call us"}, {"booking_phone"}),
        (VisitRules, {"booking_url": "javascript:alert(1)"}, {"booking_url"}),
        (VisitRules, {"photography": "sometimes"}, {"photography"}),
        (VisitRules, {"clothing": {"fr": "x"}}, {"clothing"}),
        (PhotoArea, {"name": {}, "rule": "ask"}, {"name"}),
        (PhotoArea, {"name": {"zh-Hans": "车间"}, "rule": ""}, {"rule"}),
        (HealthWarning, {"hazard": "heat", "decibels": 85}, {"decibels"}),
        (HealthWarning, {"hazard": "noise", "decibels": 300}, {"decibels"}),
        (ProductionPeriod, {"first": "2026-05-02", "last": "2026-05-01", "line_running": "yes"}, {"last"}),
        (ProductionPeriod, {"first": "2026-05-02", "line_running": "maybe"}, {"line_running"}),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_are_refused_by_name(model: Any, fields: dict[str, Any], named: set[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        model(venue=factories.venue(), **fields).full_clean()
    assert set(caught.value.message_dict) == named


@pytest.fixture
def browser(cast: SimpleNamespace) -> Any:
    return enter(cast.staff)


def test_admin_rules_are_filled_in_on_the_venues_page(browser: Any) -> None:
    venue = factories.venue(published=False)
    form = open_form(browser, url(venue))
    entered = {
        "visit_rules-only-age_min": "0",
        "visit_rules-only-guide_languages": "EN；zh-hans",
        "visit_rules-only-lockers": "false",
    }
    assert errors(save(browser, url(venue), form, **entered)) == {}
    row = VisitRules.objects.get(venue=venue)
    assert (row.age_min, row.guide_languages, row.lockers, row.booking_required) == (0, "en, zh-Hans", False, None)

    second = enter(factories.user("second", "content-staff"))
    mine = {"visit_rules-only-height_min": "110", "visit_rules-only-clothing__de": "Lange Hosen"}
    assert errors(save(second, url(venue), form, **mine)) == {}  # with the page as it was before the rules
    row.refresh_from_db()
    assert (row.age_min, row.height_min, row.clothing) == (0, 110, {"de": "Lange Hosen"})

    refused = save(second, url(venue), form, **{"visit_rules-only-age_min": "200"})
    assert set(errors(refused)) == {"visit_rules-only-age_min"}

    emptied = dict.fromkeys([*entered, *mine], "") | {"visit_rules-only-lockers": "unknown"}
    assert errors(save(browser, url(venue), open_form(browser, url(venue)), **emptied)) == {}
    assert VisitRules.objects.count() == 0
