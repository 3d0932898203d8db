"""Copies of past events at dates around today, so that a demonstration has something on now.

A copy keeps its weekdays: it moves by whole weeks. It is marked as a sample in its data and in its title. Its dates
are fixed when it is first loaded, because an event that exists is never loaded again.
"""

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from core.clock import district_day
from core.translations import languages
from tourism.demo.records import Record

SUFFIX = "-demo"
LABELS = {
    "zh-Hans": "（演示日期）",
    "zh-Hant": "（演示日期）",
    "en": " (demonstration dates)",
    "de": " (Demonstrationstermine)",
}
LONG = timedelta(days=10)


def demonstration_copies(records: list[Record], today: date) -> list[Record]:
    """Copies of the records marked ``demo_copy``; a season's parts move with their season.

    Long events are laid around today. Short ones come one a week from today on. What has no dates of its own and
    takes place whenever there are slots, such as a tour, has its slots from today on.
    """
    chosen = [record for record in records if record.get("demo_copy") and list(_days(record))]
    copied = {record["slug"] for record in chosen}
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in chosen:
        groups[record["season"] if record.get("season") in copied else record["slug"]].append(record)
    copies = []
    week = 0
    for group in sorted(groups.values(), key=_span):
        first, last = _span(group)
        if not any(record["starts_on"] for record in group):
            target = today
        elif last - first >= LONG:
            target = today - (last - first) / 2
        else:
            target, week = today + timedelta(weeks=week), week + 1
        copies += [_copy(record, _whole_weeks(target - first), copied) for record in group]
    return copies


def _days(record: Record) -> Iterator[date]:
    """The district days that a record names; its own dates count, and its slots' where it has none."""
    own = [day for day in (record["starts_on"], record["ends_on"]) if day]
    yield from own
    if len(own) < 2:
        for slot in record["slots"]:
            yield from (day for day in (slot["on_date"], slot["through"]) if day)
            yield from (district_day(moment) for moment in (slot["starts_at"], slot["ends_at"]) if moment)


def _span(group: list[Record]) -> tuple[date, date]:
    days = [day for record in group for day in _days(record)]
    return min(days), max(days)


def _whole_weeks(distance: timedelta) -> timedelta:
    return timedelta(weeks=-(-distance.days // 7))


def _copy(record: Record, move: timedelta, copied: set[str]) -> Record:
    copy = deepcopy(record)
    copy["slug"] = f"{record['slug']}{SUFFIX}"
    copy["sample"] = True
    copy["verified_on"] = None
    copy["title"] = {tag: text + LABELS[tag] for tag, text in record["title"].items() if tag in languages()}
    if record.get("season") in copied:
        copy["season"] = f"{record['season']}{SUFFIX}"
    for name in ("starts_on", "ends_on"):
        copy[name] = _moved(record[name], move)
    for name in ("opens_at", "closes_at"):
        copy["booking"][name] = _moved(record["booking"].get(name), move)
    for slot in copy["slots"]:
        slot["sample"] = True
        for name in ("starts_at", "ends_at", "on_date", "through"):
            slot[name] = _moved(slot[name], move)
    return copy


def _moved(value: Any, move: timedelta) -> Any:
    return value + move if isinstance(value, date | datetime) else value
