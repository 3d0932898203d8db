"""What an organizer waits for in one event with ten thousand slots: what clashes, and its release; and the public then.

Seeds a database of its own and prints each time with its ratio to a yardstick of the same run: reading the rows of all
the event's slots and making objects of them, without any thought about them.
"""

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from random import Random
from statistics import median
from types import SimpleNamespace
from typing import Any

from benchmarks.seeding import insert, insert_roots, scratch_database, start_django, text

VENUES, SPACES, TEAMS, DAYS = 5, 4, 200, 60  # spaces in each venue
ROUNDS = 5
MOST_QUERIES = 10


def timed(act: Callable[[], Any]) -> float:
    """The median of some rounds, in milliseconds, after one that warms up."""
    act()
    waits = []
    for _round in range(ROUNDS):
        gc.collect()
        before = time.perf_counter()
        act()
        waits.append((time.perf_counter() - before) * 1000)
    return median(waits)


def seed_places(seed: SimpleNamespace) -> None:
    """Halls a few kilometres apart, open from eight to ten at night, last entry at half past nine."""
    from venues.models import HoursRule, Space, Venue

    spans = [{"opens": "08:00", "closes": "22:00", "last_entry": "21:30"}]
    for n in range(VENUES):
        row = Venue(slug=f"hall-{n}", venue_kind="sports", name=text(f"{n}号馆", f"Hall {n}"))
        row.lat, row.lng = 41.8 + n * 0.02, 123.36
        seed.venues.append(row)
    insert_roots(seed.venues, seed)
    insert(HoursRule(venue=venue, spans=spans) for venue in seed.venues)
    courts = (Space(venue=venue, slug=f"court-{n}", capacity=500) for venue in seed.venues for n in range(SPACES))
    seed.spaces = insert(courts)


def seed_event(seed: SimpleNamespace) -> None:
    from events.models import Event, EventVenue, Participant
    from organizers.models import Organizer

    today = seed.moment.date()
    host = insert_roots([Organizer(slug="host", name=text("主办方"))], seed)[0]
    row = Event(slug="league", organizer=host, title=text("联赛", "League"), starts_on=today + timedelta(days=1))
    row.ends_on = row.starts_on + timedelta(days=DAYS)
    seed.event = insert_roots([row], seed)[0]
    insert(EventVenue(event=row, venue=venue) for venue in seed.venues)
    seed.teams = insert(Participant(slug=f"team-{n}", name=text(f"{n}队", f"Team {n}")) for n in range(TEAMS))


def seed_slots(count: int, seed: SimpleNamespace) -> None:
    """Matches of an hour, one after the other in each space from nine o'clock on: as good a plan as a careful organizer
    makes. Every hundredth is half an hour late, into the next match of its space."""
    from core.clock import midnight
    from events.models import Slot, SlotParticipant

    slots, parts = [], []
    for n in range(count):
        day, place = divmod(n, -(-count // DAYS))
        turn, court = divmod(place, len(seed.spaces))
        space = seed.spaces[court]
        late = 30 * (n % 100 == 0)
        start = midnight(seed.event.starts_on) + timedelta(days=day, minutes=540 + 75 * turn + late)
        slot = Slot(event=seed.event, slot_kind="match", title=text(f"第{n}场", f"Game {n}"), starts_at=start)
        slot.ends_at, slot.venue_id, slot.space, slot.capacity = start + timedelta(hours=1), space.venue_id, space, 400
        slot.derive_times(seed.event)
        slots.append(slot)
        pair = ("home", seed.teams[place % TEAMS]), ("away", seed.teams[(place + TEAMS // 2) % TEAMS])
        parts += [SlotParticipant(slot=slot, participant=team, role=role) for role, team in pair]
    insert(slots)
    insert(parts)


def plant(count: int) -> SimpleNamespace:
    """Written below the tracked layer; the unit of work derives the opening hours and numbers it at its end."""
    from django.db import connection

    from core.changes.edits import edit

    with edit() as unit:
        seed = SimpleNamespace(unit=unit, moment=unit.moment, dice=Random(20), venues=[])
        seed_places(seed)
        seed_event(seed)
        seed_slots(count, seed)
    connection.cursor().execute("ANALYZE")
    return seed


def print_row(what: str, took: float, yardstick: float) -> None:
    print(f"{what:44}{took:8.0f}{took / yardstick:8.2f}", flush=True)


def measure_conflicts(seed: SimpleNamespace, yardstick: float) -> None:
    from events.conflicts import find_conflicts
    from events.freezing import plan

    print_row("plan of the first release", timed(lambda: plan(seed.event)), yardstick)
    print_row("conflicts of the first release", timed(lambda: find_conflicts(seed.event, seed.moment)), yardstick)


def measure_releases(seed: SimpleNamespace, yardstick: float) -> int:
    """Of all slots, of a hundred that were moved, of one alone; then the public schedule. Returns its queries."""
    from django.db import connection
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext

    from events.bulk import shift
    from events.conflicts import find_conflicts
    from events.releases import publish
    from events.views.release import EventSchedule

    def release(only: Any = None) -> float:
        warned = {each.id for each in find_conflicts(seed.event, seed.moment)}
        gc.collect()
        before = time.perf_counter()
        publish(seed.event, None, only=only, accept=warned)
        return (time.perf_counter() - before) * 1000

    print_row("publishing all of them", release(), yardstick)
    uids = list(seed.event.slots.order_by("sort_start").values_list("uid", flat=True))
    shift(seed.event, uids[50:150], 1, None)
    print_row("publishing a hundred that were moved", release(), yardstick)
    shift(seed.event, uids[:1], 1, None)
    print_row("publishing one of them alone", release(uids[:1]), yardstick)
    request = RequestFactory().get("/api/v1/events/league/schedule")
    with CaptureQueriesContext(connection) as captured:
        response = EventSchedule.as_view()(request, slug="league")
    assert response.status_code == 200, response.status_code
    show = EventSchedule.as_view()
    print_row(
        "the public schedule",
        timed(lambda: show(RequestFactory().get(f"{request.path}?lang=en"), slug="league")),
        yardstick,
    )
    return len(captured)


def run(arguments: argparse.Namespace, folder: str, stack: ExitStack) -> int:
    own = stack.enter_context(scratch_database(arguments.database)) if arguments.database else ""
    start_django(own or f"sqlite:///{folder}/schedules.sqlite3", folder)
    from django.db import connection

    from events.models import Slot

    seed = plant(arguments.slots)
    gc.collect()  # as the server does it (tourism/wsgi.py)
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    print(f"{connection.vendor}: one event of {arguments.slots} slots, {VENUES * SPACES} spaces, {TEAMS} teams")
    print(f"{'':44}{'ms':>8}{'ratio':>8}")
    yardstick = timed(lambda: list(Slot._base_manager.filter(event=seed.event)))
    print_row("the rows of all slots (yardstick)", yardstick, yardstick)
    measure_conflicts(seed, yardstick)
    queries = measure_releases(seed, yardstick)
    print(f"queries of the public schedule: {queries} (at most {MOST_QUERIES})")
    return int(queries > MOST_QUERIES)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--slots", type=int, default=10_000)
    parser.add_argument("--database", default="", help="a PostgreSQL URL; default: a SQLite file")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        return run(parser.parse_args(), folder, stack)


if __name__ == "__main__":
    sys.exit(main())
