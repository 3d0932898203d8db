"""What a visitor must know, from a venue's record: ``accessibility`` and ``visit_rules``."""

from typing import Any

from tourism.demo.records import Record, checked
from venues.models import AccessFact, HealthWarning, PhotoArea, ProductionPeriod, Venue, VisitRules

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
