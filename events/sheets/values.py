"""What the other cells of a row say: texts, numbers, choices, places and participants."""

import re
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from core.translations import complete
from events.models import Participant, Precision, SlotKind, SlotStatus, Timing
from events.sheets.columns import normal
from events.sheets.tables import Flaw, Value
from venues.models import Space, Venue

CHOICES: dict[str, Any] = {"kind": SlotKind, "precision": Precision, "timing": Timing, "status": SlotStatus}

# Beside the choices' own names in every language.
SAID_ALSO = {
    "kind": {
        "game": "match",
        "比赛": "match",
        "concert": "set",
        "演唱": "set",
        "导览": "tour",
        "doorsopen": "doors",
        "入场": "doors",
        "检票": "doors",
        "换台": "changeover",
        "散场": "curfew",
    },
    "precision": {"tbd": "tba", "待定": "tba", "tobedetermined": "tba"},
    "timing": {},
    "status": {
        "confirmed": "scheduled",
        "正常": "scheduled",
        "已取消": "cancelled",
        "canceled": "cancelled",
        "延期": "postponed",
        "推迟": "postponed",
        "已延期": "postponed",
        "暂定": "tentative",
        "待定": "tentative",
    },
}


def read_text(value: Value) -> str:
    """As it is written; raises ValidationError for what a spreadsheet made of a text."""
    if isinstance(value, Flaw):
        raise ValidationError(value.message, code=value.code)
    if isinstance(value, date | datetime | timedelta):
        message = _("The spreadsheet made a date or time of this. Format the cell as text and write it again.")
        raise ValidationError(message, code="date_for_text")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).replace("\r\n", "\n").strip()


def read_number(value: Value) -> int | None:
    text = unicodedata.normalize("NFKC", read_text(value))
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,10}", text):
        raise ValidationError(_("“%(value)s” is no whole number.") % {"value": text[:60]}, code="no_number")
    return int(text)


def read_uid(value: Value) -> uuid.UUID | None:
    text = read_text(value)
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        message = _("“%(value)s” is no uid. Leave the cell empty for a new slot.")
        raise ValidationError(message % {"value": text[:60]}, code="no_uid") from error


@cache
def _choice_names(field: str) -> dict[str, str]:
    found = dict(SAID_ALSO[field])
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {normal(str(name)): value for value, name in CHOICES[field].choices}
    return found | {normal(value): value for value in CHOICES[field].values}


def read_choice(field: str, value: Value) -> str:
    """The choice that a cell names, "" where it is empty."""
    text = read_text(value)
    if not text:
        return ""
    found = _choice_names(field).get(normal(text))
    if found is None:
        known = ", ".join(str(name) for name in CHOICES[field].labels)
        message = _("“%(value)s” is not known here. Write one of these: %(known)s.")
        raise ValidationError(message % {"value": text[:60], "known": known}, code="no_choice")
    return found


# Names of rows: places, participants

T = TypeVar("T", bound=Hashable)


def same_name(text: str) -> str:
    """Names that differ by case, width or spaces are the same."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


class Names(Generic[T]):
    """Rows by their slug and by their name in every language."""

    def __init__(self, rows: Iterable[T]) -> None:
        self.rows = list(dict.fromkeys(rows))
        self.by_slug: dict[str, list[T]] = defaultdict(list)
        self.by_name: dict[str, list[T]] = defaultdict(list)
        for row in self.rows:
            self.by_slug[row.slug].append(row)  # type: ignore[attr-defined]
            for name in {same_name(text) for text in complete(row.name).values()}:  # type: ignore[attr-defined]
                self.by_name[name].append(row)

    def find(self, text: str) -> list[T]:
        return self.by_slug.get(text.strip()) or self.by_name.get(same_name(text), [])

    def like(self, text: str) -> list[str]:
        """Names that may have been meant."""
        return get_close_matches(same_name(text), self.by_name, n=3)


def the_one(found: Sequence[T], text: str) -> T:
    if len(found) > 1:
        slugs = ", ".join(sorted(row.slug for row in found))  # type: ignore[attr-defined]
        message = _("Several are called “%(name)s”. Write the name in URLs of one of them: %(slugs)s.")
        raise ValidationError(message % {"name": text, "slugs": slugs}, code="ambiguous")
    return found[0]


class Places:
    """The venues among which a slot of the event chooses, and their spaces."""

    def __init__(self, venues: Iterable[Venue], spaces: Iterable[Space]) -> None:
        self.venues = Names(venues)
        self.spaces = Names(spaces)
        self.within: dict[int, Names[Space]] = {}
        by_venue: dict[int, list[Space]] = defaultdict(list)
        for space in self.spaces.rows:
            by_venue[space.venue_id].append(space)
        for pk, rows in by_venue.items():
            self.within[pk] = Names(rows)
        self.by_pk = {venue.pk: venue for venue in self.venues.rows}

    def venue(self, value: Value) -> Venue | None:
        text = read_text(value)
        if not text:
            return None
        found = self.venues.find(text)
        if not found:
            known = ", ".join(str(venue) for venue in self.venues.rows[:8]) or "–"
            message = _("“%(name)s” is none of the event's venues (%(known)s). Add it to the event first.")
            raise ValidationError(message % {"name": text[:80], "known": known}, code="unknown_venue")
        return the_one(found, text)

    def space(self, value: Value, venue: Venue | None) -> Space | None:
        """In the venue; where none is named, in the one that has it."""
        text = read_text(value)
        if not text:
            return None
        names = self.within.get(venue.pk, Names([])) if venue is not None else self.spaces
        found = names.find(text)
        if not found:
            known = ", ".join(str(space) for space in names.rows[:8]) or "–"
            message = _("“%(name)s” is no space there (%(known)s). Add it to the venue first.")
            raise ValidationError(message % {"name": text[:80], "known": known}, code="unknown_space")
        return the_one(found, text)


ROLES = {"主队": "home", "主场": "home", "主": "home", "客队": "away", "客场": "away", "客": "away"}
Entry = tuple[Participant, str]
MOST_PEOPLE = 100


class People:
    """Participants by name: those who take part in the event already, then all others."""

    def __init__(self, own: Iterable[Participant], everybody: Iterable[Participant]) -> None:
        self.own = Names(own)
        self.all = Names(everybody)
        self._alike: dict[str, str] = {}

    def find(self, text: str) -> Participant:
        found = self.find_all(text)
        if not found:
            raise ValidationError(
                _("“%(name)s” is no participant%(alike)s. Add it under “Participants” first, or correct the name.")
                % {"name": text[:80], "alike": self._like(text)},
                code="unknown_participant",
            )
        return the_one(found, text)

    def find_all(self, text: str) -> list[Participant]:
        return self.own.by_slug.get(text) or self.all.by_slug.get(text) or self.own.find(text) or self.all.find(text)

    def _like(self, text: str) -> str:
        if (
            text not in self._alike and len(self._alike) < 20 and len(text) < 80
        ):  # comparing with all names takes its time
            names = self.all.like(text)
            self._alike[text] = _(" (is it %(names)s?)") % {"names": ", ".join(names)} if names else ""
        return self._alike.get(text, "")

    def write(self, lineup: Iterable[Entry]) -> str:
        """A cell; with slugs where a name does not say who is meant."""
        return "; ".join(f"{role}: {self._name(who)}" if role else self._name(who) for who, role in lineup)

    def _name(self, who: Participant) -> str:
        name = str(who).strip()
        plain = not set(name) & set(";；:：\n")
        return name if plain and self.find_all(name) == [who] else who.slug

    def read(self, value: Value) -> list[Entry]:
        """``"home: Reds; away: Blues"``: roles are optional, the order is the order of the names."""
        parts = [part.strip() for part in re.split("[;；\n]", read_text(value)) if part.strip()]
        if len(parts) > MOST_PEOPLE:
            message = _("More than %(limit)d participants in one slot: divide it.")
            raise ValidationError(message % {"limit": MOST_PEOPLE}, code="too_many")
        return [self._entry(part) for part in parts]

    def _entry(self, text: str) -> Entry:
        """A name may hold a colon: the whole text is looked for first."""
        role, colon, name = (part.strip() for part in text.replace("：", ":").partition(":"))
        if not colon or self.find_all(text):
            return self.find(text), ""
        return self.find(name), ROLES.get(role, role)

    def one(self, value: Value, role: str) -> list[Entry]:
        """The cell of a column that is for one role."""
        text = read_text(value)
        return [(self.find(text), role)] if text else []
