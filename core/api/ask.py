"""What a client asks for: language, datum, instant, trimming; read once per request and strict about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.api.language import EVERY
from core.api.problems import BadRequest, FieldProblem
from core.geo import Datum
from core.translations import default_language


@dataclass
class Ask:
    """One request, understood. ``moment`` is the instant it is answered for."""

    language: str
    datum: Datum
    moment: datetime
    valid_until: datetime | None
    revision: int
    path: str
    params: Mapping[str, str]
    fields: frozenset[str] = frozenset()
    include: frozenset[str] = frozenset()
    after: dict[str, Any] | None = None

    def alone(self) -> "Ask":
        """The same question for an embedded item: neither trimmed nor embedding anything itself."""
        return replace(self, fields=frozenset(), include=frozenset())

    @property
    def sort_language(self) -> str:
        return default_language() if self.language == EVERY else self.language


def single_values(query: QueryDict) -> dict[str, str]:
    """The parameters, each once and without NUL; anything else would be silently lost."""
    problems = []
    for name, values in query.lists():
        if len(values) > 1:
            problems.append(
                FieldProblem(name, "repeated", _("Given more than once. Join several values with a comma."))
            )
        if "\x00" in name or any("\x00" in value for value in values):
            problems.append(FieldProblem(name.replace("\x00", ""), "null_character", _("Contains a NUL character.")))
    if problems:
        raise BadRequest(problems)
    return {name: values[0] for name, values in query.lists()}


# What WeChat appends to an address that is passed on, under a name of ours: `from=singlemessage&isappinstalled=0`.
MESSENGERS = {"from": frozenset({"singlemessage", "groupmessage", "timeline"})}


def own_parameters(query: QueryDict, known: Iterable[str]) -> QueryDict:
    """The known ones alone: messengers append their own to an address."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        ours = [value for value in values if value not in MESSENGERS.get(name, ())]
        if name in known and ours:
            kept.setlist(name, ours)
    return kept


def refuse_unknown(params: Iterable[str], known: Iterable[str]) -> None:
    names = sorted(known)
    unknown = [name for name in params if name not in names]
    if unknown:
        message = _("Unknown parameter. Known here: %(names)s.") % {"names": ", ".join(names)}
        raise BadRequest(FieldProblem(name, "unknown", message) for name in unknown)


def read_datum(params: Mapping[str, str]) -> Datum:
    try:
        return Datum(params.get("coords", Datum.WGS84))
    except ValueError as error:
        known = ", ".join(Datum)
        message = _("Unknown datum. Use one of: %(known)s.") % {"known": known}
        raise BadRequest([FieldProblem("coords", "invalid_choice", message)]) from error


def names_in(params: Mapping[str, str], name: str) -> frozenset[str]:
    """The parts of a comma list, blanks around them left out."""
    return frozenset(part.strip() for part in params.get(name, "").split(",") if part.strip())


def read_names(params: Mapping[str, str], name: str, known: Iterable[str]) -> frozenset[str]:
    """A comma list of names that must be among the known ones."""
    if name not in params:
        return frozenset()
    wanted = names_in(params, name)
    choices = sorted(known)
    wrong = sorted(wanted - set(choices))
    if wrong or not wanted:
        message = _("Unknown: %(wrong)s. Choose from: %(known)s.") % {
            "wrong": ", ".join(wrong)[:200] or "–",
            "known": ", ".join(choices) or "–",
        }
        raise BadRequest([FieldProblem(name, "invalid_choice", message)])
    return wanted
