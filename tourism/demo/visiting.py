"""What a visitor must know, from a venue's record: its hours, ``accessibility`` and ``visit_rules``."""

from typing import Any

from django.core.exceptions import ValidationError

from tourism.demo.records import Record, checked
from venues.models import (
    AccessFact,
    HealthWarning,
    HoursException,
    HoursRule,
    PhotoArea,
    ProductionPeriod,
    Venue,
    VisitRules,
)
from venues.models.hours import WEEKDAYS
from venues.spans import parse_spans, write_spans

EXHIBIT_FIELDS = (
    "slug name name_pinyin summary story maker made made_approximate worked_at in_service_from in_service_to "
    "condition demonstrations inventory_number verified_on doubts sample"
).split()

# The rows of ``visit_rules`` that are lists.
LISTS: dict[str, Any] = {"photo_areas": PhotoArea, "health_warnings": HealthWarning, "production": ProductionPeriod}


def load_visiting(name: str, venue: Venue, record: Record) -> None:
    """``accessibility`` is an object by fact; ``visit_rules`` holds the fields of the rules, and the lists."""
    for fact, values in (record.get("accessibility") or {}).items():
        checked(f"{name} accessibility {fact}", AccessFact, venue=venue, fact=fact, **values)
    rules = record.get("visit_rules")
    if rules is None:
        return
    checked(f"{name} visit rules", VisitRules, venue=venue, **{key: rules[key] for key in rules if key not in LISTS})
    for key, model in LISTS.items():
        for order, values in enumerate(rules.get(key) or []):
            checked(f"{name} {key} {order}", model, venue=venue, **values)


def load_hours(name: str, venue: Venue, record: Record) -> None:
    """``hours`` are rules, ``exceptions`` are for dates; the spans as they are typed in the admin."""
    for order, each in enumerate(record.get("hours") or []):
        checked(f"{name} hours {order}", HoursRule, venue=venue, **_rule(each))
    for order, each in enumerate(record.get("exceptions") or []):
        checked(f"{name} exception {order}", HoursException, venue=venue, **_spans(each))


def _spans(record: Record) -> Record:
    """Hours as they are typed in the admin; without any it is closed, unless it says otherwise."""
    spans = write_spans(parse_spans(record.get("spans", "")))
    return {"state": "open" if spans else "closed", **record, "spans": spans}


def _rule(record: Record) -> Record:
    """A rule; ``days: [tuesday, sunday]`` are these days, and no other."""
    rule = _spans(record)
    days = rule.pop("days", WEEKDAYS)
    if unknown := sorted(set(days) - set(WEEKDAYS)):
        raise ValidationError(f"days: {', '.join(unknown)}")
    return {**rule, **{weekday: weekday in days for weekday in WEEKDAYS}}
