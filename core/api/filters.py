"""Filters that are strict: a value they cannot read is an error, never a guess. A comma means any of."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import MAXYEAR, UTC, date, datetime
from typing import Any, ClassVar, NamedTuple

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from core.api.ask import Ask
from core.api.problems import BadRequest, FieldProblem
from core.geo import Box, Datum, Point, to_wgs84

DEFAULT_RADIUS = 10_000.0
LARGEST_RADIUS = 100_000.0
MOST_VALUES = 50


class ParsedField(forms.CharField):
    """A text that a function understands or refuses with ValidationError."""

    def __init__(self, *, parse: Callable[[str], Any], **kwargs: Any) -> None:
        self.parse = parse
        super().__init__(strip=False, **kwargs)

    def clean(self, value: Any) -> Any:
        if value is None:
            return None
        if not value.strip():
            raise ValidationError(_("Empty. Give a value or leave the parameter out."), code="required")
        return self.parse(value.strip())


class ParsedFilter(django_filters.Filter):
    """A filter with its parser and its place in the API's schema."""

    field_class = ParsedField

    def __init__(self, *, parse: Callable[[str], Any], schema: dict[str, Any], about: str = "", **kwargs: Any) -> None:
        self.schema, self.about = schema, about
        super().__init__(parse=parse, **kwargs)


class Parameter(NamedTuple):
    """A parameter of a view that filters nothing: how it is read, and its place in the schema."""

    parse: Callable[[str], Any]
    schema: dict[str, Any]
    about: str = ""


def read_parameters(params: Mapping[str, str], known: Mapping[str, Parameter]) -> dict[str, Any]:
    """The values of the parameters that were given; raises BadRequest with everything that is wrong."""
    found, problems = {}, []
    for name, parameter in known.items():
        try:
            value = ParsedField(parse=parameter.parse).clean(params.get(name))
        except ValidationError as error:
            problems += [
                FieldProblem(name, str(each.code or "invalid"), message)
                for each in error.error_list
                for message in each.messages
            ]
        else:
            if value is not None:
                found[name] = value
    if problems:
        raise BadRequest(problems)
    return found


def comma_list(parse_one: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    def parse(text: str) -> list[Any]:
        parts = [part.strip() for part in text.split(",")]
        if len(parts) > MOST_VALUES:
            raise ValidationError(_("At most %(most)d values."), code="too_many", params={"most": MOST_VALUES})
        return [parse_one(part) for part in parts]

    return parse


def one_of(choices: Iterable[str]) -> Callable[[str], str]:
    known = list(choices)

    def parse(text: str) -> str:
        if text not in known:
            raise ValidationError(
                _("Unknown value “%(value)s”. Choose from: %(known)s."),
                code="invalid_choice",
                params={"value": text[:40], "known": ", ".join(known)},
            )
        return text

    return parse


def parse_slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", text) or len(text) > 100:
        raise ValidationError(_("Not a slug: lower-case letters, digits and single hyphens."), code="invalid")
    return text


def parse_flag(text: str) -> bool:
    return one_of(["true", "false"])(text) == "true"


def parse_day(text: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValidationError(_("Not a date. Write it as 2026-05-01."), code="invalid")


def parse_instant(text: str) -> datetime:
    # A plus sign that a client did not escape arrives as a blank.
    try:
        moment = parse_datetime(re.sub(r" (?=[0-9]{2}:?[0-9]{2}$)", "+", text))
        # The first and last days of the calendar have no UTC, or no local time.
        if moment is not None and moment.tzinfo is not None and 1 < moment.year < MAXYEAR:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValidationError(_("Not a time with its offset. Write it as 2026-05-01T18:00:00+08:00."), code="invalid")


def parse_count(text: str) -> int:
    """A whole number that every database can hold."""
    if not (re.fullmatch("[0-9]{1,10}", text) and int(text) < 2**31):
        raise ValidationError(_("Not a whole number: 0 or more."), code="invalid")
    return int(text)


def numbers(text: str, count: int, example: str) -> list[float]:
    parts = text.split(",")
    try:
        found = [float(part) for part in parts]
    except ValueError:
        found = []
    if len(found) != count or any(not re.fullmatch(r"\s*[+-]?[0-9]+(\.[0-9]+)?\s*", part) for part in parts):
        raise ValidationError(
            _("Give %(count)d numbers joined by commas: %(example)s."),
            code="invalid",
            params={"count": count, "example": example},
        )
    return found


def parse_point(text: str) -> Point:
    lat, lng = numbers(text, 2, "41.80,123.36")
    try:
        return Point(lat, lng)
    except ValueError as error:
        raise ValidationError(
            _("Outside the globe. Give latitude, then longitude, in degrees: 41.80,123.36."), code="out_of_range"
        ) from error


def parse_box(text: str) -> Box:
    west, south, east, north = numbers(text, 4, "123.30,41.75,123.40,41.85")
    try:
        Point(south, west), Point(north, east)
    except ValueError as error:
        raise ValidationError(
            _("Outside the globe. Give west, south, east, north in degrees."), code="out_of_range"
        ) from error
    if south > north:
        raise ValidationError(_("South lies above north. Give west, south, east, north."), code="out_of_range")
    return Box(west, south, east, north)


def parse_radius(text: str) -> float:
    (radius,) = numbers(text, 1, "5000")
    if not 0 < radius <= LARGEST_RADIUS:
        raise ValidationError(
            _("Give a radius in metres above 0 and up to %(most)d."),
            code="out_of_range",
            params={"most": int(LARGEST_RADIUS)},
        )
    return radius


STRINGS = {"type": "array", "items": {"type": "string"}}


def choice_filter(choices: Iterable[str], about: str = "", **kwargs: Any) -> ParsedFilter:
    known = list(choices)
    return ParsedFilter(
        parse=comma_list(one_of(known)),
        lookup_expr="in",
        schema={"type": "array", "items": {"type": "string", "enum": known}},
        about=about,
        **kwargs,
    )


class SlugFilter(ParsedFilter):
    """By what a row refers to. One that is not public is not there: no answer says that it exists."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value is None:
            return qs
        return qs.filter(**{f"{self.field_name}__slug__in": value, f"{self.field_name}__public": True})


def slug_filter(about: str = "", **kwargs: Any) -> ParsedFilter:
    """``field_name`` leads to the object, ``method`` to a method of the filterset that knows better."""
    return SlugFilter(parse=comma_list(parse_slug), schema=STRINGS, about=about, **kwargs)


def flag_filter(about: str = "", **kwargs: Any) -> ParsedFilter:
    return ParsedFilter(parse=parse_flag, schema={"type": "boolean"}, about=about, **kwargs)


def day_filter(about: str = "", **kwargs: Any) -> ParsedFilter:
    return ParsedFilter(parse=parse_day, schema={"type": "string", "format": "date"}, about=about, **kwargs)


class StrictFilterSet(django_filters.FilterSet):
    """The base of every list's filters."""

    # Set by the metaclass, here for the reader and the type checker.
    declared_filters: ClassVar[dict[str, django_filters.Filter]]
    base_filters: ClassVar[dict[str, django_filters.Filter]]

    updated_after = ParsedFilter(
        parse=parse_instant,
        field_name="updated_at",
        lookup_expr="gt",
        schema={"type": "string", "format": "date-time"},
        about="Changed after this instant.",
    )

    def __init__(self, ask: Ask, queryset: QuerySet[Any]) -> None:
        self.ask = ask
        super().__init__(data=dict(ask.params), queryset=queryset)

    def result(self) -> QuerySet[Any]:
        """The filtered rows; raises BadRequest with everything that is wrong."""
        if not self.form.is_valid():
            raise BadRequest(
                FieldProblem(name, str(error.code or "invalid"), message)
                for name, errors in self.form.errors.as_data().items()
                for error in errors
                for message in error.messages
            )
        return self.filter_queryset(self.queryset)

    def parts(self, queryset: Any, order: str) -> list[Any]:
        """The rows in disjoint parts, where the database finds each of them faster in this order than all at once."""
        return [queryset]

    def filter_free(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """What is only partly free costs something; what is unknown is neither."""
        return queryset.filter(price_kind__in=["free"] if value else ["paid", "partly_free"])


def _converted_box(box: Box, datum: Datum) -> Box:
    southwest = to_wgs84(Point(box.south, box.west), datum)
    northeast = to_wgs84(Point(box.north, box.east), datum)
    return Box(southwest.lng, southwest.lat, northeast.lng, northeast.lat)


class PlaceFilterSet(StrictFilterSet):
    """``near`` with ``radius``, and ``bbox``; the queryset knows ``near(point, radius)`` and ``in_box(box)``."""

    near = ParsedFilter(
        parse=parse_point,
        schema={"type": "string"},
        about="`lat,lng` in the datum of `coords`; rows carry their `distance` and come by it.",
    )
    radius = ParsedFilter(
        parse=parse_radius,
        schema={"type": "number", "exclusiveMinimum": 0, "maximum": LARGEST_RADIUS, "default": DEFAULT_RADIUS},
        about="Metres around `near`.",
    )
    bbox = ParsedFilter(
        parse=parse_box, schema={"type": "string"}, about="`west,south,east,north` in the datum of `coords`."
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        values = self.form.cleaned_data
        near, radius, bbox = (values.pop(name, None) for name in ("near", "radius", "bbox"))
        if radius is not None and near is None:
            raise BadRequest([FieldProblem("radius", "needs_near", _("Give `near` too: lat,lng."))])
        rows: Any = super().filter_queryset(queryset)
        if bbox is not None:
            rows = rows.in_box(_converted_box(bbox, self.ask.datum))
        if near is not None:
            rows = rows.near(to_wgs84(near, self.ask.datum), radius or DEFAULT_RADIUS)
        return rows
