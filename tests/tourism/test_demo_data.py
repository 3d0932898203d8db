"""The data set as a whole: complete, loaded once, shifted once."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from core.changes.models import root_models
from core.clock import district_day
from events.league.models import Team
from events.models import Event
from media.models import Image, Rendition
from media.renditions import RATIOS
from tests import factories
from tests.factories import at
from tourism.demo.loading import Loader, read_events
from tourism.demo.shifting import LABELS, demonstration_copies
from venues.models import Venue

TODAY = date(2026, 11, 25)
NOON = at(2026, 11, 25, 12)

VENUES = """
    china-industrial-museum hongmei-cultural-park shenyang-pump-track-park workers-village-museum 1905-cultural-park
    fengtian-works tiexi-gymnasium tiexi-stadium industrial-internet-conference-centre bmw-tiexi-plant tiexi-mixc
    shengjing-datiandi shanshan-outlets chongqing-road workers-park
""".split()
HALLS = """
    cim-general-history-hall cim-machine-tool-hall cim-foundry-hall cim-automobile-hall cim-tiexi-hall
    cim-metallurgical-machinery-area cim-foreign-machine-tool-area vanke-international-community
""".split()
EVENTS = """
    factory-ba-2024 factory-ba-2025 street-ba-2025 factory-super-league-2025 half-marathon-2024
    pump-track-qualifier-2023 pump-track-qualifier-2025 sino-german-friendship-night-2023 workers-art-season-2025
    factory-fair-2025 new-year-prints-2026 spring-gala-2024 city-brand-launch xihongshi-market-4
    summer-season-2024 trade-in-season-2024 industrial-tour
""".split()
MENTIONED = """
    mid-autumn-gala-2024 factory-fair-2026 workers-art-season-opening-2025 weekly-programme-sanbaiyizhou
    summer-season-2020 summer-season-opening-2020 museum-guided-tour bmw-plant-tour
""".split()
SAMPLES = ["livehouse-sample-night"]
COPIES = """
    sino-german-friendship-night-2023 factory-fair-2025 new-year-prints-2026 factory-ba-2025 street-ba-2025
    half-marathon-2024 pump-track-qualifier-2025 workers-art-season-2025 workers-art-season-opening-2025 bmw-plant-tour
    livehouse-sample-night
""".split()


def load(today: date = TODAY) -> None:
    events = read_events()
    Loader().load(events + demonstration_copies(events, today))


@pytest.fixture(scope="module")
def loaded(kept: None) -> None:
    """The data set with its shifted copies, loaded once for this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: NOON)
        patch.setattr("media.renditions.WIDTHS", (320,))  # the larger ones would take ten times as long
        load()


@pytest.fixture
def data(loaded: None, db: None) -> None:
    """The loaded data set, for one test."""


def state() -> dict[str, Any]:
    """All that a load could change: the revision, the number of rows of every table, every version."""
    tables = [model for model in apps.get_models() if model.__module__.split(".")[0] in loading_apps()]
    return {
        "revision": factories.revision(),
        "rows": {model.__name__: model._base_manager.count() for model in tables},
        "versions": {
            kind: dict(model._base_manager.values_list("pk", "version")) for kind, model in root_models().items()
        },
    }


def loading_apps() -> tuple[str, ...]:
    return ("core", "organizers", "media", "venues", "events")


def test_load_demo_has_every_venue_of_the_facts(data: None) -> None:
    assert set(Venue.objects.visible().values_list("slug", flat=True)) == {*VENUES, *HALLS}


def test_load_demo_has_every_event_of_the_facts(data: None) -> None:
    assert set(Event.objects.visible().values_list("slug", flat=True)) == {
        *EVENTS,
        *MENTIONED,
        *SAMPLES,
        *(f"{slug}-demo" for slug in COPIES),
    }


def test_load_demo_has_the_exhibits_of_the_facts(data: None, get: Callable[..., Any]) -> None:
    shown = {row["slug"]: row for row in get("exhibits", lang="en")["results"]}
    assert set(shown) == {"shenyang-foundry-cupola-furnace", "tieliu-ningbian-relief"}
    furnace = shown["shenyang-foundry-cupola-furnace"]
    assert (furnace["venue"]["slug"], furnace["in_service"]) == ("cim-foundry-hall", {"from": 1957, "to": 2007})
    assert all(row["fallbacks"] == {} for row in shown.values())


def test_load_demo_claims_no_more_than_is_known_of_a_visit(data: None, get: Callable[..., Any]) -> None:
    venues = get("venues", limit=100, lang="en")["results"]
    facts = [fact for venue in venues for fact in venue["accessibility"].values()]
    assert facts == [{"value": "unknown", "note": None, "checked_on": None}] * (10 * len(venues))
    rules = {venue["slug"]: venue["visit_rules"] for venue in venues if venue["visit_rules"]}
    assert set(rules) == {"bmw-tiexi-plant", "shenyang-pump-track-park"}
    plant = rules["bmw-tiexi-plant"]
    assert (plant["guide_languages"], plant["booking"]["required"]) == (["zh-Hans", "en"], True)
    assert (plant["ages"]["min"], plant["photography"]["rule"], plant["lockers"]) == (None, None, None)
    assert "not verified" in rules["shenyang-pump-track-park"]["clothing"]
    assert [venue["slug"] for venue in get("venues", language_of_guide="en")["results"]] == ["bmw-tiexi-plant"]


def test_load_demo_has_the_half_marathon_with_two_courses(data: None, get: Callable[..., Any]) -> None:
    """Of what is not public, the lines, the points and the time limits, it says that they are examples."""
    shown = get("events/half-marathon-2024/course", lang="de")
    told = [(each["slug"], each["distance"], each["limit"], each["sample"]) for each in shown["courses"]]
    assert told == [("half-marathon", 21_098, 2_000, True), ("fun-run", 6_000, 3_000, True)]
    assert all(each["line"]["approximate"] and each["elevation"]["gain"] for each in shown["courses"])
    assert len(json.dumps(shown["courses"][0]["line"]["coordinates"])) < 10_000
    assert shown["fallbacks"] == {}
    half, fun = shown["courses"]
    assert [each["starts_at"][11:16] for each in (*half["waves"], *fun["waves"])] == ["08:30", "08:45"]
    # The men's winner took 1:09:13; the cut-off is a sample.
    finish = half["points"][-1]
    assert (finish["first_at"][11:16], finish["last_at"][11:16]) == ("09:39", "11:45")
    (closed,) = shown["closures"]
    assert [venue["slug"] for venue in closed["venues"]] == ["industrial-internet-conference-centre"]
    assert shown["eligibility"]["limit"] == 5_000


def test_load_demo_tells_of_the_road_that_will_be_closed(data: None, get: Callable[..., Any]) -> None:
    """Of the copy around today: what was closed in 2024 is nobody's concern any more."""
    found = [each for each in get("notices", coming="true", limit=100)["results"] if each["kind"] == "transport"]
    assert [[event["slug"] for event in each["events"]] for each in found] == [["half-marathon-2024-demo"]]


def test_load_demo_has_the_themed_route(data: None, get: Callable[..., Any]) -> None:
    (tour,) = get("routes", lang="de")["results"]
    assert (tour["slug"], tour["sample"], tour["verified_on"]) == ("industrial-tour", True, None)
    assert tour["languages"] == ["zh-Hans", "zh-Hant", "en", "de"]
    assert [stop["venue"]["slug"] for stop in tour["stops"]] == [
        *("china-industrial-museum", "hongmei-cultural-park", "1905-cultural-park", "workers-village-museum"),
    ]
    assert (tour["duration"], tour["distance"], tour["line"]["derived"]) == (337, 7100, True)


def test_load_demo_has_the_running_order_of_the_friendship_night(data: None, get: Callable[..., Any]) -> None:
    answer = get("events/sino-german-friendship-night-2023/running-order", lang="en")
    ((evening,), (stage,)) = answer["days"], answer["days"][0]["stages"]
    assert (evening["date"], stage["doors_at"], stage["curfew_at"]) == (
        "2023-07-30",
        "2023-07-30T18:00:00+08:00",
        "2023-07-31T01:00:00+08:00",
    )
    shown = [(item["slot"]["title"], item["slot"]["sample"], item["slot"]["day"]) for item in stage["items"]]
    assert shown == [
        ("Dance (sample)", True, "2023-07-30"),
        ("Choir (sample)", True, "2023-07-30"),
        ("Interval (sample)", True, "2023-07-30"),
        ("Band (sample)", True, "2023-07-30"),
        ("Late set (sample)", True, "2023-07-30"),
        ("Opening market of the Sino-German street", False, "2023-07-30"),
    ]
    assert [item["changeover"] and item["changeover"]["minutes"] for item in stage["items"]] == [
        *(None, 10, None, None, 30, None),
    ]


def test_load_demo_has_a_sample_concert_with_its_rules(data: None, get: Callable[..., Any]) -> None:
    event = get("events/livehouse-sample-night", lang="de")
    assert (event["sample"], event["verified_on"], event["fallbacks"]) == (True, None, {})
    assert [each["code"] for each in event["booking"]["accepted_documents"]][:2] == ["resident_id", "passport"]
    (evening,) = get("events/livehouse-sample-night/running-order")["days"]
    assert [item["slot"]["precision"] for item in evening["stages"][0]["items"]] == ["exact", "exact", "date"]


def test_load_demo_gives_every_venue_and_event_a_picture(data: None) -> None:
    bare = [row.slug for model in (Venue, Event) for row in model.objects.filter(placements=None)]
    assert bare == []


def test_load_demo_has_the_league_of_2025_and_its_one_public_result(data: None, get: Callable[..., Any]) -> None:
    shown = get("events/factory-ba-2025/standings", lang="zh-Hant")
    sizes = {group["slug"]: len(group["rows"]) for group in shown["groups"]}
    assert (len(sizes), sum(sizes.values()), set(sizes.values())) == (10, 42, {4, 5})
    assert shown["rules"]["advance"] == {
        "first": 1,
        "runners_up": 6,
        "order": ["lost_ratio", "lot"],
        "against_last_counts": True,
    }
    played = [row for group in shown["groups"] for row in group["rows"] if row["played"]]
    assert [(row["team"]["name"], row["for"], row["against"]) for row in played] == [
        ("瀋鼓集團", 57, 49),
        ("中航工業興華", 49, 57),
    ]
    slots = get("slots", event="factory-ba-2025", kind="match", limit=100, lang="en", from_="2025-05-01")["results"]
    assert len(slots) == 84
    (known,) = [slot for slot in slots if not slot["sample"]]
    assert (known["title"], known["starts_at"], known["result"]["state"], known["match"]["group"]["slug"]) == (
        *("Group B, Round 3: Shengu Group – AVIC Xinghua", "2025-06-25T18:00:00+08:00", "confirmed", "b"),
    )
    assert [slot["uid"] for slot in slots if slot["result"]] == [known["uid"]]


def test_load_demo_invents_no_team(data: None) -> None:
    named = set(Team.objects.filter(sample=False).values_list("slug", flat=True))
    assert named == {
        *("bmw-brilliance", "michelin", "sany-heavy-equipment", "tbea", "northeast-pharmaceutical"),
        *("shenyang-sunshine", "crrc-shenyang", "sailun-tire", "zhongdekai", "shenggu-group", "avic-xinghua"),
    }
    assert all(team.name["zh-Hans"].startswith("示例队") for team in Team.objects.filter(sample=True))


def test_load_demo_has_the_bracket_of_2024_as_far_as_it_is_known(data: None, get: Callable[..., Any]) -> None:
    sixteen, quarters = get("events/factory-ba-2024/bracket", lang="en")["rounds"]
    assert (sixteen["name"], len(sixteen["matches"]), quarters["name"], len(quarters["matches"])) == (
        *("Round of 16", 8, "Quarter-final", 4),
    )
    known = {
        match["starts_at"] or match["day"]: [each["slug"] for each in match["participants"]]
        for match in sixteen["matches"]
        if all(each["slug"] for each in match["participants"])
    }
    assert known == {
        "2024-08-03T08:30:00+08:00": ["bmw-brilliance", "michelin"],
        "2024-08-03": ["sany-heavy-equipment", "tbea"],
    }
    assert {match["day"] for match in quarters["matches"]} == {"2024-08-04"}
    assert {each["name"] for match in quarters["matches"] for each in match["participants"]} == {"To be decided"}
    assert [match["result"] for each in (sixteen, quarters) for match in each["matches"]] == [None] * 12


def test_load_demo_words_the_rules_that_are_no_numbers(data: None, get: Callable[..., Any]) -> None:
    street, football = (
        get(f"events/{slug}/standings", lang="en") for slug in ("street-ba-2025", "factory-super-league-2025")
    )
    assert street["rules"]["text"] == "Points scored by a woman count double."
    assert (football["rules"]["sport"], football["rules"]["table"]["win"], football["groups"]) == ("football", 3, [])


def test_load_demo_copies_the_league_with_its_matches_unplayed(data: None, get: Callable[..., Any]) -> None:
    shown = get("events/factory-ba-2025-demo/standings")
    assert (len(shown["groups"]), {row["played"] for group in shown["groups"] for row in group["rows"]}) == (10, {0})
    rounds = get("events/factory-ba-2025-demo/bracket", lang="en")["rounds"]
    assert [each["name"] for each in rounds] == [
        *("Round of 16", "Quarter-final", "Semi-final", "Third place", "Final"),
    ]


def test_load_demo_twice_changes_nothing(data: None) -> None:
    before = state()
    load()
    assert state() == before
    assert before["rows"]["Venue"] == len(VENUES) + len(HALLS)


def test_load_demo_keeps_the_dates_of_its_first_shift(data: None) -> None:
    before = state()
    load(today=TODAY + timedelta(days=90))
    assert state() == before


def test_load_demo_leaves_an_edited_record_as_it_is(data: None) -> None:
    venue = Venue.objects.get(slug="workers-park")
    venue.name = {"zh-Hans": "劳动公园（改）"}
    venue.save()
    load()
    venue.refresh_from_db()
    assert (venue.name, venue.version) == ({"zh-Hans": "劳动公园（改）"}, state()["versions"]["venue"][venue.pk])


def test_load_demo_says_what_is_new(data: None) -> None:
    out = StringIO()
    call_command("load_demo", shift_to_today=True, stdout=out)
    assert out.getvalue() == "Tiexi data set: nothing new.\n"


def test_shifted_copies_are_marked_as_samples_and_say_so(data: None) -> None:
    for slug in COPIES:
        original, copy = Event.objects.get(slug=slug), Event.objects.get(slug=f"{slug}-demo")
        assert copy.title == {tag: text + LABELS[tag] for tag, text in original.title.items()}
        assert (copy.sample, copy.verified_on) == (True, None)
        assert set(copy.released_slots.values_list("sample", flat=True)) <= {True}
        assert copy.released_slots.count() == original.released_slots.count()


def test_shifted_copies_keep_their_weekdays(data: None) -> None:
    for slug in COPIES:
        days = {
            name: list(
                Event.objects.get(slug=name)
                .released_slots.order_by("sort_start", "day", "title")
                .values_list("day", flat=True)
            )
            for name in (slug, f"{slug}-demo")
        }
        moves = {after - before for before, after in zip(*days.values(), strict=True)}
        assert all(move.days % 7 == 0 for move in moves), slug
        assert len(moves) <= 1, slug


def test_shifted_copies_lie_around_today(data: None) -> None:
    spans = {}
    for slug in COPIES:
        event = Event.objects.get(slug=f"{slug}-demo")
        days = [day for day in (event.starts_on, *event.released_slots.values_list("day", flat=True)) if day]
        spans[slug] = (min(days) - TODAY).days
    assert {slug for slug, distance in spans.items() if distance <= 0} == {
        "factory-ba-2025",
        "factory-fair-2025",
        "new-year-prints-2026",
    }
    assert {slug: distance // 7 for slug, distance in spans.items() if distance > 0} == {
        "bmw-plant-tour": 0,
        "sino-german-friendship-night-2023": 0,
        "half-marathon-2024": 1,
        "workers-art-season-2025": 2,
        "workers-art-season-opening-2025": 2,
        "pump-track-qualifier-2025": 3,
        "street-ba-2025": 4,
        "livehouse-sample-night": 5,
    }


def test_shifted_parts_stay_inside_their_season(data: None) -> None:
    parts = list(Event.objects.filter(slug__endswith="-demo").exclude(season=None))
    assert [part.slug for part in parts] == ["workers-art-season-opening-2025-demo"]
    for part in parts:
        assert part.season.slug == "workers-art-season-2025-demo"
        assert part.season.starts_on == part.starts_on


@pytest.mark.parametrize("distance", range(7))
def test_shifting_a_tour_without_dates_follows_its_slots(distance: int) -> None:
    today = TODAY + timedelta(days=distance)
    tour = next(record for record in read_events() if record["slug"] == "bmw-plant-tour")
    [copy] = demonstration_copies([tour], today)
    days = [district_day(slot["starts_at"]) for slot in copy["slots"]]
    assert today <= min(days) < today + timedelta(days=7)
    assert [day.weekday() for day in days] == [district_day(slot["starts_at"]).weekday() for slot in tour["slots"]]


def test_shifted_data_shows_something_on_each_of_the_next_seven_days(
    data: None, get: Callable[..., Any], clock: Callable[..., None]
) -> None:
    clock(NOON)
    days = [TODAY + timedelta(days=distance) for distance in range(7)]
    empty = [day for day in days if not get("events", from_=day, to=day)["results"]]
    assert empty == []
    slots = get("slots", from_=days[0], to=days[-1], limit=100)["results"]
    assert len({slot["day"] for slot in slots}) >= 5
    assert "factory-ba-2025-demo" in {event["slug"] for event in get("events", when="today")["results"]}


@pytest.mark.parametrize(
    ("slug", "day", "expected"),
    [
        ("china-industrial-museum", "2026-11-24", ("open", "09:00", "16:30", "16:00")),
        ("china-industrial-museum", "2026-11-23", ("closed",)),
        ("china-industrial-museum", "2026-01-01", ("open", "09:00", "18:30", "18:00")),
        ("cim-foundry-hall", "2026-01-01", ("open", "09:00", "18:30", "18:00")),
        ("bmw-tiexi-plant", "2026-11-24", ("by_booking",)),
        ("workers-village-museum", "2026-11-28", ("closed",)),
        ("tiexi-stadium", "2026-11-24", ("unknown",)),
    ],
)
def test_data_set_knows_the_hours_that_the_facts_know(
    loaded: None, db: None, get: Any, slug: str, day: str, expected: tuple[str, ...]
) -> None:
    (shown,) = get(f"venues/{slug}/hours", from_=day, to=day)["results"]
    spans = [value for span in shown["spans"] for value in (span["opens"], span["closes"], span["last_entry"])]
    assert (shown["state"], *spans) == expected


def test_the_pictures_of_a_first_screen_are_light(data: None) -> None:
    """The heaviest twenty of the set, in any ratio, at 320 pixels."""
    for ratio in RATIOS:
        files = Rendition.objects.filter(spec=f"{ratio}/320/webp").order_by("-bytes").values_list("bytes", flat=True)
        assert len(files) == Image.objects.count() >= 33
        assert sum(files[:20]) < 400_000, ratio


def test_every_picture_shows_something_while_it_loads(data: None) -> None:
    looks = [(len(image.placeholder), image.color[:1], "jpeg" in image.files) for image in Image.objects.all()]
    assert set(looks) == {(28, "#", True)}
