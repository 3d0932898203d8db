"""The evenings of a stage on the page of an event: stage by stage, in the order in which it happens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.api.ask import Ask
from core.api.language import message_language
from core.api.serializers import Words
from core.pages.markup import instant
from core.pages.words import Foreign, day_words, duration_words, marked, short_day, time_words
from core.translations import resolve
from events.evenings import evenings_of, kinds_by_day, slots_in, staged
from events.models import Event, ReleasedSlot
from events.page_words import ROLES, SLOT_KINDS
from events.running_order import Entry, Evening, Stage
from events.serializers.running_order import EveningShape
from events.views.release import load_slots_out

# How the page of an event shows a slot of it.
Row = Callable[[ReleasedSlot, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Shown:
    days: frozenset[date] = frozenset()
    evenings: list[dict[str, Any]] = field(default_factory=list)
    # Of an event with a single evening on a single stage.
    doors_at: str | None = None


def evenings_on_page(event: Event, ask: Ask, row: Row) -> Shown:
    """Those that come next, or were last. Without a stage one query, else the same number however many slots."""
    kinds = kinds_by_day(event) if event.slots_to else {}
    days = staged(kinds, ask.moment)
    if not days:
        return Shown()
    evenings = evenings_of(event, days)
    load_slots_out(event, slots_in(evenings))
    words = {"ask": ask, "words": Words(ask.language), "listing": False}
    told = {"days": EveningShape(evenings, many=True, context=words).data}
    items = marked(told, ask.language, message_language(ask.language))
    shown = [_evening(*each, row, ask.language) for each in zip(evenings, items["days"], strict=True)]
    return Shown(frozenset(days), shown, _only_doors(evenings) if len(kinds) == 1 else None)


def _only_doors(evenings: list[Evening]) -> str | None:
    stages = evenings[0].stages
    doors = stages[0].doors if len(stages) == 1 else None
    return instant(doors.starts_at) if doors is not None and doors.starts_at else None


def _evening(evening: Evening, item: Mapping[str, Any], row: Row, tag: str) -> dict[str, Any]:
    assert evening.date is not None  # nothing else was asked for
    stages = [_stage(*each, evening.date, row, tag) for each in zip(evening.stages, item["stages"], strict=True)]
    if len(stages) == 1 and evening.stages[0].row.space is None:  # the page names its place already
        stages[0]["places"] = []
    return {"day": day_words(evening.date), "stages": stages}


def _stage(stage: Stage, item: Mapping[str, Any], day: date, row: Row, tag: str) -> dict[str, Any]:
    place = item["place"]
    names = [place["name"], place["space"]["name"] if place["space"] else None]
    lines = [_line(*each, day, row) for each in zip(stage.entries, item["items"], strict=True)]
    return {
        "places": [name for name in names if name],
        "lines": [
            *_edge(stage.doors, item["doors"], day, tag),
            *lines,
            *_edge(stage.curfew, item["curfew"], day, tag),
        ],
    }


def _edge(slot: ReleasedSlot | None, item: Mapping[str, Any] | None, day: date, tag: str) -> list[dict[str, Any]]:
    """Doors and curfew: a time and what the organizer calls it; and what visitors must know of it now."""
    if slot is None or item is None or slot.starts_at is None:
        return []
    notice, shown = resolve(slot.notice.text if slot.notice else None, tag)
    return [
        {
            "edge": item["title"],
            "clock": time_words(slot.starts_at),
            "later": _later(slot, day),
            "notice": Foreign(notice, shown) if shown and shown != tag else notice,
        }
    ]


def _line(entry: Entry, item: Mapping[str, Any], day: date, row: Row) -> dict[str, Any]:
    slot, found = entry.slot, item["changeover"]
    minutes = found["minutes"] if found else 0
    return {
        **row(slot, item["slot"]),
        "places": [],
        "later": _later(slot, day),
        "kind": SLOT_KINDS[slot.slot_kind] if slot.operational else "",
        "people": people(item["slot"]["participants"], item["slot"]["title"]),
        "before": _("Changeover, %(time)s") % {"time": duration_words(minutes)} if minutes else "",
    }


def _later(slot: ReleasedSlot, day: date) -> str:
    """The date of what begins after midnight."""
    local = timezone.localtime(slot.starts_at).date() if slot.starts_at else day
    return short_day(local) if local != day and slot.through is None else ""


def people(participants: list[dict[str, Any]], title: str | None = None) -> list[dict[str, Any]]:
    """Who takes part, with what they do; nobody where the title names the only one and there is nothing to add."""
    found = [{**each, "part": ROLES.get(each["role"], each["role"]), "url": web(each["url"])} for each in participants]
    alone = len(found) == 1 and found[0]["name"] == title and not found[0]["url"]
    return [] if alone else found


def web(url: str | None) -> str:
    """An address that a browser may open; what an older release froze may be another."""
    return url if url and url.lower().startswith(("https://", "http://")) else ""
