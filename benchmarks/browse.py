"""How fast the API answers a tourist who browses, as a ratio to a bare WSGI app on the same server.

Seeds a database of its own, starts the project and a bare app that returns the same bytes, asks both in turn, and
prints a table. Ends with 1 where a list takes more than MOST_QUERIES queries, with 2 where four minutes are not enough.
"""

import argparse
import gc
import os
import pickle
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections import namedtuple
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from itertools import repeat
from pathlib import Path
from random import Random
from statistics import median, quantiles
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import psycopg

from benchmarks.intervals import seed_intervals
from benchmarks.pictures import picture_fields

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
V1 = "/api/v1"
ANSWERS = pickle.loads(Path(os.environ["BARE_ANSWERS"]).read_bytes()) if "BARE_ANSWERS" in os.environ else {}
MOST_QUERIES = 10
LONGEST = 225  # seconds, for all of it
ROUNDS, CONNECTIONS = 3, 4  # the two apps take turns, so that whatever else the machine does hits both
# One process, one thread: a ratio of work done, not of cores used.
SERVER = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "1", "--log-level", "error", "--host", HOST]

Question = namedtuple("Question", "what target is_list etag cached", defaults=(False, "", False))


def bare(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The app that granian imports from this file: the recorded answer, headers included."""
    status, headers, body = ANSWERS[environ["PATH_INFO"], environ["QUERY_STRING"], "HTTP_IF_NONE_MATCH" in environ]
    start_response(status, headers)
    return [body]


def receive(wire: socket.socket) -> None:
    """One whole answer, in few instructions: the bare app must stay the slower end."""
    head = wire.recv(1 << 18)
    while (end := head.find(b"\r\n\r\n")) < 0 and (part := wire.recv(1 << 18)):
        head += part
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head[:end])
    if head[9:12] not in (b"200", b"304") or end < 0 or (head[9:12] == b"200" and not length):
        raise RuntimeError(f"An unexpected answer: {head[:200]!r}")
    left = end + 4 - len(head) + (int(length[1]) if length else 0)
    while left > 0 and (part := wire.recv(1 << 18)):
        left -= len(part)
    if left:
        raise ConnectionError(f"An answer ended with {left} bytes to come.")


def ask_again(port: int, question: Question, seconds: float) -> list[float]:
    """Asks over one kept connection for a while; returns what each request took."""
    condition = f"If-None-Match: {question.etag}\r\n" if question.etag else ""
    request = f"GET {question.target} HTTP/1.1\r\nHost: {HOST}\r\n{condition}\r\n".encode()
    waits: list[float] = []
    with socket.create_connection((HOST, port), timeout=20) as wire:
        end = time.perf_counter() + seconds
        while (before := time.perf_counter()) < end:
            wire.sendall(request)
            receive(wire)
            waits.append(time.perf_counter() - before)
    return waits


@contextmanager
def server(app: str, **environment: str) -> Iterator[int]:
    """A granian in a process group of its own, gone at the end whatever happens."""
    with socket.create_server((HOST, 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", *SERVER, "--port", str(port), app]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, start_new_session=True)
    try:
        while process.poll() is None:  # the alarm bounds it
            with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"The server of {app} ended with {process.returncode}.")
        yield port
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """The URL of a new database beside the PostgreSQL database of ``url``."""
    name = f"browse_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def start_django(database: str, folder: str) -> None:
    """Production settings over plain HTTP on the loopback address; the servers inherit them."""
    os.environ.update(DJANGO_SETTINGS_MODULE="tourism.settings", DEBUG="false", SECRET_KEY=secrets.token_urlsafe(50))
    os.environ.update(DATABASE_URL=database, CACHE_URL="locmemcache://", VAR=folder, LOG_LEVEL="ERROR")
    os.environ.update(ALLOWED_HOSTS=HOST, PUBLIC_ORIGIN=f"http://{HOST}", TRUSTED_PROXIES="0")
    os.environ.update(LANGUAGES="zh-Hans,zh-Hant,en,de", API_REQUESTS_PER_MINUTE="1000000000", ANSWER_CACHE_SECONDS="0")
    (Path(folder) / "static").mkdir()
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


NAMES = [("红星车间", "Red Star Works", "Werk Roter Stern"), ("东风剧场", "East Wind Theatre", "Theater Ostwind")]
LONG_ZH, LONG_EN = "厂房建于**上世纪**，保留了行车。\n\n- 可拍照\n\n", "Built in the **last century**.\n\n- no fee\n\n"


def text(zh: str, en: str = "", de: str = "") -> dict[str, str]:
    return {tag: words for tag, words in (("zh-Hans", zh), ("en", en), ("de", de)) if words}


def common(seed: SimpleNamespace, n: int, name: str = "name") -> dict[str, Any]:
    """What venues, events and organizers have alike; two thirds are named in German too."""
    zh, en, de = seed.dice.choice(NAMES)
    names = text(f"{zh}{n}号", f"{en} {n}", f"{de} {n}" if n % 3 else "")
    summary = text(f"第{n}号，老厂房里的新去处。", f"Number {n}, a new life in an old factory.")
    return {name: names, "summary": summary, "description": text(LONG_ZH * 5, LONG_EN * 8)}


def insert(rows: Iterable[Any]) -> list[Any]:
    """Past the tracked querysets, which would refuse."""
    from django.db.models import QuerySet

    models = list(rows)
    return QuerySet(type(models[0])).bulk_create(models, batch_size=1000)


def insert_plain(alike: Any, rows: list[SimpleNamespace]) -> None:
    """Rows that differ from ``alike`` in the attributes they have: four times as fast as a model for each."""
    from django.db import connection

    fields = {field.attname: field for field in alike._meta.concrete_fields if not field.primary_key}
    values = {name: field.get_db_prep_save(getattr(alike, name), connection) for name, field in fields.items()}
    own = [(name, field) for name, field in fields.items() if hasattr(rows[0], name)]
    lists = []
    for row in rows:
        values.update((name, field.get_db_prep_save(getattr(row, name), connection)) for name, field in own)
        lists.append(list(values.values()))
    sql = f"INSERT INTO {alike._meta.db_table} ({', '.join(fields)}) VALUES ({', '.join(['%s'] * len(fields))})"
    connection.cursor().executemany(sql, lists)


def insert_roots(rows: Iterable[Any], seed: SimpleNamespace) -> list[Any]:
    """Published; the last changes lie at different times."""
    rows = list(rows)
    for row in rows:
        row.state = "published"
        row.prepare(None, seed.unit)
        row.updated_at = seed.moment - timedelta(seconds=seed.dice.randrange(30_000_000))
    seed.unit.touch(*(row.key for row in rows))
    return insert(rows)


def seed_venues(count: int, seed: SimpleNamespace) -> None:
    """Every second venue has links, tags and a picture, every fifth spaces, every tenth a designation and a parent."""
    from django.conf import settings

    from venues.models import Designation, Kind, Space, Venue, VenueImage, VenueLink, VenueTag

    dice, (lat, lng) = seed.dice, settings.DISTRICT_POSITION
    place = {"street": text("建设路", "Jianshe Road"), "city": text("本市", "City"), "postcode": "110000"}
    for n in range(count):
        row = Venue(slug=f"venue-{n}", venue_kind=Kind.values[n % 9], **common(seed, n), **place)
        row.lat, row.lng = round(lat + dice.uniform(-0.1, 0.1), 6), round(lng + dice.uniform(-0.18, 0.18), 6)
        seed.venues.append(row)
    rows, tenths = seed.venues, seed.venues[::10]
    wholes = insert_roots([row for n, row in enumerate(rows) if n % 10], seed)
    for row in tenths:
        row.parent = dice.choice(wholes)
    insert_roots(tenths, seed)
    insert(VenueLink(venue=row, value=f"https://example.org/{row.pk}") for row in rows[::2])
    insert(VenueLink(venue=row, kind="phone", value="+86 24 8888 0000", position=1) for row in rows[::2])
    insert(VenueTag(venue=row, tag=tag) for row in rows[::2] for tag in dice.sample(seed.tags, 2))
    insert(VenueImage(venue=row, image=seed.images[n % 500]) for n, row in enumerate(rows) if n % 2 == 0)
    insert(Designation(venue=row, issuer=text("国家", "State"), title=text("遗产", "Heritage")) for row in tenths)
    insert(Space(venue=row, slug=f"hall-{n}", name=text(f"{n}厅", f"Hall {n}")) for row in rows[::5] for n in (1, 2))


def seed_events(count: int, seed: SimpleNamespace) -> None:
    """They begin from eight months ago to four months ahead, and last from a day to three months."""
    from core.clock import district_day
    from events.models import Event, EventImage, EventLink, EventTag, EventVenue, Kind, Release
    from organizers.models import Organizer

    dice, today, kinds = seed.dice, district_day(seed.moment), [kind for kind in Kind.values if kind != "season"]
    hosts = insert_roots((Organizer(slug=f"host-{n}", **common(seed, n)) for n in range(50)), seed)
    season = insert_roots([Event(slug="season", event_kind="season", title=text("赛季"), organizer=hosts[0])], seed)[0]
    for n in range(count):
        row = Event(slug=f"event-{n}", organizer=hosts[n % 50], **common(seed, n, "title"))
        row.event_kind, row.season = kinds[n % len(kinds)], None if n % 4 else season
        row.starts_on = today + timedelta(days=dice.randrange(-240, 120))
        row.ends_on = row.starts_on + timedelta(days=dice.randrange(90))
        row.places = dice.sample(seed.venues, 2)
        seed.events.append(row)
    rows = insert_roots(seed.events, seed)
    insert(EventVenue(event=row, venue=venue) for row in rows for venue in row.places)
    insert(EventLink(event=row, value=f"https://example.org/{row.pk}") for row in rows)
    insert(EventTag(event=row, tag=tag) for row in rows for tag in dice.sample(seed.tags, 2))
    insert(EventImage(event=row, image=seed.images[n % 500]) for n, row in enumerate(rows))
    for release in insert(Release(event=row, number=1, at=seed.moment) for row in rows):
        release.event.release = release


def seed_slots(count: int, seed: SimpleNamespace) -> None:
    """On their events' days, at their venues; one in twenty cancelled, one operational, one in fifty of eleven days."""
    from core.changes.edits import Key
    from core.clock import midnight
    from events.models import ReleasedSlot

    for n in range(count):
        dice, event = seed.dice, seed.events[n % len(seed.events)]
        day = event.starts_on + timedelta(days=dice.randrange((event.ends_on - event.starts_on).days + 1))
        slot = SimpleNamespace(event=event, event_id=event.pk, place=dice.choice(event.places), on_date=None)
        slot.uid, slot.title = uuid.UUID(int=dice.getrandbits(128), version=4), text(f"第{n}场", f"Round {n}")
        slot.venue_id, slot.release_id, slot.timing = slot.place.pk, event.release.pk, "timed"
        slot.slot_kind, slot.operational = ("doors", True) if dice.random() < 0.05 else ("match", False)
        slot.status = "cancelled" if dice.random() < 0.05 else "scheduled"
        slot.through = day + timedelta(days=10) if dice.random() < 0.02 else None
        slot.starts_at = midnight(day) + timedelta(minutes=15 * dice.randrange(36, 88))  # 9:00 to 22:00
        slot.ends_at = slot.starts_at + timedelta(minutes=90)
        ReleasedSlot.derive_times(slot, event)
        seed.slots.append(slot)
    seed.unit.touch(*(Key("slot", str(slot.uid)) for slot in seed.slots))
    insert_plain(ReleasedSlot(public=True, version=1, updated_at=seed.moment), seed.slots)


def plant(venue_count: int, slot_count: int) -> SimpleNamespace:
    """Written below the tracked layer; the unit of work derives and numbers it at its end. The same at every run."""
    from django.db import connection

    from core.changes.edits import edit
    from core.tags import Tag
    from media.models import Image

    gc.disable()  # for good: these rows stay
    with edit() as unit:
        seed = SimpleNamespace(unit=unit, moment=unit.moment, dice=Random(20), venues=[], events=[], slots=[])
        seed.tags = insert(Tag(slug=f"tag-{n}", name=text(f"标签{n}", f"Tag {n}", f"Thema {n}")) for n in range(12))
        words = (text(f"厂房{n}", f"Factory hall {n}") for n in range(500))
        seed.images = insert(Image(alt=alt, **picture_fields(n)) for n, alt in enumerate(words))
        unit.touch(*(image.key for image in seed.images))
        seed_venues(venue_count, seed)
        seed_events(max(1, slot_count // 50), seed)
        seed_slots(slot_count, seed)
    seed_intervals(60)
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")  # as autovacuum does in a database that lives
    return seed


def check(seed: SimpleNamespace, get: Any) -> None:
    """The API must return what was planted, else the figures mean nothing."""
    from core.changes.models import Change
    from core.clock import district_day

    shown, venue = get(f"{V1}/venues/venue-0?lang=en").json(), seed.venues[0]
    parts = [len(shown[name]) for name in ("designations", "spaces", "links", "contacts", "tags", "images")]
    assert (shown["name"], shown["parent"]["slug"], parts) == (venue.name["en"], venue.parent.slug, [1, 2, 1, 1, 2, 1])
    assert get(f"{V1}/venues?near={venue.lat},{venue.lng}").json()["results"][0]["distance"] == 0
    today = district_day(seed.moment)
    coming = [row for row in seed.slots if row.last_day >= today and not row.operational]
    first = sorted((row.sort_start, row.uid) for row in coming)[:20]
    assert [row["uid"] for row in get(f"{V1}/slots").json()["results"]] == [str(uid) for _start, uid in first]
    events = sorted({(row.event.first_day, row.event.pk, row.event.slug) for row in coming})[:20]
    assert [row["slug"] for row in get(f"{V1}/events").json()["results"]] == [slug for _day, _pk, slug in events]
    changes = Change.objects.filter(kind__in=("venue", "event", "slot"), deleted=False, revision=1)
    assert changes.count() == len(seed.venues) + len(seed.events) + 1 + len(seed.slots)


def questions(seed: SimpleNamespace, get: Any) -> list[Question]:
    slot = next(row for row in seed.slots if row.starts_at > seed.moment)
    page2 = urlsplit(get(f"{V1}/venues?lang=en&order=name").json()["next"])
    week = f"venue={slot.place.slug}&from={slot.day}&to={slot.day + timedelta(days=6)}"
    return [
        Question("venues", f"{V1}/venues", True),
        Question("venues by English name, page 2", f"{page2.path}?{page2.query}", True),
        Question("one venue", f"{V1}/venues/venue-0"),
        Question("venues open now", f"{V1}/venues?open_now=true", True),
        Question("venues near, 2 km", f"{V1}/venues?near=41.80,123.36&radius=2000", True),
        Question("venues in a box", f"{V1}/venues?bbox=123.33,41.78,123.38,41.82", True),
        Question("events", f"{V1}/events", True),
        Question("one event", f"{V1}/events/event-0"),
        Question("agenda", f"{V1}/slots", True),
        Question("agenda of one venue, a week", f"{V1}/slots?{week}", True),
        Question("events.geojson", f"{V1}/events.geojson", True),
        Question("events, unchanged (304)", f"{V1}/events", etag=get(f"{V1}/events")["ETag"]),
        Question("events, stored answer", f"{V1}/events", cached=True),
    ]


def answer(question: Question, client: Any) -> tuple[int, Any]:
    """How many queries it takes, and the answer as ``bare`` finds and sends it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, override_settings

    with override_settings(ANSWER_CACHE_SECONDS=600 * question.cached):
        for _ in range(1 + question.cached):
            with CaptureQueriesContext(connection) as queries:
                response = client.get(question.target, headers={"If-None-Match": question.etag})
    if response.status_code not in (200, 304):
        raise RuntimeError(f"{question.what}: {response.status_code} {response.content[:500]!r}")
    parts, status = urlsplit(question.target), f"{response.status_code} {response.reason_phrase}"
    key = parts.path, parts.query, bool(question.etag)
    return len(queries), (key, (status, list(response.items()), response.content))


def measure(question: Question, project: int, reference: int, seconds: float) -> None:
    """Prints the requests per second of both, and p50 and p95 of the project, one request at a time."""
    rates: dict[int, list[float]] = {project: [], reference: []}
    for port in rates:
        ask_again(port, question, 0.1)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for port in (project, reference) * ROUNDS:
            runs = pool.map(ask_again, [port] * CONNECTIONS, repeat(question), repeat(seconds / ROUNDS))
            rates[port].append(sum(len(waits) / sum(waits) for waits in runs))
    rate, other = median(rates[project]), median(rates[reference])
    waits = ask_again(project, question, seconds / ROUNDS)
    cuts = quantiles([*waits, waits[-1]], n=20)
    print(f"{rate:8.0f}{other:8.0f}{rate / other:8.4f}{cuts[9] * 1000:8.1f}{cuts[18] * 1000:8.1f}")


def run(arguments: argparse.Namespace, folder: str, stack: ExitStack) -> int:
    began = time.monotonic()
    own = stack.enter_context(scratch_database(arguments.database)) if arguments.database else ""
    start_django(own or f"sqlite:///{folder}/browse.sqlite3", folder)
    from django.db import connection
    from django.test import Client

    client, file = Client(HTTP_HOST=HOST), Path(folder) / "answers"
    seed = plant(arguments.venues, arguments.slots)
    check(seed, client.get)
    asked = questions(seed, client.get)
    answers = [answer(question, client) for question in asked]
    connection.close()
    ports = {False: stack.enter_context(server("tourism.wsgi:application"))}
    ports[True] = stack.enter_context(server("tourism.wsgi:application", ANSWER_CACHE_SECONDS="600"))
    file.write_bytes(pickle.dumps(dict(recorded for _count, recorded in answers)))
    reference = stack.enter_context(server("benchmarks.browse:bare", BARE_ANSWERS=str(file)))
    title = f"{connection.vendor}, ready after {time.monotonic() - began:.0f} s"
    print(f"{title:32}{'bytes':>7}{'queries':>9}{'req/s':>8}{'bare':>8}{'ratio':>8}{'p50 ms':>8}{'p95 ms':>8}")
    for n, (question, (count, (_key, (_status, _headers, body)))) in enumerate(zip(asked, answers, strict=True)):
        seconds = (began + LONGEST - 15 - time.monotonic()) / (len(asked) - n) / 4  # less on a slow machine
        print(f"{question.what:32}{len(body):7}{count:9}", end="", flush=True)
        measure(question, ports[question.cached], reference, min(arguments.seconds, max(0.1, seconds)))
    worst = max(count for question, (count, _recorded) in zip(asked, answers, strict=True) if question.is_list)
    print(f"A list takes at most {worst} queries; {MOST_QUERIES} are allowed.")
    return 1 if worst > MOST_QUERIES else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--venues", type=int, default=10_000)
    parser.add_argument("--slots", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=3.0, help="per row and app; less on a slow machine")
    parser.add_argument("--database", default="", help="a PostgreSQL URL; default: a SQLite file")
    arguments = parser.parse_args()
    for number in (signal.SIGALRM, signal.SIGTERM):  # an exit that stops the servers and drops the database
        signal.signal(number, lambda *_: sys.exit(2))
    signal.alarm(LONGEST)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        return run(arguments, folder, stack)


if __name__ == "__main__":
    raise SystemExit(main())
