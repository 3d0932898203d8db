"""Objects as their editors see and send them: every language of a text, strict about what may be written."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, cast

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from core.api.filters import parse_day, parse_instant
from core.translations import clean_text, derived

YEARS = range(1000, 3000)  # those that the admin's forms take


def _detail(message: Any, code: str) -> ErrorDetail:
    return ErrorDetail(str(message), code=code)


class EveryLanguage(serializers.Field[Any, Any, Any, Any]):
    """A text as an object by tag. A tag that is absent is left as it is, null or an empty text removes it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Mapping[str, str]) -> dict[str, str]:
        return dict(value)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return {} if data is None else super().run_validation(data)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(_("Send an object with one text per language."), code="invalid")
        parent: Any = self.parent
        stored = getattr(parent.instance, str(self.source), None) or {}
        return clean_text({**stored, **data})


def _in_years(value: Any) -> Any:
    if value.year not in YEARS:
        raise serializers.ValidationError(_("Enter a year between 1000 and 2999."), code="year")
    return value


class Instant(serializers.DateTimeField):
    """With its offset, as everywhere in the API."""

    def to_internal_value(self, value: Any) -> Any:
        return _in_years(parse_instant(value if isinstance(value, str) else ""))


class Day(serializers.DateField):
    def to_internal_value(self, value: Any) -> Any:
        return _in_years(parse_day(value if isinstance(value, str) else ""))


class Count(serializers.IntegerField):
    """A whole number that every database can hold, or null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, "min_value": 0, "max_value": 2**31 - 1, **kwargs})


def slug_in(value: Any) -> str:
    """Of a reference as it is sent: ``"hall"`` or ``{"slug": "hall", …}``; empty where it is neither."""
    slug = value.get("slug") if isinstance(value, Mapping) else value
    return slug if isinstance(slug, str) else ""


def slugs_in(values: Iterable[Any]) -> set[str]:
    return {slug for value in values if (slug := slug_in(value))}


class SlugOf(serializers.Field[Any, Any, Any, Any]):
    """Another object: shown as ``{"slug"}``, sent so or as the slug alone.

    What may be chosen stands in ``context["choices"][among]`` by slug; what is chosen already stays choosable.
    """

    def __init__(self, among: str, **kwargs: Any) -> None:
        self.among = among
        super().__init__(**kwargs)

    def to_representation(self, row: Any) -> dict[str, str]:
        return {"slug": row.slug}

    def to_internal_value(self, data: Any) -> Any:
        instance = getattr(self.parent, "instance", None)  # none of those in a list
        slug, stored = slug_in(data), getattr(instance, str(self.source), None)
        if stored is not None and stored.slug == slug:
            return stored
        found = self.context["choices"][self.among].get(slug)
        if found is None:
            raise serializers.ValidationError(_("There is none with this slug that you may choose."), code="unknown")
        return found


class Strict(serializers.Serializer[Any]):
    """What an act takes: every field that it does not know is an error."""

    others: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        names = {*self.fields, *self.others}
        sent = data if isinstance(data, Mapping) else ()
        unknown = {name: [_detail(_("There is no such field."), "unknown")] for name in sent if name not in names}
        if unknown:
            raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class OnVersion(Strict):
    """Of an act on something with a version, which ``check_version`` reads."""

    others = frozenset({"version"})


class Merged(serializers.Serializer[Any]):
    """What may not be written may be sent back as it was read, and not otherwise; of what is ``told`` nobody minds."""

    told: ClassVar[frozenset[str]] = frozenset({"version"})

    def to_internal_value(self, data: Any) -> Any:
        problems = self._problems(data) if isinstance(data, Mapping) else {}
        try:
            found = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**dict(cast(Any, error.detail)), **problems}) from error
        if problems:
            raise serializers.ValidationError(problems)
        return found

    def _problems(self, data: Mapping[str, Any]) -> dict[str, list[Any]]:
        problems: dict[str, list[Any]] = {}
        kept = [name for name in data if name not in self.told and getattr(self.fields.get(name), "read_only", False)]
        stored = getattr(self.instance, "pk", None) is not None  # what is new was never read
        shown = self.to_representation(self.instance) if kept and stored else {}
        for name, value in data.items():
            if name not in self.fields:
                problems[name] = [_detail(_("There is no such field."), "unknown")]
            elif name in kept and (name not in shown or shown[name] != value):
                problems[name] = [_detail(_("This cannot be written."), "read_only")]
        return problems


class ManagedPart(Merged):
    """Some fields of an object under a name of their own: ``"price": {"kind", "min", …}``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        parent: Any = self.parent
        self.instance = parent.instance
        return super().to_internal_value(data)


def _leaves(shape: serializers.Serializer[Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """The fields with the names that a client knows them by, ``price.note``."""
    for name, field in shape.fields.items():
        if isinstance(field, ManagedPart):
            yield from _leaves(field, f"{path}{name}.")
        else:
            yield f"{path}{name}", field


class ManagedShape(Merged):
    """The base of such an object."""

    version = serializers.IntegerField(read_only=True)
    derived: Any = serializers.SerializerMethodField()

    def get_derived(self, row: Any) -> dict[str, dict[str, str]]:
        """What is shown without being stored, by field."""
        texts = {
            name: derived(getattr(row, str(field.source)))
            for name, field in _leaves(self)
            if isinstance(field, EveryLanguage)
        }
        return {name: text for name, text in texts.items() if text}

    def names(self) -> dict[str, str]:
        """What the API calls the model's fields."""
        return {str(field.source): name for name, field in _leaves(self)}

    def fill(self, row: Any, *, leave: Iterable[str] = ()) -> list[str]:
        """Sets on the row what was sent; returns the names of the model's fields that changed."""
        changed = []
        for name, value in self.validated_data.items():
            if name not in leave and getattr(row, name, None) != value:
                setattr(row, name, value)
                changed.append(name)
        return changed
