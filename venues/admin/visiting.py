"""The sections of a venue's page with what a visitor must know beside the hours."""

from typing import Any, ClassVar

from django.contrib import admin

from core.admin.base import TabularRows
from core.admin.fixed import FixedFormSet, FixedRows
from venues.models import AccessFact, Answer, Fact, HealthWarning, PhotoArea, Photography, ProductionPeriod, VisitRules


class AccessFormSet(FixedFormSet):
    name_field = "fact"
    names = tuple(Fact.values)


class AccessRows(FixedRows):
    model = AccessFact
    formset = AccessFormSet
    template = "admin/venues/access_facts.html"
    fields = ("value", "note", "checked_on")
    radio_fields: ClassVar[Any] = {"value": admin.HORIZONTAL}
    classes = ("collapse",)


class RulesOfVenue(FixedRows):
    model = VisitRules
    classes = ("collapse",)
    fieldsets: ClassVar[Any] = [
        (
            None,
            {
                "fields": (
                    ("age_min", "accompanied_under", "height_min"),
                    ("group_min", "group_max", "guide_languages"),
                    "clothing",
                    "provided",
                    "documents",
                    ("booking_required", "lead_days"),
                    "booking_how",
                    ("booking_url", "booking_phone"),
                    ("lockers", "photography"),
                    "bags",
                    "photography_note",
                    "note",
                    "checked_on",
                )
            },
        )
    ]


class PhotoAreaRows(TabularRows):
    model = PhotoArea
    fields = ("name", "rule", "note")
    classes = ("collapse",)


class WarningRows(TabularRows):
    model = HealthWarning
    fields = ("hazard", "decibels", "note")
    classes = ("collapse",)


class ProductionRows(TabularRows):
    model = ProductionPeriod
    fields = ("first", "last", "line_running", "note")
    classes = ("collapse",)


VISITING = [AccessRows, RulesOfVenue, PhotoAreaRows, WarningRows, ProductionRows]


def visiting_lines(item: dict[str, Any]) -> list[tuple[Any, str]]:
    """What is known of access and rules, for the preview: name and text."""
    known = {fact: each for fact, each in item["accessibility"].items() if each["value"] != Answer.UNKNOWN}
    lines: list[tuple[Any, str]] = [
        (Fact(fact).label, " · ".join(text for text in (str(Answer(each["value"]).label), each["note"]) if text))
        for fact, each in known.items()
    ]
    rules = item["visit_rules"]
    if rules is None:
        return lines
    texts = {name: rules[name] for name in ("clothing", "provided", "documents", "bags", "note")}
    texts |= {"guide_languages": ", ".join(rules["guide_languages"]), "booking_how": rules["booking"]["how"]}
    if rules["photography"]["rule"]:
        texts["photography"] = str(Photography(rules["photography"]["rule"]).label)
    names: Any = VisitRules._meta
    return lines + [(names.get_field(name).verbose_name, text) for name, text in texts.items() if text]
