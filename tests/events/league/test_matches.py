"""Matches as drafts: what their slots hold, who takes part, what is refused, and what a release is told of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.changes.models import acts_of
from events import drafts
from events.conflicts import find_conflicts
from events.freezing import has_unreleased
from events.league.matches import drop_matches, write_matches
from events.league.models import Match
from events.models import Slot, SlotParticipant
from events.releases import Refused, hold, publish
from events.restoring import restore
from tests import factories
from tests import factories_league as league
from tests.factories import at, text

pytestmark = pytest.mark.django_db

BEFORE = at(2026, 4, 1, 12)


@pytest.fixture(autouse=True)
def _spring(clock: Any) -> None:
    clock(BEFORE)


def people(slot: Slot) -> list[tuple[str, str, int]]:
    rows = SlotParticipant.objects.filter(slot=slot).order_by("billing", "pk")
    return [(row.participant.slug, row.role, row.billing) for row in rows]


def slots(cup: Any) -> dict[int, Slot]:
    found = {slot.uid: slot for slot in cup.event.slots.all()}
    return {number: found[uid] for number, uid in cup.uids.items() if uid in found}


def refused(cup: Any, *matches: Match) -> list[tuple[str | None, str]]:
    with pytest.raises(ValidationError) as caught:
        league.write(cup, *matches)
    return [(each.code, each.messages[0]) for each in caught.value.error_list]


def conflicts(cup: Any) -> list[tuple[str, str]]:
    return [(each.kind, each.level.value) for each in find_conflicts(cup.event, BEFORE)]


def test_slots_hold_what_the_public_reads_of_a_match(get: Any) -> None:
    cup = league.cup_of_four()
    final, semi = (get(f"slots/{cup.uids[number]}", lang="en") for number in (5, 3))
    assert final["match"] == {
        "stage": {"slug": "finals", "name": "knock_out"},
        "group": None,
        "round": 2,
        "round_name": "Final",
        "number": 5,
        "leg": 1,
        "feeds": [],
        "officials": [],
    }
    assert [(each["role"], each["name"], each["slug"]) for each in final["participants"]] == [
        ("home", "Winner of match 3", None),
        ("away", "Winner of match 4", None),
    ]
    assert [(each["number"], each["side"], each["takes"]) for each in semi["match"]["feeds"]] == [
        (5, "home", "winner"),
        (6, "home", "loser"),
    ]
    assert [each["name"] for each in semi["participants"]] == ["Group A, place 1", "Group B, place 2"]
    first = get(f"slots/{cup.uids[1]}", lang="zh-Hans")
    assert (first["match"]["group"], [each["slug"] for each in first["participants"]]) == (
        {"slug": "a", "name": "A组"},
        ["steel", "press"],
    )
    in_chinese = get(f"slots/{cup.uids[5]}", lang="zh-Hant")
    assert in_chinese["participants"][0]["name"] == "第3場勝者"
    assert get(f"slots/{cup.uids[5]}", lang="de")["participants"][1]["name"] == "Sieger von Spiel 4"


def test_others_who_take_part_stay_and_teams_are_exchanged() -> None:
    cup = league.cup({"a": "steel press mill"})
    row = league.match(cup, "steel", "press", "a", number=1)
    factories.takes_part(row.slot, factories.participant(slug="band", kind="act"), role="anthem", billing=3)
    league.write(cup, row)
    assert people(row.slot) == [("steel", "home", 1), ("press", "away", 2), ("band", "anthem", 3)]
    row.home, row.away = cup.entries["press"], cup.entries["steel"]
    league.write(cup, row)
    assert people(row.slot) == [("press", "home", 1), ("steel", "away", 2), ("band", "anthem", 3)]
    row.away = None
    row.away_source = {"group": "a", "place": 1}
    league.write(cup, row)
    assert people(row.slot) == [("press", "home", 1), ("band", "anthem", 3)]


def test_a_change_of_one_match_leaves_the_other_slots_alone() -> None:
    cup = league.cup_of_four()
    before = {number: slot.version for number, slot in slots(cup).items()}
    row = Match.objects.select_related("slot").get(slot__uid=cup.uids[1])
    row.officials = [{"role": "crew chief", "name": "王"}]
    league.write(cup, row)
    changed = {number for number, slot in slots(cup).items() if slot.version != before[number]}
    assert changed == {1}
    assert has_unreleased(cup.event)


@pytest.mark.parametrize(
    ("home", "away", "fields", "code"),
    [
        ("steel", "steel", {}, "invalid"),
        ("steel", {"winner_of": "nothing"}, {}, "source"),
        ("steel", {"winner_of": ["a"]}, {}, "source"),
        ("steel", {"group": "z", "place": 1}, {}, "source"),
        ("steel", {"group": "a", "place": 0}, {}, "source"),
        ("steel", {"group": "a", "place": True}, {}, "source"),
        ("steel", {"runner_up": 2}, {}, "source"),
        ("steel", {"winner_of": "x", "place": 1}, {}, "source"),
        ("steel", [1], {}, "source"),
        ("steel", "press", {"number": 1}, "repeated"),
        ("steel", "press", {"officials": ["Wang"]}, "invalid"),
        ("steel", "press", {"officials": [{"role": "umpire", "name": ""}]}, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_by_name(home: Any, away: Any, fields: Any, code: str, english: None) -> None:
    cup = league.cup({"a": "steel press"})
    league.write(cup, league.match(cup, "steel", "press", "a", number=1))
    wrong = league.match(cup, home, away, **{"number": 2, **fields})
    ((found, message),) = refused(cup, wrong)
    assert (found, message.startswith(f"Match {wrong.number}: ")) == (code, True)
    assert Match.objects.count() == 1


def test_circles_are_refused(english: None) -> None:
    cup = league.cup({"a": "steel press"})
    one = league.match(cup, "steel", None)
    two = league.match(cup, "press", league.after(cup, 1))
    one.away_source = league.after(cup, 2)
    ((code, message),) = refused(cup, one, two)
    assert (code, message) == ("circle", "Matches wait for each other in a circle: 2, 1.")


def test_slots_of_others_and_of_other_kinds_are_refused(english: None) -> None:
    cup, other = league.cup({"a": "steel press"}), league.cup({"a": "mill forge"}, slug="other")
    foreign = league.match(cup, "steel", "press", number=1)
    foreign.slot = factories.slot(other.event, at(2026, 5, 3, 10))
    show = league.match(cup, "steel", "press", number=2)
    show.slot.slot_kind = "show"
    show.slot.save()
    assert [code for code, _message in refused(cup, foreign, show)] == ["slot", "slot"]


def test_deleting_a_slot_removes_its_match_and_the_draft_says_what_dangles() -> None:
    cup = league.cup_of_four()
    assert conflicts(cup) == []
    with edit() as unit:
        hold(cup.event)
        drafts.drop([slots(cup)[3]], unit)
    assert Match.objects.filter(slot__event=cup.event).count() == 5
    assert conflicts(cup) == [("match_source_gone", "block")] * 2
    league.write(cup)  # brings the others into line
    placeholders = slots(cup)[5].detail["placeholders"]  # type: ignore[index]
    assert [each["name"]["en"] for each in placeholders] == ["To be decided", "Winner of match 4"]


def test_a_release_tells_no_match_to_feed_one_that_is_gone(get: Any) -> None:
    cup = league.cup_of_four()
    with edit() as unit:
        hold(cup.event)
        drafts.drop([slots(cup)[5]], unit)
    factories.release(cup.event)
    feeds = get(f"slots/{cup.uids[3]}")["match"]["feeds"]
    assert [(each["number"], each["takes"]) for each in feeds] == [(6, "loser")]
    assert not has_unreleased(cup.event)


def test_conflicts_tell_of_sides_that_cannot_be_known_in_time() -> None:
    cup = league.cup({"a": "steel press", "b": "mill forge"})
    early = {"starts_at": league.OPENING - timedelta(hours=3)}
    with edit():
        rows = [
            league.match(cup, "steel", "press", "a"),
            league.match(cup, {"group": "a", "place": 1}, "mill", **early),
        ]
        rows.append(league.match(cup, league.after(cup, 1), "forge", starts_at=league.OPENING + timedelta(days=1)))
        rows.append(league.match(cup, None, {"runner_up": 1}, starts_at=league.OPENING + timedelta(days=2)))
        league.write(cup, *rows)
    assert conflicts(cup) == [("match_source_later", "block"), ("match_side_open", "warn")]
    first = slots(cup)[1]
    first.status = "cancelled"
    first.save()
    assert conflicts(cup) == [("match_source_off", "warn"), ("match_side_open", "warn")]
    SlotParticipant.objects.get(slot=slots(cup)[3], role="away").delete()
    assert ("match_line_up", "block") in conflicts(cup)
    with pytest.raises(Refused) as caught:
        publish(cup.event, None)
    assert "match_line_up" in [each.kind for each in caught.value.conflicts]


def test_matches_are_taken_away_and_their_slots_stay() -> None:
    cup = league.cup_of_four()
    with edit() as unit:
        event = hold(cup.event)
        drop_matches(event, Match.objects.filter(slot__uid=cup.uids[1]), unit)
    slot = slots(cup)[1]
    assert (slot.detail, people(slot)) == (None, [])
    assert Match.objects.count() == 5


def test_renaming_a_group_reaches_the_drafts() -> None:
    cup = league.cup_of_four()
    cup.groups["a"].name = text("甲组", en="Pool A")
    cup.groups["a"].save()
    held = slots(cup)
    assert held[1].detail["match"]["group"]["name"]["en"] == "Pool A"  # type: ignore[index]
    assert held[3].detail["placeholders"][0]["name"]["en"] == "Pool A, place 1"  # type: ignore[index]
    cup.event.refresh_from_db()
    assert cup.event.draft_changed_at is not None


def test_restoring_brings_the_rows_back() -> None:
    cup = league.cup_of_four()
    numbers = dict(Match.objects.values_list("slot__uid", "number"))
    with edit() as unit:
        event = hold(cup.event)
        drafts.drop([slots(cup)[6]], unit)
        row = Match.objects.select_related("slot").get(slot__uid=cup.uids[1])
        row.home, row.away = cup.entries["press"], cup.entries["steel"]
        write_matches(event, [row], unit)
    factories.release(cup.event)
    restore(cup.event, 1, None, accept=[each.id for each in find_conflicts(cup.event, BEFORE)])
    assert dict(Match.objects.values_list("slot__uid", "number")) == numbers
    row = Match.objects.get(slot__uid=cup.uids[1])
    assert (row.home, row.group) == (cup.entries["steel"], cup.groups["a"])
    third = Match.objects.get(slot__uid=cup.uids[6])
    assert (third.home_source, third.round_name["en"]) == (league.after(cup, 3, "loser_of"), "Third place")
    assert not has_unreleased(cup.event)


def test_restoring_tells_what_cannot_be_a_match_any_more() -> None:
    cup = league.cup({"a": "steel press"})
    league.write(cup, league.match(cup, "steel", "press", "a"))
    factories.slot(cup.event, at(2026, 5, 20, 10))
    factories.release(cup.event)
    with edit() as unit:
        drafts.drop([slots(cup)[1]], unit)
    factories.release(cup.event)
    for entry in cup.entries.values():
        entry.delete()
    restore(cup.event, 1, None)
    slot = slots(cup)[1]
    assert (slot.detail, Match.objects.count()) == (None, 0)
    assert any("group or teams are gone" in act.note or "小组" in act.note for act in acts_of(cup.event))


def test_many_matches_cost_as_many_statements_as_few() -> None:
    def cost(slug: str, pairs: int) -> int:
        cup = league.cup({"a": " ".join(f"{slug}-{number}" for number in range(2 * pairs))}, slug=slug)
        with edit():
            rows = [league.match(cup, f"{slug}-{2 * n}", f"{slug}-{2 * n + 1}", "a") for n in range(pairs)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            league.write(cup, *rows)
        return len(queries)

    assert cost("few", 2) == cost("many", 8)
