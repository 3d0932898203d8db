"""Drafts that say again what an older release said: the rows beside them follow, in as few statements for a thousand
slots as for one. What named a course that is gone by now is gone with it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from core.changes.edits import Edit
from events.details import detail_of
from events.drafts import parts
from events.models import Event, Slot
from events.race.details import NAMES, write_details
from events.race.models import Closure, ClosureVenue, Course, Cutoff, Wave
from venues.models import Venue

MODELS: dict[str, Any] = {"wave": Wave, "cutoff": Cutoff, "closure": Closure}
FIELDS: dict[str, list[str]] = {
    "wave": ["course", "bib_prefix", "bib_from", "bib_to", "pace_from", "pace_to", "size"],
    "cutoff": ["course", "km"],
    "closure": ["course", "from_km", "to_km", "line", "is_area", "shuts", "note"],
}


def restored(event: Event, slots: list[Slot], unit: Edit) -> None:
    courses = {course.slug: course for course in Course.objects.filter(event=event)}
    for name in NAMES:
        _follow(name, slots, courses)
    _follow_venues(slots)
    for part in parts([slot.pk for slot in slots if not {*NAMES}.isdisjoint(slot.detail or {})]):
        write_details(Slot.objects.filter(pk__in=part), unit)  # names of courses that changed, courses that are gone


def _follow(name: str, slots: list[Slot], courses: dict[str, Course]) -> None:
    model = MODELS[name]
    pks = [slot.pk for slot in slots]
    stored = {row.slot_id: row for part in parts(pks) for row in model.objects.filter(slot__in=part)}
    kept: list[Any] = []
    fresh: list[Any] = []
    for slot in slots:
        detail = detail_of(slot, name)
        values = None if detail is None else _values(name, detail, courses)
        if values is None:
            continue
        row = stored.pop(slot.pk, None)
        (fresh if row is None else kept).append(_filled(row or model(slot=slot), values))
    for part in parts([row.pk for row in stored.values()]):
        model.objects.filter(pk__in=part).drop()
    model.objects.rewrite(kept, FIELDS[name])
    model.objects.insert(fresh)


def _filled(row: Any, values: dict[str, Any]) -> Any:
    for field, value in values.items():
        setattr(row, field, value)
    return row


def _values(name: str, detail: dict[str, Any], courses: dict[str, Course]) -> dict[str, Any] | None:
    """Of the row's fields; None where its course is gone."""
    course = courses.get((detail["course"] or {}).get("slug", ""))
    if course is None and (name != "closure" or not detail["line"]):
        return None
    if name == "wave":
        bibs, pace = detail["bibs"], detail["pace"]
        names = {"bib_prefix": bibs["prefix"], "bib_from": bibs["from"], "bib_to": bibs["to"], "size": detail["size"]}
        return {"course": course, **names, "pace_from": pace["fastest"], "pace_to": pace["slowest"]}
    if name == "cutoff":
        return {"course": course, "km": _km(detail["km"])}
    kept = {field: detail[field] for field in ("line", "is_area", "shuts", "note")}
    ends = {field: _km(detail[field]) if course else None for field in ("from_km", "to_km")}
    return {"course": course, **ends, **kept}


def _km(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _follow_venues(slots: list[Slot]) -> None:
    """A venue that is gone by now is not named again."""
    wanted = {slot.pk: set(detail["venues"]) for slot in slots if (detail := detail_of(slot, "closure")) is not None}
    slugs = sorted({slug for each in wanted.values() for slug in each})
    venues = {row.slug: row for part in parts(slugs) for row in Venue._base_manager.filter(slug__in=part)}
    closures = _closures(wanted)
    stored = [
        row
        for part in parts([closure.pk for closure in closures])
        for row in ClosureVenue.objects.filter(closure__in=part).select_related("venue", "closure")
    ]
    gone = [row.pk for row in stored if row.venue.slug not in wanted[row.closure.slot_id]]
    for part in parts(gone):
        ClosureVenue.objects.filter(pk__in=part).drop()
    there = {(row.closure_id, row.venue.slug) for row in stored}
    ClosureVenue.objects.insert(
        [
            ClosureVenue(closure=closure, venue=venues[slug])
            for closure in closures
            for slug in sorted(wanted[closure.slot_id])
            if slug in venues and (closure.pk, slug) not in there
        ]
    )


def _closures(slots: Iterable[int]) -> list[Closure]:
    return [row for part in parts(list(slots)) for row in Closure.objects.filter(slot__in=part).order_by("pk")]
