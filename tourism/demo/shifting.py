"""Copies of past events at dates around today, so that a demonstration has something on now.

A copy keeps its weekdays: it moves by whole weeks. It is marked as a sample in its data and in its title. Its dates
are fixed when it is first loaded, because an event that exists is never loaded again.
"""

from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from core.translations import languages
from tourism.demo.loading import Record

SUFFIX = "-demo"
LABELS = {
    "zh-Hans": "（演示日期）",
    "zh-Hant": "（演示日期）",
    "en": " (demonstration dates)",
    "de": " (Demonstrationstermine)",
}
LONG = timedelta(days=10)


def demonstration_copies(records: list[Record], today: date) -> list[Record]:
    """Long events are laid around today, short ones one a week from today on, parts with their season."""
    chosen = [record for record in records if record.get("demo_copy") and record["starts_on"]]
    copied = {record["slug"] for record in chosen}
    moves: dict[str, timedelta] = {}
    week = 0
    for record in sorted(chosen, key=lambda each: (each["starts_on"], each["slug"])):
        length = (record["ends_on"] or record["starts_on"]) - record["starts_on"]
        if length >= LONG:
            target = today - length / 2
        else:
            target, week = today + timedelta(weeks=week), week + 1
        moves[record["slug"]] = _whole_weeks(target - record["starts_on"])
    return [_copy(record, moves[record["slug"]], copied) for record in chosen]


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
