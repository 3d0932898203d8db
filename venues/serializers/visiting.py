"""Accessibility and visit rules in answers."""

from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import cached_property
from rest_framework import serializers

from core.api.serializers import Shape, Translated
from core.clock import district_day
from venues import production
from venues.models import AccessFact, Answer, Fact, Hazard, HealthWarning, PhotoArea, Photography, Venue, VisitRules

# What `load` of a list or detail fetches for these shapes.
VISITING = ("access_facts", "visit_rules", "photo_areas", "health_warnings", "production")


class AccessFactShape(Shape):
    value = serializers.ChoiceField(choices=Answer.choices)
    note = Translated()
    checked_on = serializers.DateField(allow_null=True)


class Accessibility(Shape):
    """Every fact is there; what nobody entered is unknown."""

    step_free = AccessFactShape()
    lift = AccessFactShape()
    accessible_toilet = AccessFactShape()
    parking = AccessFactShape()
    wheelchair_loan = AccessFactShape()
    tactile_guidance = AccessFactShape()
    hearing_loop = AccessFactShape()
    sign_language_tours = AccessFactShape()
    strollers = AccessFactShape()
    quiet_hours = AccessFactShape()

    def to_representation(self, instance: Venue) -> dict[str, Any]:
        facts = {fact: AccessFact() for fact in Fact.values} | {row.fact: row for row in instance.access_facts.all()}
        return super().to_representation(facts)


class Visit(NamedTuple):
    """All that is entered for one venue, and what it comes to today."""

    rules: VisitRules
    areas: list[PhotoArea]
    warnings: list[HealthWarning]
    production: list[production.Period]  # without overlaps, from today on
    line_running: production.LineRunning | None


def visit_of(venue: Venue, today: date) -> Visit | None:
    """None where nothing is entered."""
    rules: VisitRules | None = getattr(venue, "visit_rules", None)
    areas, warnings = list(venue.photo_areas.all()), list(venue.health_warnings.all())
    periods = [row.period() for row in venue.production.all()]
    if rules is None and not areas and not warnings and not periods:
        return None
    holding = production.on(today, periods)
    coming = [period for period in production.resolved(periods) if period.last >= today]
    return Visit(rules or VisitRules(), areas, warnings, coming, holding.line_running if holding else None)


class AdmittedAges(Shape):
    min = serializers.IntegerField(source="age_min", allow_null=True, help_text="0: all ages are admitted.")
    accompanied_under = serializers.IntegerField(allow_null=True, help_text="Below this age with an adult.")


class GroupSize(Shape):
    min = serializers.IntegerField(source="group_min", allow_null=True)
    max = serializers.IntegerField(source="group_max", allow_null=True)


class VisitBooking(Shape):
    # A shape's fields hide the class's own attributes.
    required = serializers.BooleanField(source="booking_required", allow_null=True)  # type: ignore[assignment]
    lead_days = serializers.IntegerField(allow_null=True)
    how = Translated(source="booking_how")
    url: Any = serializers.SerializerMethodField()
    phone: Any = serializers.SerializerMethodField()

    def get_url(self, rules: VisitRules) -> str | None:
        return rules.booking_url or None

    def get_phone(self, rules: VisitRules) -> str | None:
        return rules.booking_phone or None


class PhotoAreaShape(Shape):
    name = Translated()
    rule = serializers.ChoiceField(choices=Photography.choices)
    note = Translated()


class PhotographyShape(Shape):
    rule: Any = serializers.SerializerMethodField(help_text="Of the whole venue.")
    note = Translated(source="rules.photography_note")
    areas: Any = PhotoAreaShape(many=True, help_text="Where another rule holds.")

    def get_rule(self, visit: Visit) -> str | None:
        return visit.rules.photography or None


class HealthWarningShape(Shape):
    kind = serializers.ChoiceField(source="hazard", choices=Hazard.choices)
    decibels = serializers.IntegerField(allow_null=True, help_text="dB(A), of noise only.")
    note = Translated()


class ProductionShape(Shape):
    to = serializers.DateField(source="last")
    line_running = serializers.CharField(help_text="yes, no or expected.")
    note = Translated()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``from`` is a keyword of Python."""
        return {"from": serializers.DateField(source="first"), **super().get_fields()}


class VisitRulesShape(Shape):
    """Null where nothing is entered; inside, null is what is not known."""

    ages = AdmittedAges(source="rules")
    height_min = serializers.IntegerField(source="rules.height_min", allow_null=True, help_text="Centimetres.")
    group = GroupSize(source="rules")
    guide_languages = serializers.ListField(
        source="rules.languages", child=serializers.CharField(), help_text="BCP 47 tags; empty: unknown."
    )
    clothing = Translated(source="rules.clothing")
    provided = Translated(source="rules.provided")
    documents = Translated(source="rules.documents")
    booking = VisitBooking(source="rules")
    lockers = serializers.BooleanField(source="rules.lockers", allow_null=True)
    bags = Translated(source="rules.bags")
    photography = PhotographyShape(source="*")
    warnings: Any = HealthWarningShape(many=True)
    line_running = serializers.CharField(allow_null=True, help_text="Today: yes, no or expected.")
    production: Any = ProductionShape(many=True, help_text="From today on, in order and without overlaps.")
    note = Translated(source="rules.note")
    checked_on = serializers.DateField(source="rules.checked_on", allow_null=True)

    def to_representation(self, instance: Venue) -> Any:
        visit = visit_of(instance, self.today)
        return None if visit is None else super().to_representation(visit)

    @cached_property
    def today(self) -> date:
        return district_day(self.context["ask"].moment)
