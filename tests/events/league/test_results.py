"""Results: what they let happen, what is refused by name, and what the public reads of them at once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.changes.models import acts_of
from events.freezing import has_unreleased
from events.league.models import Match, Result
from events.league.results import record
from events.models import Appearance, ReleasedSlot, Slot, SlotParticipant
from tests import factories
from tests import factories_league as league
from tests.core.test_changes_writers import races, threads
from tests.factories import at, revision, text

BEFORE = at(2026, 4, 1, 12)
SEMI_FINALS = league.OPENING + timedelta(hours=4)


@pytest.fixture(autouse=True)
def _spring(clock: Any) -> None:
    clock(BEFORE)


def drafted(cup: Any, number: int) -> list[tuple[str, str, int]]:
    rows = SlotParticipant.objects.filter(slot__uid=cup.uids[number]).order_by("billing", "pk")
    return [(row.participant.slug, row.role, row.billing) for row in rows]


def out(cup: Any, number: int) -> list[tuple[str, str, int]]:
    row = ReleasedSlot.objects.current().get(uid=cup.uids[number])
    return [(each["slug"], each["role"], each["billing"]) for each in row.participants]


def refused(cup: Any, number: int, *score: int, **changes: Any) -> list[tuple[str, str]]:
    before = (revision(), list(Result.objects.order_by("pk").values_list()), acts_of(cup.event).count())
    with pytest.raises(ValidationError) as caught:
        league.enter(cup, number, *score, **changes)
    assert (revision(), list(Result.objects.order_by("pk").values_list()), acts_of(cup.event).count()) == before
    by_field = caught.value.error_dict if hasattr(caught.value, "error_dict") else {"": caught.value.error_list}
    return [(field, str(each.code or "invalid")) for field, errors in by_field.items() for each in errors]


# What follows from a result


@pytest.mark.django_db
def test_confirming_fills_in_who_plays_later_at_once_in_draft_and_release() -> None:
    cup = league.cup_of_four()
    league.enter(cup, 1, 70, 60)
    assert (drafted(cup, 3), out(cup, 3)) == ([("steel", "home", 1)], [("steel", "home", 1)])
    league.enter(cup, 2, 50, 55)
    both = [("steel", "home", 1), ("mill", "away", 2)]
    assert (drafted(cup, 3), out(cup, 3), out(cup, 4)) == (both, both, [("forge", "home", 1), ("press", "away", 2)])
    league.enter(cup, 3, 66, 65)
    league.enter(cup, 4, 40, 80)
    assert out(cup, 5) == drafted(cup, 5) == [("steel", "home", 1), ("press", "away", 2)]
    assert out(cup, 6) == drafted(cup, 6) == [("mill", "home", 1), ("forge", "away", 2)]
    assert not has_unreleased(cup.event)
    cup.event.refresh_from_db()
    assert (cup.event.draft_changed_at, cup.event.release_number) == (None, 1)
    assert set(Appearance.objects.filter(slug="steel").values_list("uid", flat=True)) == {
        cup.uids[number] for number in (1, 3, 5)
    }


@pytest.mark.django_db
def test_a_correction_puts_others_there_and_taking_back_empties_them() -> None:
    cup = league.cup_of_four()
    league.enter(cup, 1, 70, 60)
    league.enter(cup, 2, 55, 50)
    assert out(cup, 3) == [("steel", "home", 1), ("forge", "away", 2)]
    made = league.enter(cup, 1, 60, 70)
    assert (made.version, out(cup, 3)) == (2, [("press", "home", 1), ("forge", "away", 2)])
    league.enter(cup, 1, state="provisional", home_score=60, away_score=70)
    assert out(cup, 3) == drafted(cup, 3) == [("forge", "away", 2)]
    league.enter(cup, 2, state="none")
    assert out(cup, 3) == drafted(cup, 3) == []
    stored = Result.objects.get(uid=cup.uids[2])
    assert (stored.home_score, stored.periods, stored.state, stored.version) == (None, [], "none", 2)
    assert not has_unreleased(cup.event)


@pytest.mark.django_db
def test_results_are_live_for_the_public_without_a_release(get: Any, client: Client) -> None:
    cup = league.cup_of_four()
    path = f"/api/v1/slots/{cup.uids[1]}"
    etag = client.get(path)["ETag"]
    assert client.get(path).json()["result"] is None
    league.enter(cup, 1, state="provisional", home_score=20, away_score=18, periods=[[20, 18]], note=text("暂停"))
    answer = client.get(path, headers={"if-none-match": etag})
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["result"] | {"updated_at": ""} == {
        "state": "provisional",
        "score": {"home": 20, "away": 18},
        "periods": [{"home": 20, "away": 18}],
        "overtimes": 0,
        "winner": "home",
        "forfeited_by": None,
        "note": "暂停",
        "updated_at": "",
    }
    league.enter(cup, 1, state="forfeit", forfeited_by="home", periods=[])
    found = get(f"slots/{cup.uids[1]}")["result"]
    assert (found["state"], found["score"], found["winner"]) == ("forfeit", None, "away")
    assert get("slots", from_="2026-05-01", participant="press", to="2026-05-31")["results"][0]["result"] == found
    days = get("events/cup/schedule")["days"]
    assert days[0]["slots"][0]["result"] == found
    assert get("events/cup")["release"] == 1
    league.enter(cup, 1, state="none")
    assert get(f"slots/{cup.uids[1]}")["result"] is None


@pytest.mark.django_db
def test_who_advanced_is_found_by_the_filter_and_told_by_name(get: Any) -> None:
    cup = league.cup_of_four()
    league.enter(cup, 1, 70, 60)
    league.enter(cup, 2, 55, 50)
    span = {"from_": "2026-05-01", "to": "2026-05-31"}
    mine = get("slots", participant="steel", **span)["results"]
    assert [row["match"]["number"] for row in mine] == [1, 3]
    assert [each["slug"] for each in mine[1]["participants"]] == ["steel", "forge"]


@pytest.mark.django_db
def test_a_release_keeps_what_was_filled_in_and_resolves_again() -> None:
    cup = league.cup_of_four()
    league.enter(cup, 1, 70, 60)
    league.enter(cup, 2, 55, 50)
    slot = Slot.objects.get(uid=cup.uids[3])
    slot.title = text("焦点战")
    slot.save()
    made = factories.release(cup.event)
    assert list(made.changes.values_list("uid", "kinds")) == [(slot.uid, ["retitled"])]
    assert out(cup, 3) == [("steel", "home", 1), ("forge", "away", 2)]
    # Another source, drafted and then released: who has reached it is there at once.
    row = Match.objects.select_related("slot").get(slot__uid=cup.uids[3])
    row.home_source = {"group": "a", "place": 2}
    league.write(cup, row)
    assert (drafted(cup, 3)[0][0], out(cup, 3)[0][0]) == ("press", "steel")
    factories.release(cup.event)
    assert out(cup, 3)[0][0] == "press"
    assert not has_unreleased(cup.event)


@pytest.mark.django_db
def test_an_unreleased_source_is_no_truth_yet() -> None:
    cup = league.cup_of_four()
    row = Match.objects.select_related("slot").get(slot__uid=cup.uids[3])
    row.home_source = {"group": "a", "place": 2}
    league.write(cup, row)
    league.enter(cup, 1, 70, 60)
    assert (drafted(cup, 3), out(cup, 3)) == ([("press", "home", 1)], [("steel", "home", 1)])
    assert has_unreleased(cup.event)


@pytest.mark.django_db
def test_a_lot_that_is_drawn_decides_at_once() -> None:
    cup = league.cup({"a": "steel press", "b": "mill"}, rules={**FOOTBALL}, advance=1)
    with edit():
        rows = [league.match(cup, "steel", "press", "a"), league.match(cup, {"group": "a", "place": 1}, "mill")]
        league.write(cup, *rows)
    factories.release(cup.event)
    league.enter(cup, 1, 1, 1)
    assert out(cup, 2) == [("mill", "away", 2)]
    with edit():
        for lot, name in enumerate(("press", "steel"), start=1):
            cup.entries[name].lot = lot
            cup.entries[name].save()
    assert out(cup, 2) == drafted(cup, 2) == [("press", "home", 1), ("mill", "away", 2)]


FOOTBALL = {
    "win": 3,
    "draw": 1,
    "loss": 0,
    "forfeit": 0,
    "tie_breaks": ["difference", "scored", "lot"],
}


@pytest.mark.django_db
def test_who_entered_what_is_in_the_log(english: None) -> None:
    cup = league.cup_of_four()
    who = factories.user("keeper")
    record(cup.event, cup.uids[1], {"state": "confirmed", "home_score": 70, "away_score": 60}, who, 0, scorer="Court 2")
    act = acts_of(cup.event).first()
    assert act is not None
    assert (act.by, act.fields, act.note) == (who, ["result"], "1: 70:60 confirmed (Court 2)")
    stored = Result.objects.get()
    assert (stored.entered_by, stored.scorer) == (who, "Court 2")


@pytest.mark.django_db
def test_the_same_again_changes_nothing() -> None:
    cup = league.cup_of_four()
    league.enter(cup, 1, 70, 60)
    before = revision()
    assert league.enter(cup, 1, 70, 60).version == 1
    assert revision() == before


# What is refused


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("score", "changes", "wrong"),
    [
        ((-1, 60), {}, [("home_score", "min_value")]),
        ((70, 1000), {}, [("away_score", "invalid")]),
        ((70,), {}, [("away_score", "invalid")]),
        ((70, 60), {"periods": [[20, 20], [30, 20]]}, [("periods", "invalid")]),
        ((70, 60), {"periods": [[70, 60, 1]]}, [("periods", "invalid")]),
        ((70, 60), {"periods": [[-1, 60], [71, 0]]}, [("periods", "invalid")]),
        ((70, 60), {"overtimes": 1}, [("overtimes", "invalid")]),
        ((70, 60), {"periods": [[70, 60]], "overtimes": 1}, [("overtimes", "invalid")]),
        ((70, 60), {"periods": [[60, 50], [10, 10]], "overtimes": 1}, [("overtimes", "invalid")]),
        ((70, 60), {"periods": [[50, 50], [15, 10], [5, 0]], "overtimes": 2}, [("overtimes", "invalid")]),
        ((70, 60), {"decided_for": "home"}, [("decided_for", "invalid")]),
        ((70, 70), {"decided_for": "home"}, [("decided_for", "invalid")]),  # nobody goes on from a group by penalties
        ((70, 70), {}, [("away_score", "level")]),
        ((70, 60), {"forfeited_by": "home"}, [("forfeited_by", "invalid")]),
        ((), {"state": "forfeit"}, [("forfeited_by", "invalid")]),
        ((70, 60), {"state": "won"}, [("state", "invalid_choice")]),
        ((70, 60), {"expected_version": 3}, [("", "stale")]),
    ],
)
def test_what_cannot_be_is_refused_by_name(score: Any, changes: Any, wrong: Any) -> None:
    assert refused(league.cup_of_four(), 1, *score, **changes) == wrong


@pytest.mark.django_db
def test_overtime_follows_a_level_score() -> None:
    cup = league.cup_of_four()
    made = league.enter(cup, 1, 75, 70, periods=[[30, 35], [35, 30], [5, 5], [5, 0]], overtimes=2)
    assert made.winner == "home"


@pytest.mark.django_db
def test_a_placeholder_has_no_result_and_a_knock_out_no_draw() -> None:
    cup = league.cup_of_four()
    assert refused(cup, 3, 70, 60) == [("", "placeholder")]
    league.enter(cup, 1, 70, 60)
    league.enter(cup, 2, 70, 60)
    assert refused(cup, 3, 70, 70) == [("decided_for", "level")]
    league.enter(cup, 3, 70, 70, decided_for="away")
    assert out(cup, 5) == [("forge", "home", 1)]
    assert out(cup, 6) == [("steel", "home", 1)]


@pytest.mark.django_db
def test_only_released_matches_that_take_place_have_results() -> None:
    cup = league.cup_of_four()
    league.write(cup, league.match(cup, "steel", "mill", number=7))
    assert refused(cup, 7, 70, 60) == [("", "unreleased")]
    show = factories.slot(cup.event, at(2026, 5, 20, 10), slot_kind="show")
    cup.uids[8] = show.uid
    off = Slot.objects.get(uid=cup.uids[1])
    off.status = "cancelled"
    off.save()
    factories.release(cup.event)
    assert refused(cup, 8, 70, 60) == [("", "no_match")]
    assert refused(cup, 1, 70, 60) == [("", "cancelled")]


@pytest.mark.django_db
def test_who_has_played_has_played_whatever_the_table_says_later() -> None:
    """Points taken away change who is first of the group, but not who played the semi-final and won it."""
    cup = league.cup_of_four()
    for number in (1, 2, 3):
        league.enter(cup, number, 70, 60)
    played, final = out(cup, 3), out(cup, 5)
    entry = cup.entries["steel"]
    entry.adjustment, entry.adjustment_reason = -5, text("罚分")
    entry.save()
    assert (out(cup, 3), out(cup, 5)) == (played, final)
    assert out(cup, 4) == [("mill", "home", 1), ("steel", "away", 2)]  # this one is still to come
    with pytest.raises(ValidationError) as refusal:  # nor do the drafts say otherwise
        factories.release(cup.event)
    assert refusal.value.code == "unchanged"


@pytest.mark.django_db
def test_a_correction_is_refused_once_the_later_round_has_begun(clock: Any) -> None:
    cup = league.cup_of_four()
    for number, (home, away) in enumerate([(70, 60), (55, 50), (66, 65)], start=1):
        league.enter(cup, number, home, away)
    assert refused(cup, 1, 60, 70) == [("", "downstream_started")]  # match 3 has a result
    assert refused(cup, 1, state="none") == [("", "downstream_started")]
    assert league.enter(cup, 1, 80, 60).version == 2  # nobody else advances
    clock(SEMI_FINALS + timedelta(hours=4))  # the final begins
    assert refused(cup, 3, 60, 70) == [("", "downstream_started")]
    league.enter(cup, 3, 67, 65)


@pytest.mark.django_db
def test_what_was_postponed_has_not_begun(clock: Any) -> None:
    cup = league.cup_of_four()
    league.enter(cup, 1, 70, 60)
    league.enter(cup, 2, 55, 50)
    with edit():
        for number in (3, 4):
            slot = Slot.objects.get(uid=cup.uids[number])
            slot.status = "postponed"
            slot.save()
    factories.release(cup.event)
    clock(SEMI_FINALS + timedelta(hours=2))
    league.enter(cup, 1, 60, 70)
    assert out(cup, 3)[0] == ("press", "home", 1)


@pytest.mark.django_db
def test_teams_put_in_by_hand_hold_a_correction_back_too() -> None:
    cup = league.cup({"a": "steel press", "b": "mill forge"}, advance=1)
    with edit():
        rows = [league.match(cup, "steel", "press", "a"), league.match(cup, "steel", "mill")]
        league.write(cup, *rows)
    factories.release(cup.event)
    league.enter(cup, 1, 70, 60)
    league.enter(cup, 2, 70, 60)
    assert refused(cup, 1, 60, 70) == [("", "downstream_started")]


@pytest.mark.django_db
def test_a_circle_that_was_released_piece_by_piece_leaves_its_sides_open() -> None:
    cup = league.cup({"a": "steel press mill"})
    with edit():
        rows = [league.match(cup, "steel", "press"), league.match(cup, "mill", league.after(cup, 1), number=2)]
        league.write(cup, *rows)
    factories.release(cup.event)
    row = ReleasedSlot.objects.get(uid=cup.uids[1])
    detail = {**row.detail, "match": {**row.detail["match"], "away": league.after(cup, 2)}}
    with edit():
        ReleasedSlot.objects.filter(pk=row.pk).stamp(detail=detail)
    assert refused(cup, 2, 70, 60) == [("", "placeholder")]


# How much it costs, and two at once


@pytest.mark.django_db
def test_recording_costs_the_same_with_three_matches_and_with_many() -> None:
    def cost(slug: str, count: int) -> int:
        cup = league.cup({"a": " ".join(f"{slug}-{n}" for n in range(2 * count))}, slug=slug)
        with edit():
            rows = [league.match(cup, f"{slug}-{2 * n}", f"{slug}-{2 * n + 1}", "a") for n in range(count)]
            league.write(cup, *rows)
        factories.release(cup.event)
        with CaptureQueriesContext(connection) as queries:
            league.enter(cup, 1, 70, 60)
        return len(queries)

    assert cost("few", 2) == cost("many", 7)


@races
@pytest.mark.django_db(transaction=True)
def test_two_courts_at_once_never_collide_and_fill_one_match() -> None:
    cup = league.cup_of_four()
    start = threading.Barrier(2, timeout=20)

    def enter(number: int) -> None:
        start.wait()
        league.enter(cup, number, 70, 60)

    with threads() as crew:
        for number in (1, 2):
            crew.start(lambda number=number: enter(number))  # type: ignore[misc]
    assert crew.errors == []
    assert out(cup, 3) == drafted(cup, 3) == [("steel", "home", 1), ("forge", "away", 2)]


@races
@pytest.mark.django_db(transaction=True)
def test_two_who_enter_the_same_match_one_wins_and_the_other_is_told() -> None:
    cup = league.cup_of_four()
    start = threading.Barrier(2, timeout=20)

    def enter(home: int) -> None:
        start.wait()
        record(cup.event, cup.uids[1], {"state": "confirmed", "home_score": home, "away_score": 60}, None, 0)

    with threads() as crew:
        for home in (70, 71):
            crew.start(lambda home=home: enter(home))  # type: ignore[misc]
    (error,) = crew.errors
    assert (isinstance(error, ValidationError), getattr(error, "code", "")) == (True, "stale")
    assert Result.objects.get().version == 1
