"""Databases of their own for the benchmarks, and rows that fill them, written below the tracked layer."""

import hashlib
import os
import secrets
import sys
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


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


def rendition_files(sha256: str) -> dict[str, Any]:
    """As of a picture of 1600 by 1200: every ratio and width, as WebP and as AVIF."""
    from media.renditions import wanted

    found: dict[str, Any] = {}
    for spec, (_box, size) in wanted((1600, 1200), ("webp", "avif", "jpeg")).items():
        name = hashlib.sha256(f"{sha256}{spec}".encode()).hexdigest()[:32]
        found.setdefault(spec.kind, []).append([spec.ratio, *size, name])
    return found
