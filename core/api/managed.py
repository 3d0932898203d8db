"""Objects as their editors see and send them: every language of a text, strict about what may be written."""

from collections.abc import Mapping
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from core.api.filters import parse_instant
from core.translations import clean_text, derived


def _detail(message: Any, code: str) -> ErrorDetail:
    return ErrorDetail(str(message), code=code)


class EveryLanguage(serializers.Field[Any, Any, Any, Any]):
    """A text as an object by tag. A tag that is absent is left as it is, null or an empty text removes it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Mapping[str, str]) -> dict[str, str]:
        return dict(value)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(_("Send an object with one text per language."), code="invalid")
        parent: Any = self.parent
        stored = getattr(parent.instance, str(self.source), None) or {}
        return clean_text({**stored, **data})


class Instant(serializers.DateTimeField):
    """With its offset, as everywhere in the API."""

    def to_internal_value(self, value: Any) -> Any:
        return parse_instant(value if isinstance(value, str) else "")


class Strict(serializers.Serializer[Any]):
    """What an act takes: every field that it does not know is an error."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = {name: [_detail(_("There is no such field."), "unknown")] for name in data if name not in self.fields}
        if unknown:
            raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class ManagedShape(serializers.Serializer[Any]):
    """The base of such an object. What may not be written may be sent back as it was read, and not otherwise."""

    version = serializers.IntegerField(read_only=True)
    derived: Any = serializers.SerializerMethodField()

    def get_derived(self, row: Any) -> dict[str, dict[str, str]]:
        """What is shown without being stored, by field."""
        texts = {
            name: derived(getattr(row, str(field.source)))
            for name, field in self.fields.items()
            if isinstance(field, EveryLanguage)
        }
        return {name: text for name, text in texts.items() if text}

    def to_internal_value(self, data: Any) -> Any:
        shown = {} if self.instance is None else self.to_representation(self.instance)
        problems: dict[str, list[Any]] = {}
        for name, value in data.items():
            field = self.fields.get(name)
            if field is None:
                problems[name] = [_detail(_("There is no such field."), "unknown")]
            elif field.read_only and name != "version" and (name not in shown or shown[name] != value):
                problems[name] = [_detail(_("This cannot be written."), "read_only")]
        try:
            found = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**dict(cast(Any, error.detail)), **problems}) from error
        if problems:
            raise serializers.ValidationError(problems)
        return found

    def names(self) -> dict[str, str]:
        """What the API calls the model's fields."""
        return {str(field.source): name for name, field in self.fields.items()}

    def fill(self, row: Any, *, leave: frozenset[str] = frozenset()) -> list[str]:
        """Sets on the row what was sent; returns the names of the model's fields that changed."""
        changed = []
        for name, value in self.validated_data.items():
            if name in leave:
                continue
            if value is None and isinstance(self.fields[self.names()[name]], EveryLanguage):
                value = {}
            if getattr(row, name) != value:
                setattr(row, name, value)
                changed.append(name)
        return changed
