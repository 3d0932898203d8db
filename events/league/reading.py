"""Rules out of JSON, stored or sent: whatever is unknown is refused by name, with the remedy."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields
from typing import Any, get_args, get_type_hints

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 999  # points, places: far more than any rule needs, and what answers can hold


def refuse(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})


def read(kind: type, data: object, names: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """The arguments of a dataclass of rules out of its JSON object.

    ``names`` holds, for each field that is a list of names, the names that it may hold. A field with a default may be
    missing. Raises ValidationError with the field and a code: missing, unknown, repeated, invalid.
    """
    known = {field.name: field for field in fields(kind)}
    if not isinstance(data, dict):
        raise ValidationError(_("The rules are no object. Give an object with: %(known)s.") % listed(known))
    for name in data:
        if name not in known:
            message = _("“%(name)s” is no rule. Remove it. There are: %(known)s.")
            raise refuse(str(name), message % ({"name": name} | listed(known)), "unknown")
    for name, field in known.items():
        if name not in data and field.default is MISSING:
            raise refuse(name, _("“%(name)s” is missing. Add it.") % {"name": name}, "missing")
    kinds = get_type_hints(kind)
    return {name: _value(name, value, kinds[name], names) for name, value in data.items()}


def listed(names: Collection[str]) -> dict[str, str]:
    return {"known": ", ".join(names)}


def _value(name: str, value: Any, kind: Any, names: Mapping[str, Collection[str]]) -> Any:
    if name in names:
        return _names(name, value, names[name])
    if kind is bool:
        if not isinstance(value, bool):
            raise refuse(name, _("Enter true or false."), "invalid")
        return value
    if value is None and type(None) in get_args(kind):
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise refuse(name, _("Enter a whole number."), "invalid")
    if abs(value) > MOST:
        raise refuse(name, _("Enter at most %(most)d, or at least -%(most)d.") % {"most": MOST}, "invalid")
    return value


def _names(field: str, value: object, known: Collection[str]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise refuse(field, _("Give a list of names. There are: %(known)s.") % listed(known), "invalid")
    for place, name in enumerate(value):
        if name not in known:
            message = _("There is no rule “%(name)s”. Choose from: %(known)s.")
            raise refuse(field, message % ({"name": name} | listed(known)), "unknown")
        if name in value[:place]:
            raise refuse(field, _("“%(name)s” is named twice. Remove one.") % {"name": name}, "repeated")
    return tuple(value)
