"""The form of one timetable: seven rows of cells, and when they hold."""

import json
import re
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin.merging import sensible_year
from core.forms import TranslatedFormField
from venues.entered import MAIN_HEAD, NOTES, WHEN, Grid, Head, head_of, rows_for
from venues.hours_words import hours_words
from venues.models.hours import MONTH_DAY, STATES, HoursRule
from venues.models.venue import Space, Venue
from venues.opening_hours import ANY_DAY, State
from venues.week_grid import CELLS, NO_WEEK, Entry, Week, cells_of, entry_text, read_cells

HEAD_FIELDS = Head._fields
GRID_STATES = [("", _("nothing entered")), *STATES]

_MONTH_DAY = re.compile(r"([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")


class DayInput(forms.DateInput):
    """The browser's own calendar: quick to type into, and in its user's language."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MonthDayField(forms.CharField):
    """``11-15``, also written ``11/15`` or ``11月15日``."""

    default_validators = MONTH_DAY

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        found = _MONTH_DAY.fullmatch(text)
        return f"{int(found[1]):02}-{int(found[2]):02}" if found else text


def head_fields(spaces: Iterable[Space]) -> dict[str, forms.Field]:
    """The model's own, but for a choice of the venue's spaces that is read once for all forms of the page."""
    found: dict[str, forms.Field] = forms.fields_for_model(HoursRule, fields=[name for name in WHEN if name != "space"])
    choices = [("", "–"), *((space.pk, str(space)) for space in spaces)]
    label = cast(Any, HoursRule._meta.get_field("space")).verbose_name
    found["space"] = forms.TypedChoiceField(
        choices=choices, coerce=int, empty_value=None, required=False, label=label.capitalize()
    )
    for name in ("season_from", "season_to"):
        found[name] = MonthDayField(label=found[name].label, required=False, help_text=found[name].help_text)
        found[name].widget.attrs.update(placeholder="11-15", size=6)
    for name in ("valid_from", "valid_to"):
        found[name].widget = DayInput()
        found[name].validators = [*found[name].validators, sensible_year]
    for name, label in (("closed_note", _("note on closed days")), ("note", _("note on all other days"))):
        found[name] = TranslatedFormField(label=label, required=False, max_length=200)
    return {name: found[name] for name in HEAD_FIELDS}


class WeekForm(forms.Form):
    """``week`` and ``head`` are what it says, once it is valid. Each row carries what it showed first, so that of two
    editors each keeps the days that only they changed."""

    def __init__(self, venue: Venue, grid: Grid | None, spaces: Iterable[Space], data: Any = None) -> None:
        super().__init__(data, prefix=grid.key if grid else "new", initial=_initial(grid))
        self.venue, self.grid = venue, grid
        self.fields.update(head_fields(spaces))
        for day in range(7):
            for cell in CELLS:
                self.fields[f"{cell}_{day}"] = _cell_field(cell)
        self.fields["shown"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.head, self.week = MAIN_HEAD, NO_WEEK
        self.merged = False  # whether somebody else's days were kept
        self.conflicting: list[str] = []  # the days that both changed

    # What the page shows

    def rows(self) -> list[dict[str, Any]]:
        """The cells as plain values: rendering each as a widget would take most of the page's time."""
        return [
            {
                "name": WEEKDAY_NAMES[day],
                "number": day,
                "below": "0123456"[day + 1 :],
                "errors": [error for cell in CELLS for error in self.errors.get(f"{cell}_{day}", ())],
                "state": self._shown_cell("state", day),
                "hours": [self._shown_cell(cell, day) for cell in CELLS[1:]],
            }
            for day in range(7)
        ]

    def _shown_cell(self, cell: str, day: int) -> dict[str, Any]:
        bound = self[f"{cell}_{day}"]
        return {
            "cell": cell,
            "name": bound.html_name,
            "value": bound.value() or "",
            "label": f"{WEEKDAY_NAMES[day]}: {LABELS[cell]}",
            "placeholder": PLACEHOLDERS.get(cell, ""),
            "wrong": f"{cell}_{day}" in self.errors,
        }

    states = GRID_STATES

    def head_bound(self) -> list[forms.BoundField]:
        known = [name for name in HEAD_FIELDS if name != "space" or len(cast(Any, self.fields["space"]).choices) > 1]
        return [self[name] for name in known]

    @property
    def simple(self) -> bool:
        """Whether it holds on any day, all year: what a rule for public holidays makes an exception from."""
        return self.grid is None or self.grid.head.day_kind == ANY_DAY

    @property
    def head_errors(self) -> bool:
        return any(self[name].errors for name in HEAD_FIELDS)

    @property
    def has_more(self) -> bool:
        return any(self[f"more_{day}"].value() or self[f"more_{day}"].errors for day in range(7))

    def copy(self, source: int, targets: Iterable[int]) -> None:
        """One row's cells into others, before anything is checked: the page works without JavaScript."""
        self.data = data = cast(QueryDict, self.data).copy()
        for cell in CELLS:
            for day in targets:
                data[self.add_prefix(f"{cell}_{day}")] = data.get(self.add_prefix(f"{cell}_{source}"), "")
        self._errors = ErrorDict()  # not yet checked

    # What was posted

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.week = tuple(self._entry(day) for day in range(7))
        if not self.errors and not any(self.week):
            self.add_error(None, _("Enter at least one day."))
        if self.grid:
            self._merge(self.grid.week)
        if not self.errors:
            self.head = head_of(cleaned)
            self._check_rules()
        return cleaned

    def _entry(self, day: int) -> Entry | None:
        try:
            return read_cells({cell: self.cleaned_data.get(f"{cell}_{day}", "") for cell in CELLS})
        except ValidationError as error:
            for cell, problems in error.error_dict.items():
                self.add_error(f"{cell}_{day}", problems)
            return None

    def _merge(self, stored: Week) -> None:
        """Day by day: what only the other one changed is taken, what both changed is refused."""
        shown = self._shown()
        if shown is None:
            return
        week = list(self.week)
        for day, (mine, theirs) in enumerate(zip(self.week, stored, strict=True)):
            if entry_text(theirs) == shown[day] or f"opens_{day}" in self.errors:
                continue
            if entry_text(mine) == shown[day]:
                week[day], self.merged = theirs, True
            elif mine != theirs:
                words = hours_words(theirs.state, theirs.spans) if theirs else _("nothing entered")
                message = _("Somebody else changed this to “%(value)s”. Yours is still here: save again to keep it.")
                error = ValidationError(message, code="conflict", params={"value": words})
                self.add_error(f"state_{day}", error)
                self.conflicting.append(str(WEEKDAY_NAMES[day]))
        self.week = tuple(week)

    def others_changed(self) -> bool:
        """Whether the stored week is another than the one that the form showed first."""
        stored = [entry_text(entry) for entry in self.grid.week] if self.grid else None
        return self._shown() not in (None, stored)

    def _shown(self) -> list[str] | None:
        try:
            shown = json.loads(self.data.get(self.add_prefix("shown")) or "null")
        except ValueError:
            return None
        return shown if isinstance(shown, list) and len(shown) == 7 else None

    def show_stored(self) -> None:
        """Prepares a refused form for its second try: it is compared with what is stored now."""
        if self.grid is None:
            return
        self.data = data = cast(QueryDict, self.data).copy()
        shown = self._shown()
        for day, entry in enumerate(self.grid.week):
            if shown and entry_text(self.week[day]) == entry_text(entry) != shown[day]:
                for cell, value in cells_of(entry).items():
                    data[self.add_prefix(f"{cell}_{day}")] = value
        data[self.add_prefix("shown")] = _shown_week(self.grid.week)

    def _check_rules(self) -> None:
        """What a rule itself refuses is shown at the head, or at the first day that the rule is for."""
        for rule in rows_for(self.venue, self.head, self.week):
            try:
                rule.full_clean(exclude=["venue"])
            except ValidationError as error:
                for name, problems in error.error_dict.items():
                    closed = name == "note" and rule.state == State.CLOSED
                    self._place("closed_note" if closed else name, min(rule.weekdays), problems)

    def _place(self, name: str, day: int, problems: list[ValidationError]) -> None:
        if name in HEAD_FIELDS:
            if name not in self.errors:
                self.add_error(name, problems)
            return
        cell = {"spans": "opens", "state": "state"}.get(name)
        self.add_error(f"{cell}_{day}" if cell else None, problems)


def _cell_field(cell: str) -> forms.Field:
    if cell == "state":
        return forms.ChoiceField(choices=GRID_STATES, required=False)
    return forms.CharField(required=False, max_length=200)


LABELS = {
    "state": pgettext_lazy("opening hours", "state"),
    "opens": _("opens"),
    "closes": _("closes"),
    "last": _("last entry"),
    "more": _("more hours"),
}
PLACEHOLDERS = {"opens": "9:00", "closes": "16:30", "last": "16:00", "more": "18:00-21:00"}


def _shown_week(week: Week) -> str:
    return json.dumps([entry_text(entry) for entry in week])


def _initial(grid: Grid | None) -> dict[str, Any]:
    head, week = (grid.head, grid.week) if grid else (MAIN_HEAD, NO_WEEK)
    notes = {name: dict(getattr(head, name)) for name in NOTES}
    values = {**head._asdict(), **notes, "shown": _shown_week(week)}
    for day, entry in enumerate(week):
        values |= {f"{cell}_{day}": value for cell, value in cells_of(entry).items()}
    return values
