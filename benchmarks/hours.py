"""What opening hours cost: who is open at an instant, the opening and next change of a page, 400 days resolved.

Seeds a database of its own and prints each time with its ratio to a yardstick of the same run: reading the keys of all
venues for what looks at all, reading twenty venues by their keys for what looks at a page. What has a limit is
marked where it took longer: on a machine that has nothing else to do.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from random import Random
from statistics import median
from types import SimpleNamespace
from typing import Any

from benchmarks.intervals import seed_intervals
from benchmarks.seeding import insert, scratch_database, seed_venues, start_django, text

ROUNDS = 15
PAGE = 20


# Milliseconds, for 10,000 venues.
LIMITS = {
    "the keys of all that are open now": 30,
    "the keys of all open in 40 days": 30,
    "the newest 20 that are open now": 30,
    "the next opening of 20": 2,
}


def timed(act: Callable[[], Any]) -> float:
    """The median of some rounds, in milliseconds, after one that warms up."""
    act()
    waits = []
    for _round in range(ROUNDS):
        before = time.perf_counter()
        act()
        waits.append((time.perf_counter() - before) * 1000)
    return median(waits)


def plant(count: int, days: int) -> int:
    from core.changes.edits import edit
    from core.tags import Tag
    from media.models import Image

    with edit() as unit:
        seed = SimpleNamespace(unit=unit, moment=unit.moment, dice=Random(20), venues=[])
        seed.tags = insert(Tag(slug=f"tag-{n}", name=text(f"标签{n}")) for n in range(12))
        file = {"mime": "image/jpeg", "width": 1600, "height": 1200, "credit": "Illustration"}
        seed.images = insert(Image(original=f"{n}.jpg", sha256=f"{n:064x}", alt=text("馆"), **file) for n in range(500))
        seed_venues(count, seed)
    return seed_intervals(days)


def resolve_a_year(first: date) -> Callable[[], Any]:
    from venues.opening_hours import Calendar, Rule, Span, State, resolve

    rules = [
        Rule(spans=(Span(540, 990, 960),), weekdays=frozenset(range(1, 7))),
        Rule(State.CLOSED, weekdays=frozenset({0})),
        Rule(spans=(Span(540, 1200, None),), season=((6, 1), (8, 31))),
    ]
    days = [first + timedelta(days=count) for count in range(400)]
    return lambda: [resolve(day, rules, [], Calendar()) for day in days]


def run(arguments: argparse.Namespace, folder: str, stack: ExitStack) -> int:
    own = stack.enter_context(scratch_database(arguments.database)) if arguments.database else ""
    start_django(own or f"sqlite:///{folder}/hours.sqlite3", folder)
    from django.db import connection
    from django.utils import timezone

    from venues.models import Venue
    from venues.opening import load_opening, open_at, opens_next

    rows = plant(arguments.venues, arguments.days)
    now = timezone.now().replace(hour=2, minute=30)  # half past ten in the district
    page = list(Venue.objects.visible().order_by("pk")[:PAGE])
    keys = [venue.pk for venue in page]
    visible = Venue.objects.visible()
    print(f"{connection.vendor}: {arguments.venues} venues, {rows} intervals")
    print(f"{'':44}{'ms':>8}{'ratio':>8}{'limit':>8}")
    everything = timed(lambda: list(visible.values_list("pk", flat=True)))
    twenty = timed(lambda: list(Venue.objects.filter(pk__in=keys)))
    soon = now + timedelta(days=40)

    def first_page(moment: Any) -> Callable[[], Any]:
        return lambda: list(open_at(visible, moment, now).order_by("-updated_at", "-pk")[:PAGE])

    for what, act, yardstick in [
        ("the keys of all venues (yardstick)", lambda: list(visible.values_list("pk", flat=True)), everything),
        ("the keys of all that are open now", lambda: list(open_at(visible, now, now).values_list("pk")), everything),
        ("the keys of all open in 40 days", lambda: list(open_at(visible, soon, now).values_list("pk")), everything),
        ("the newest 20 that are open now", first_page(now), everything),
        ("20 venues by their keys (yardstick)", lambda: list(Venue.objects.filter(pk__in=keys)), twenty),
        ("the next opening of 20", lambda: opens_next(keys, now), twenty),
        ("opening of 20", lambda: load_opening(page, now), twenty),
        ("400 days of one venue, resolved", resolve_a_year(timezone.localdate()), twenty),
    ]:  # fmt: skip
        took, limit = timed(act), LIMITS.get(what)
        told = "" if limit is None else f"{limit:8}" + ("  too slow" if took > limit else "")
        print(f"{what:44}{took:8.2f}{took / yardstick:8.2f}{told}", flush=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--venues", type=int, default=10_000)
    parser.add_argument(
        "--days", type=int, default=60, help="403 are kept in service; SQLite takes minutes to seed them"
    )
    parser.add_argument("--database", default="", help="a PostgreSQL URL; default: a SQLite file")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        return run(parser.parse_args(), folder, stack)


if __name__ == "__main__":
    sys.exit(main())
