"""The filters of ``/venues``, ``/exhibits``, ``/routes`` and ``/notices``."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.api.filters import (
    Parameter,
    ParsedFilter,
    PlaceFilterSet,
    StrictFilterSet,
    choice_filter,
    comma_list,
    flag_filter,
    one_of,
    parse_instant,
    slug_filter,
)
from core.api.problems import BadRequest, FieldProblem
from venues.models import Condition, Fact, Kind, NoticeKind, Photography, Severity
from venues.models.visiting import canonical_tag
from venues.opening import open_at

OLDEST = 120

# From what an asked rule allows to the rules that allow at least that.
AT_LEAST = {
    Photography.ALLOWED.value: [Photography.ALLOWED],
    Photography.NO_FLASH.value: [Photography.ALLOWED, Photography.NO_FLASH],
}


def parse_age(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= OLDEST):
        raise ValidationError(
            _("Give an age in whole years, from 0 to %(most)d."), code="out_of_range", params={"most": OLDEST}
        )
    return int(text)


def parse_language(text: str) -> str:
    try:
        return canonical_tag(text)
    except ValidationError as error:
        raise ValidationError(_("Not a language tag. Write zh-Hans, en or de."), code="invalid") from error


def access_filter(about: str) -> ParsedFilter:
    """The one filter whose commas mean all of."""
    return ParsedFilter(
        parse=comma_list(one_of(Fact.values)),
        method="filter_access",
        schema={"type": "array", "items": {"type": "string", "enum": Fact.values}},
        about=f"{about} A comma means all of; unknown never counts as yes.",
    )


class VenueFilters(PlaceFilterSet):
    kind = choice_filter(Kind.values, field_name="venue_kind")
    parent = slug_filter(field_name="parent", about="Parts of these venues.")
    organizer = slug_filter(field_name="organizer", about="Run by these organizers.")
    free = flag_filter(method="filter_free", about="Free of charge; unknown prices match neither value.")
    open_at = ParsedFilter(
        parse=parse_instant,
        method="filter_open_at",
        schema={"type": "string", "format": "date-time"},
        about="Open at this instant, without booking; unknown hours never match.",
    )
    open_now = ParsedFilter(
        parse=one_of(["true"]),
        method="filter_open_now",
        schema={"type": "string", "enum": ["true"]},
        about="Open at the minute of the answer. “Not open” cannot be asked for: unknown hours are neither.",
    )
    indoor = flag_filter(field_name="indoor", about="Unknown matches neither value.")
    access = access_filter("With these facilities.")
    age = ParsedFilter(
        parse=parse_age,
        field_name="visit_rules__age_min",
        lookup_expr="lte",
        schema={"type": "integer", "minimum": 0, "maximum": OLDEST},
        about="Admits a visitor of this age, perhaps only with an adult. An unknown minimum age does not match; "
        "a minimum of 0 says that all ages are admitted.",
    )
    language_of_guide = ParsedFilter(
        parse=comma_list(parse_language),
        method="filter_guides",
        schema={"type": "array", "items": {"type": "string"}},
        about="Guided in one of these languages (BCP 47); `zh` finds `zh-Hans`. Unknown does not match.",
    )
    photography = ParsedFilter(
        parse=comma_list(one_of(AT_LEAST)),
        method="filter_photography",
        schema={"type": "array", "items": {"type": "string", "enum": list(AT_LEAST)}},
        about="The rule of the whole venue allows at least this: `no_flash` finds `allowed` too. "
        "Unknown and `ask` do not match.",
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.form.cleaned_data.get("open_at") and self.form.cleaned_data.get("open_now"):
            raise BadRequest([FieldProblem("open_at", "contradiction", _("Give either `open_at` or `open_now`."))])
        return super().filter_queryset(queryset)

    def filter_open_at(self, queryset: QuerySet[Any], name: str, value: datetime) -> QuerySet[Any]:
        return open_at(queryset, value, self.ask.moment)

    def filter_open_now(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return open_at(queryset, self.ask.moment, self.ask.moment)

    def filter_access(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.accessible(value)

    def filter_guides(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.guided_in(value)

    def filter_photography(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.filter(visit_rules__photography__in={rule for asked in value for rule in AT_LEAST[asked]})


class ExhibitFilters(StrictFilterSet):
    venue = slug_filter(method="filter_venue", about="At these venues, or in their halls.")
    condition = choice_filter(Condition.values)

    def filter_venue(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.at_venues(value)


class RouteFilters(PlaceFilterSet):
    """``near`` and ``bbox`` mean any of the stops."""

    venue = slug_filter(method="filter_venue", about="Routes that stop at one of these venues.")
    organizer = slug_filter(field_name="organizer", about="Of these organizers.")

    def filter_venue(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.at_venues(value)


def parse_start(text: str) -> datetime:
    start = parse_instant(text)
    if not datetime(2000, 1, 1, tzinfo=UTC) <= start < datetime(2100, 1, 1, tzinfo=UTC):
        raise ValidationError(_("Give a time between the years 2000 and 2100."), code="out_of_range")
    return start


START: Mapping[str, Parameter] = {
    "start": Parameter(
        parse_start,
        {"type": "string", "format": "date-time"},
        "When the tour begins: each stop then says when one arrives and whether it is open.",
    )
}


class NoticeFilters(StrictFilterSet):
    venue = slug_filter(method="filter_venue", about="Those that name one of these venues.")
    kind = choice_filter(NoticeKind.values, field_name="notice_kind")
    severity = choice_filter(Severity.values)
    coming = flag_filter(method="filter_coming", about="`true`: also those that are announced and yet to begin.")

    def filter_queryset(self, queryset: Any) -> QuerySet[Any]:
        rows: Any = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data["coming"] else rows.in_force()

    def filter_venue(self, queryset: Any, name: str, slugs: list[str]) -> QuerySet[Any]:
        return queryset.naming(slugs)

    def filter_coming(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset
