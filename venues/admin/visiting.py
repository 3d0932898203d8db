"""The sections of a venue's page with what a visitor must know beside the hours."""

from typing import Any, ClassVar

from django.contrib import admin

from core.admin.base import TabularRows
from core.admin.fixed import FixedFormSet, FixedRows
from venues.models import AccessFact, Fact, HealthWarning, PhotoArea, ProductionPeriod, VisitRules


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
