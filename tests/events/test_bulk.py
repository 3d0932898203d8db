"""Acts on many slots at once: all of them or none; what visitors know is called off at once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.changes.models import acts_of
from events.bulk import cancel, copy_event, copy_to, move, postpone, reinstate, remove, shift
from events.models import Event, EventTag, Release, ReleasedSlot, Slot
from events.releases import Refused, publish
from events.series import apply
from tests import factories
from tests.factories import at, feed, league, revision, text
from tests.pages import enter, read_form, url

pytestmark = pytest.mark.django_db

NOW = at(2026, 4, 1, 12)
HOUR = timedelta(hours=1)
RAIN = text("暴雨", en="Rain", de="Regen")


@pytest.fixture(autouse=True)
def _spring(clock: Callable[[Any], None]) -> None:
    clock(NOW)


@pytest.fixture
def cup() -> Event:
    return league(slug="cup")


def game(event: Event, day: int, hour: int = 19, **fields: Any) -> Slot:
    start = at(2026, 5, day, hour)
    return factories.slot(event, start, **{"ends_at": start + 2 * HOUR, **fields})


def dated(event: Event, day: int, **fields: Any) -> Slot:
    return factories.slot(event, None, precision="date", on_date=date(2026, 5, day), **fields)


def unknown(event: Event) -> Slot:
    return factories.slot(event, None, precision="tba")


def drafts(event: Event, *names: str) -> list[tuple[Any, ...]]:
    return list(event.slots.order_by("sort_start", "pk").values_list(*names))


def out(event: Event) -> dict[Any, tuple[str, dict[str, str], int]]:
    """The schedule that is public: status, note and sequence of each slot."""
    rows = event.released_slots.current().values_list("uid", "status", "status_note", "sequence")
    return {uid: tuple(rest) for uid, *rest in rows}  # type: ignore[misc]


def everything() -> tuple[Any, ...]:
    """All that an act could have written."""
    slots = Slot.objects.order_by("pk").values_list("pk", "starts_at", "on_date", "venue", "space", "status")
    events = Event.objects.order_by("pk").values_list("pk", "status", "version")
    return list(slots), list(events), list(ReleasedSlot.objects.values_list("pk", "until")), revision()


def refused(act: Callable[[], Any]) -> list[str]:
    """What is wrong, in words; nothing has been written."""
    before = everything()
    with pytest.raises(ValidationError) as caught:
        act()
    assert everything() == before
    return list(caught.value.messages)


# Time


@pytest.mark.parametrize(
    ("fields", "minutes", "expected"),
    [
        ({"starts_at": (1, 19), "ends_at": (1, 21)}, 15, ((1, 19, 15), (1, 21, 15), None, None, 1)),
        ({"starts_at": (1, 19)}, -60, ((1, 18), None, None, None, 1)),
        ({"starts_at": (1, 23)}, 120, ((2, 1), None, None, None, 1)),  # still of the evening
        ({"starts_at": (2, 1), "on_date": 2}, 60, ((2, 2), None, 2, None, 2)),
        ({"starts_at": (2, 1), "on_date": 2}, 1440, ((3, 1), None, 3, None, 3)),
        ({"starts_at": (2, 1), "on_date": 2}, -120, ((1, 23), None, 1, None, 1)),
        ({"starts_at": (1, 10), "through": 4}, 2880, ((3, 10), None, None, 6, 3)),
        ({"precision": "date", "on_date": 5}, 1440, (None, None, 6, None, 6)),
        ({"precision": "date", "on_date": 5, "through": 7}, -2880, (None, None, 3, 5, 3)),
    ],
)
def test_shift_moves_all_times_of_a_slot(cup: Event, fields: dict[str, Any], minutes: int, expected: Any) -> None:
    def moment(value: Any) -> Any:
        return at(2026, 5, *value) if isinstance(value, tuple) else value

    def day(value: Any) -> Any:
        return value and date(2026, 5, value)

    given = {name: day(value) if isinstance(value, int) else moment(value) for name, value in fields.items()}
    slot = factories.slot(cup, given.pop("starts_at", None), **given)
    shift(cup, [slot.uid], minutes, by=None)
    slot.refresh_from_db()
    starts, ends, on_date, through, counted = expected
    assert (slot.starts_at, slot.ends_at, slot.on_date, slot.through, slot.day) == (
        moment(starts),
        moment(ends),
        day(on_date),
        day(through),
        day(counted),
    )


def test_shift_of_some_moves_these_only_and_keeps_derived_columns_right(cup: Event, english: None) -> None:
    first, second, third = game(cup, 1), game(cup, 2), game(cup, 3)
    anna, version = factories.user("anna"), Event.objects.get().version
    shift(cup, [third.uid, first.uid], 30, by=anna)
    half = timedelta(minutes=30)
    assert drafts(cup, "uid", "starts_at", "sort_start", "sort_end") == [
        (each.uid, each.starts_at + by, each.starts_at + by, each.ends_at + by)
        for each, by in ((first, half), (second, 0 * half), (third, half))
    ]
    act = acts_of(cup).get()
    assert (act.by, act.verb, act.fields, act.note) == (anna, "changed", ["slots"], "+30 minutes")
    assert (act.version, Event.objects.get().version > version) == (Event.objects.get().version, True)


def test_shift_of_what_cannot_be_shifted_shifts_nothing_and_names_it(cup: Event, english: None) -> None:
    slots = [game(cup, 1), dated(cup, 5, title=text("日", en="Day")), unknown(cup)]
    slots[2].title = text("决赛", en="Final")
    slots[2].save()
    found = refused(lambda: shift(cup, [slot.uid for slot in slots], 30, by=None))
    assert found == [
        "日 (2026-05-05): only its date is known. Shift it by whole days, of 1440 minutes each.",
        "决赛 (2026-05-01): it is to be announced and has no date yet. Enter its date first.",
    ]


@pytest.mark.parametrize("minutes", [0, 366 * 1440 + 1, -(10**12)])
def test_shift_by_nothing_or_by_years_is_refused(cup: Event, minutes: int) -> None:
    slot = game(cup, 1)
    assert len(refused(lambda: shift(cup, [slot.uid], minutes, by=None))) == 1


def test_acts_name_slots_of_their_event_only(cup: Event) -> None:
    venue, foreign, own = factories.venue(), game(league(), 1), game(cup, 1)
    factories.EventVenue(event=cup, venue=venue).save()
    both = [own.uid, foreign.uid]
    acts: list[Callable[[Any], Any]] = [
        lambda uids: shift(cup, uids, 30, by=None),
        lambda uids: move(cup, uids, venue, None, by=None),
        lambda uids: copy_to(cup, uids, [date(2026, 5, 9)], by=None),
        lambda uids: cancel(cup, uids, RAIN, by=None),
        lambda uids: postpone(cup, uids, RAIN, by=None),
        lambda uids: reinstate(cup, uids, by=None),
        lambda uids: remove(cup, uids, by=None),
    ]
    for act in acts:
        assert [str(foreign.uid) in words for words in refused(lambda act=act: act(both))] == [True]
        assert len(refused(lambda act=act: act([]))) == 1


# Place


def test_move_puts_slots_into_another_space_of_the_event(cup: Event) -> None:
    arena, hall = factories.venue(), factories.venue()
    court, elsewhere = factories.space(arena), factories.space(hall)
    slot, other = game(cup, 1, place_name=text("河边")), game(cup, 2)
    assert len(refused(lambda: move(cup, [slot.uid], arena, court, by=None))) == 1  # none of the event's venues
    factories.EventVenue(event=cup, venue=arena).save()
    wrong = refused(lambda: move(cup, [slot.uid, other.uid], arena, elsewhere, by=None))
    assert [str(each.title["zh-Hans"]) in words for each, words in zip((slot, other), wrong, strict=True)] == [True] * 2
    move(cup, [slot.uid], arena, court, by=None)
    assert drafts(cup, "venue", "space", "place_name") == [(arena.pk, court.pk, {}), (None, None, {})]
    move(cup, [slot.uid], arena, None, by=None)
    assert drafts(cup, "venue", "space")[0] == (arena.pk, None)


# Copies


def test_copies_keep_times_distances_and_who_takes_part(cup: Event) -> None:
    late = game(cup, 2, 1, on_date=date(2026, 5, 1))
    games = [game(cup, 1), late, game(cup, 2), dated(cup, 3)]
    who = factories.participant()
    factories.takes_part(games[0], who, role="home", billing=2)
    factories.release(cup)
    cancel(cup, [games[0].uid], RAIN, by=None)
    made = copy_to(cup, [each.uid for each in games], [date(2026, 5, 8), date(2026, 5, 15), date(2026, 5, 8)], by=None)
    assert [(slot.starts_at, slot.on_date, slot.day.day, slot.status) for slot in made] == [
        row
        for week in (7, 14)
        for row in (
            (at(2026, 5, 1 + week, 19), None, 1 + week, "scheduled"),
            (at(2026, 5, 2 + week, 1), date(2026, 5, 1 + week), 1 + week, "scheduled"),
            (at(2026, 5, 2 + week, 19), None, 2 + week, "scheduled"),
            (None, date(2026, 5, 3 + week), 3 + week, "scheduled"),
        )
    ]
    assert (len({slot.uid for slot in cup.slots.all()}), len(out(cup))) == (12, 4)
    rows = [slot.participations.values_list("participant", "role", "billing").first() for slot in made]
    assert rows == [(who.pk, "home", 2), None, None, None] * 2


def test_copies_without_a_date_or_too_many_of_them_are_refused(cup: Event) -> None:
    tba, one = unknown(cup), game(cup, 1)
    assert len(refused(lambda: copy_to(cup, [tba.uid, one.uid], [date(2026, 5, 8)], by=None))) == 1
    assert len(refused(lambda: copy_to(cup, [one.uid], [], by=None))) == 1
    assert len(refused(lambda: copy_to(cup, [one.uid], [date.max], by=None))) == 1
    many = [date(2026, 1, 1) + timedelta(days=count) for count in range(1001)]
    assert len(refused(lambda: copy_to(cup, [one.uid], many, by=None))) == 1


def test_a_copy_of_a_series_slot_is_of_no_series(cup: Event) -> None:
    apply(factories.series(cup, "fri", "10:00", last=date(2026, 5, 7)), by=None)
    made = copy_to(cup, [cup.slots.get().uid], [date(2026, 5, 8)], by=None)
    assert [(slot.series_id, slot.occurrence, slot.made) for slot in made] == [(None, "", None)]


# Off and on again


def test_cancelled_slots_are_released_at_once_and_no_other_draft_with_them(cup: Event) -> None:
    first, second = game(cup, 1), game(cup, 2)
    factories.release(cup)
    anna = factories.user("anna")
    first.starts_at += HOUR  # drafts that nobody has released
    first.ends_at += HOUR
    first.save()
    second.title = text("改名")
    second.save()
    third = game(cup, 3)
    before = revision()
    made = cancel(cup, [first.uid], RAIN, by=anna)
    assert made is not None
    assert (made.number, made.by, made.note, revision()) == (2, anna, "暴雨", before + 1)
    assert out(cup) == {first.uid: ("cancelled", RAIN, 1), second.uid: ("scheduled", {}, 0)}
    row = cup.released_slots.current().get(uid=first.uid)
    assert (row.starts_at, row.previous_start) == (at(2026, 5, 1, 19), None)  # where visitors knew it
    first.refresh_from_db()
    assert (first.status, first.status_note, first.starts_at) == ("cancelled", RAIN, at(2026, 5, 1, 20))
    assert [(change.uid, change.kinds) for change in made.changes.all()] == [(first.uid, ["cancelled"])]
    assert third.uid not in out(cup)
    cup.refresh_from_db()
    assert cup.status == "scheduled"


def test_a_blocking_problem_of_a_draft_does_not_keep_slots_from_being_called_off(cup: Event) -> None:
    slot, other = game(cup, 1), game(cup, 2)
    factories.release(cup)
    for each in (slot, other):  # none of the event's venues
        each.venue = factories.venue()
        each.save()
    with pytest.raises(Refused):
        publish(cup, by=None)
    assert cancel(cup, [slot.uid], RAIN, by=None) is not None
    assert postpone(cup, [other.uid], RAIN, by=None) is not None
    assert {status for status, *_rest in out(cup).values()} == {"cancelled", "postponed"}


def test_upcoming_is_what_is_not_over(cup: Event, clock: Callable[[Any], None]) -> None:
    over, running, coming, off = game(cup, 1, 10), game(cup, 1, 14), game(cup, 2), game(cup, 3)
    factories.release(cup)
    cancel(cup, [off.uid], text("早"), by=None)
    clock(at(2026, 5, 1, 15))
    postpone(cup, "upcoming", RAIN, by=None)
    assert {uid: status for uid, (status, *_rest) in out(cup).items()} == {
        over.uid: "scheduled",
        running.uid: "postponed",
        coming.uid: "postponed",
        off.uid: "cancelled",
    }
    clock(at(2026, 5, 1, 23))
    cancel(cup, "upcoming", RAIN, by=None)
    assert {uid: (status, note["zh-Hans"]) for uid, (status, note, _number) in out(cup).items() if note} == {
        running.uid: ("postponed", "暴雨"),
        coming.uid: ("cancelled", "暴雨"),
        off.uid: ("cancelled", "早"),  # its own reason
    }
    clock(at(2026, 6, 9))
    assert len(refused(lambda: cancel(cup, "upcoming", RAIN, by=None))) == 1


def test_with_all_slots_the_event_is_off_too(cup: Event) -> None:
    slots = [game(cup, 1), game(cup, 2)]
    factories.release(cup)
    before = revision()
    assert postpone(cup, "all", RAIN, by=None) is not None
    cup.refresh_from_db()
    assert (cup.status, cup.status_note, feed()["event", "cup"][0]) == ("postponed", RAIN, before + 1)
    cancel(cup, "all", text("停办"), by=None)
    cup.refresh_from_db()
    assert (cup.status, out(cup)[slots[0].uid][0]) == ("cancelled", "cancelled")
    assert len(refused(lambda: postpone(cup, "all", RAIN, by=None))) == 1
    reinstate(cup, "all", by=None)
    cup.refresh_from_db()
    assert (cup.status, cup.status_note, out(cup)) == (
        "scheduled",
        {},
        {slot.uid: ("scheduled", {}, 3) for slot in slots},
    )


def test_what_nobody_knows_yet_is_called_off_in_the_draft(cup: Event) -> None:
    slot = game(cup, 1)
    assert cancel(cup, [slot.uid], RAIN, by=None) is None
    slot.refresh_from_db()
    assert (slot.status, slot.status_note, Release.objects.count()) == ("cancelled", RAIN, 0)
    act = acts_of(cup).get()
    assert (act.verb, act.fields, act.note) == ("changed", ["slots"], "暴雨")
    other = game(cup, 2)
    factories.release(cup)
    new = game(cup, 3)
    made = postpone(cup, [other.uid, new.uid], RAIN, by=None)
    assert (made and made.number, set(out(cup))) == (2, {slot.uid, other.uid})


def test_a_status_that_was_only_drafted_is_released_with_the_act(cup: Event) -> None:
    slot = game(cup, 1)
    factories.release(cup)
    slot.status = "cancelled"
    slot.save()
    cancel(cup, "upcoming", RAIN, by=None)
    assert out(cup)[slot.uid] == ("cancelled", RAIN, 1)


def test_a_cancelled_slot_cannot_be_postponed_nor_one_that_takes_place_reinstated(cup: Event, english: None) -> None:
    slot, other = game(cup, 1, title=text("揭幕战")), game(cup, 2)
    factories.release(cup)
    cancel(cup, [slot.uid], RAIN, by=None)
    assert refused(lambda: postpone(cup, [slot.uid, other.uid], RAIN, by=None)) == [
        "揭幕战 (2026-05-01 19:00): it is cancelled. Reinstate it before you postpone it."
    ]
    assert len(refused(lambda: reinstate(cup, [slot.uid, other.uid], by=None))) == 1
    assert reinstate(cup, [slot.uid], by=None) is not None
    assert out(cup)[slot.uid] == ("scheduled", {}, 2)


@pytest.mark.parametrize("reason", [{}, {"en": "Rain"}, {"zh-Hans": " "}, {"zh-Hans": "雨" * 301}, "雨", {"xx": "雨"}])
def test_a_reason_is_needed_that_everybody_can_read(cup: Event, reason: Any) -> None:
    slot = game(cup, 1)
    before = everything()
    for act in (cancel, postpone):
        with pytest.raises(ValidationError) as caught:
            act(cup, [slot.uid], reason, by=None)
        assert (set(caught.value.error_dict), everything()) == ({"reason"}, before)


def test_reinstated_into_what_blocks_it_is_refused(cup: Event) -> None:
    arena = factories.venue()
    place = factories.EventVenue(event=cup, venue=arena)
    place.save()
    slot = game(cup, 1, venue=arena)
    factories.release(cup)
    cancel(cup, [slot.uid], RAIN, by=None)
    place.delete()
    assert len(refused(lambda: reinstate(cup, [slot.uid], by=None))) == 1


# Out


def test_removed_slots_are_gone_and_leave_a_tombstone(cup: Event, get: Any) -> None:
    slot, other, fresh = game(cup, 1), game(cup, 2), None
    factories.takes_part(slot, factories.participant())
    factories.release(cup)
    other.title = text("改名")
    other.save()
    fresh = game(cup, 3)
    anna, before = factories.user("anna"), revision()
    made = remove(cup, [slot.uid, fresh.uid], anna, "by mistake")
    assert made is not None
    assert (made.number, made.note, made.by) == (2, "by mistake", anna)
    assert [(each.uid, each.kinds) for each in made.changes.all()] == [(slot.uid, ["removed"])]
    assert (feed()["slot", str(slot.uid)], set(out(cup))) == ((before + 1, True), {other.uid})
    assert cup.released_slots.current().get().title != other.title
    assert [each.uid for each in cup.slots.all()] == [other.uid]
    get(f"slots/{slot.uid}", expect=410)


def test_removing_what_nobody_knows_releases_nothing(cup: Event) -> None:
    slot = game(cup, 1)
    assert remove(cup, [slot.uid], None) is None
    assert (cup.slots.count(), cup.releases.count()) == (0, 0)


# Many


def test_acts_take_few_queries_however_many_slots() -> None:
    def count(slots: int) -> list[int]:
        venue = factories.venue()
        event = league(venues=[venue])
        with edit():
            uids = [game(event, 1 + place % 28).uid for place in range(slots)]
        factories.release(event)
        acts: list[Callable[[], Any]] = [
            lambda: shift(event, uids, 15, by=None),
            lambda: move(event, uids, venue, None, by=None),
            lambda: copy_to(event, uids, [date(2026, 5, 29)], by=None),
            lambda: cancel(event, uids, RAIN, by=None),
            lambda: reinstate(event, uids, by=None),
            lambda: remove(event, uids, None),
        ]
        found = []
        for act in acts:
            with CaptureQueriesContext(connection) as captured:
                act()
            found.append(len(captured))
        return found

    few, many = count(2), count(9)
    assert few == many
    assert max(many) < 60


# Last year's event


@pytest.fixture
def last_year() -> Event:
    """Friday 1 to Sunday 31 May 2026, with all that an event can have."""
    venue = factories.venue()
    event = league(
        venues=[venue],
        slug="cup-2026",
        title=text("铁西杯", en="Tiexi Cup"),
        summary=text("夏天"),
        status="cancelled",
        status_note=RAIN,
        booking_status="open",
        booking_opens_at=at(2026, 4, 1),
        booking_url="https://example.org/",
        verified_on=date(2026, 4, 1),
        doubts="ask",
        price_kind="paid",
        price_min=3500,
    )
    with edit():
        EventTag(event=event, tag=factories.tag()).save()
        factories.shown(factories.image(), event, position=3)
        event.links.model(event=event, kind="website", value="https://example.org/", label=text("网站")).save()
        slots = [game(event, 2, venue=venue, capacity=9), dated(event, 3, through=date(2026, 5, 5)), unknown(event)]
        factories.takes_part(slots[0], factories.participant())
    factories.release(event)
    cancel(event, [slots[0].uid], RAIN, by=None)
    return event


@pytest.mark.parametrize(
    ("keep", "first_day", "starts", "saturday"),
    [
        ("weekday", date(2027, 5, 6), date(2027, 5, 7), at(2027, 5, 8, 19)),
        ("weekday", date(2027, 5, 3), date(2027, 5, 7), at(2027, 5, 8, 19)),
        ("date", date(2027, 5, 1), date(2027, 5, 1), at(2027, 5, 2, 19)),
        ("date", date(2028, 2, 29), date(2028, 2, 29), at(2028, 3, 1, 19)),
    ],
)
def test_last_years_event_is_moved_by_weekday_or_by_date(
    last_year: Event, keep: str, first_day: date, starts: date, saturday: Any
) -> None:
    made = copy_event(last_year, first_day, keep, by=None)
    delta = starts - date(2026, 5, 1)
    assert (made.starts_on, made.ends_on) == (starts, date(2026, 5, 31) + delta)
    assert drafts(made, "starts_at", "on_date", "through", "precision") == [
        (saturday, None, None, "exact"),
        (None, date(2026, 5, 3) + delta, date(2026, 5, 5) + delta, "date"),
        (None, None, None, "tba"),
    ]


def test_last_years_event_comes_back_as_a_draft_with_all_that_still_holds(last_year: Event) -> None:
    anna = factories.user("anna")
    made = copy_event(last_year, date(2027, 5, 7), "weekday", by=anna)
    same = ("event_kind", "organizer_id", "title", "summary", "price_kind", "price_min", "booking_url")
    assert {name: getattr(made, name) for name in same} == {name: getattr(last_year, name) for name in same}
    assert (made.state, made.public, made.release_number, made.status, made.status_note) == (
        "draft",
        False,
        None,
        "scheduled",
        {},
    )
    assert (made.booking_status, made.booking_opens_at, made.verified_on, made.slug) == (
        "unknown",
        None,
        None,
        "tiexi-cup",
    )
    assert "cup-2026" in made.doubts
    for name in ("event_venues", "tagging", "placements", "links"):
        rows = [list(getattr(event, name).values()) for event in (last_year, made)]
        for row in (row for part in rows for row in part):
            del row["id"], row["event_id"]
        assert (len(rows[1]), rows[1]) == (1, rows[0])
    assert {(slot.status, slot.capacity, slot.participations.count()) for slot in made.slots.all()} == {
        ("scheduled", 9, 0),
        ("scheduled", None, 0),
    }
    assert not {*made.slots.values_list("uid")} & {*last_year.slots.values_list("uid")}
    assert (acts_of(made).get().verb, acts_of(made).get().by, last_year.slots.count()) == ("created", anna, 3)


def test_last_years_event_with_its_line_up_and_a_name_of_its_own(last_year: Event) -> None:
    named = {"slug": "cup-2027", "title": text("杯赛2027")}
    made = copy_event(last_year, date(2027, 5, 7), "date", by=None, participants=True, **named)  # type: ignore[arg-type]
    assert (made.slug, made.title) == ("cup-2027", text("杯赛2027"))
    assert sorted(slot.participations.count() for slot in made.slots.all()) == [0, 0, 1]


def test_a_season_stays_only_where_the_new_dates_lie_in_it(last_year: Event) -> None:
    season = league(event_kind="season", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    last_year.season = season
    last_year.save()
    found = [copy_event(last_year, day, "date", by=None).season for day in (date(2026, 9, 1), date(2027, 5, 1))]
    assert found == [season, None]


@pytest.mark.parametrize(
    ("first_day", "named", "field"),
    [
        (date(9999, 1, 1), {}, "first_day"),
        (date(2027, 5, 7), {"slug": "cup-2026"}, "slug"),
        (date(2027, 5, 7), {"slug": "Cup 2027"}, "slug"),
        (date(2027, 5, 7), {"title": {"en": "Cup"}}, "title"),
    ],
)
def test_a_copy_that_cannot_be_says_why(last_year: Event, first_day: date, named: dict[str, Any], field: str) -> None:
    before = everything()
    with pytest.raises(ValidationError) as caught:
        copy_event(last_year, first_day, "weekday", by=None, **named)
    assert (set(caught.value.error_dict), everything()) == ({field}, before)


def test_slots_do_not_leave_the_calendar(cup: Event, english: None) -> None:
    """A slot may lie centuries before its event: somebody mistyped its year."""
    old = factories.slot(cup, at(1000, 1, 2, 10))
    for go in (
        lambda: shift(cup, [old.uid], -5 * 1440, by=None),
        lambda: copy_event(cup, date(1000, 1, 1), "weekday", by=None),
    ):
        (said,) = refused(go)
        assert said.partition(": ")[2] == "Enter a year between 1000 and 2999."


def test_an_event_without_any_date_cannot_be_moved(cup: Event) -> None:
    bare = factories.event(starts_on=None, ends_on=None)
    assert len(refused(lambda: copy_event(bare, date(2027, 5, 7), "date", by=None))) == 1
    dated(bare, 3)
    made = copy_event(bare, date(2027, 5, 7), "date", by=None)
    assert (made.starts_on, [slot.on_date for slot in made.slots.all()]) == (None, [date(2027, 5, 7)])


def test_an_event_is_copied_from_its_page(cast: Any, last_year: Event) -> None:
    staff = enter(cast.staff)
    assert url(last_year, "copy") in staff.get(url(last_year)).content.decode()
    page = staff.get(url(last_year, "copy"))
    form = read_form(page, "copy_form")
    assert (form["title__zh-Hans"], form["first_day"]) == ("铁西杯", "")
    wrong = staff.post(url(last_year, "copy"), {**form, "keep": "date", "first_day": "2027-05-07", "slug": "cup-2026"})
    assert (list(wrong.context["form"].errors), Event.objects.count()) == (["slug"], 1)
    empty = staff.post(url(last_year, "copy"), {})
    assert set(empty.context["form"].errors) == {"first_day", "keep", "title"}
    done = staff.post(url(last_year, "copy"), {**form, "keep": "weekday", "first_day": "2027-05-03"})
    made = Event.objects.latest("pk")
    assert (done.status_code, done["Location"], made.starts_on) == (302, url(made), date(2027, 5, 7))
    assert (made.state, made.slots.count(), acts_of(made).get().by) == ("draft", 3, cast.staff)
