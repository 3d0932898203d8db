"""The form of a holiday arrangement for many venues."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin.merging import sensible_year
from core.forms import TranslatedFormField
from core.translations import languages
from venues.admin.week_form import DayInput
from venues.arrangement import Arrangement
from venues.hours_words import REASONS
from venues.models.hours import STATES
from venues.models.venue import Kind, Venue
from venues.opening_hours import State
from venues.spans import SpansFormField, check_needed, read_spans
from venues.week_grid import Entry
from venues.year import Occasion

MOST_DAYS = 62
LIKE = "like-"  # and the number of a weekday


def state_choices() -> list[Any]:
    likes = [(f"{LIKE}{day}", name) for day, name in WEEKDAYS.items()]
    return [("", _("choose…")), *STATES, (_("as each venue opens on a"), likes)]


class HolidayForm(forms.Form):
    first = forms.DateField(label=_("first day"), widget=DayInput, validators=[sensible_year])
    last = forms.DateField(
        label=_("last day"),
        widget=DayInput,
        required=False,
        validators=[sensible_year],
        help_text=_("Empty: that one day."),
    )
    state = forms.ChoiceField(label=pgettext_lazy("opening hours", "state"), choices=state_choices, required=False)
    spans = SpansFormField(
        label=_("hours"),
        required=False,
        help_text=_("9:00-16:30 (16:00): the last entry in brackets; past midnight 18:00-25:30; several with commas."),
    )
    reason = TranslatedFormField(label=_("reason"), max_length=200, help_text=_("What a visitor reads."))
    keep = forms.ChoiceField(
        label=_("exceptions that a venue has for these days"),
        choices=[("yes", _("keep them: only the other days change")), ("no", _("replace them"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    venues = forms.MultipleChoiceField(label=_("venues"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, rows: Iterable[Venue], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.rows = {str(row.pk): row for row in rows}
        cast(Any, self.fields["venues"]).choices = [(key, str(row)) for key, row in self.rows.items()]
        self.fields["spans"].widget.attrs.update(placeholder="9:00-16:30 (16:00)", autocomplete="off")

    # What the page shows

    def kinds(self) -> list[tuple[str, Any, int]]:
        """The kinds that some venue is of, for choosing all of one at once."""
        counts = {kind: sum(row.venue_kind == kind for row in self.rows.values()) for kind in Kind.values}
        return [(kind, dict(Kind.choices)[kind], count) for kind, count in counts.items() if count]

    def choices_shown(self) -> list[dict[str, Any]]:
        chosen = {str(value) for value in self["venues"].value() or []}
        return [{"key": key, "row": row, "chosen": key in chosen} for key, row in self.rows.items()]

    # What the page's own buttons fill in

    def choose(self, kind: str) -> None:
        """All venues, none, or those of a kind besides what is chosen already."""
        data = self._copy()
        chosen = set(data.getlist("venues")) if kind not in ("all", "none") else set()
        wanted = {key for key, row in self.rows.items() if kind == "all" or row.venue_kind == kind}
        data.setlist("venues", [key for key in self.rows if key in chosen | wanted])

    def fill(self, occasion: Occasion) -> None:
        data = self._copy()
        data["first"], data["last"] = str(occasion.first), str(occasion.last)
        for tag in languages():
            data[f"reason__{tag}"] = REASONS[occasion.holiday].get(tag, "")

    def _copy(self) -> QueryDict:
        self.data = data = cast(QueryDict, self.data).copy()
        self._errors = forms.utils.ErrorDict()  # not yet checked
        return data

    # What was posted

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and "last" not in self.errors:
            cleaned["last"] = last = last or first
            if last < first:
                self.add_error("last", _("The last day is before the first."))
            elif (last - first).days >= MOST_DAYS:
                text = _("At most %(most)d days at once.")
                self.add_error("last", ValidationError(text, params={"most": MOST_DAYS}))
        self._clean_hours(cleaned)
        return cleaned

    def _clean_hours(self, cleaned: dict[str, Any]) -> None:
        if "spans" not in cleaned or "state" not in cleaned:
            return
        state, spans = cleaned["state"] or (State.OPEN.value if cleaned["spans"] else ""), cleaned["spans"]
        cleaned["state"] = state
        if not state:
            self.add_error("state", _("Choose a state, or enter the hours."))
        elif state.startswith(LIKE):
            if spans:
                self.add_error("spans", _("Leave the hours empty: each venue takes those of its weekday."))
        else:
            try:
                check_needed(state, spans)
            except ValidationError as error:
                self.add_error(None, error)

    def arrangement(self) -> Arrangement:
        values = self.cleaned_data
        like = values["state"].removeprefix(LIKE) if values["state"].startswith(LIKE) else None
        return Arrangement(
            values["first"],
            values["last"],
            entry=None if like else Entry(State(values["state"]), read_spans(values["spans"])),
            weekday=int(like) if like else None,
            reason=values["reason"],
            keep=values["keep"] == "yes",
        )

    def chosen(self) -> list[Venue]:
        return [self.rows[key] for key in self.cleaned_data["venues"]]

    def carried(self) -> list[tuple[str, str]]:
        """The posted values, for the preview to post again."""
        names = [name for name in self.data if name in self.fields or name.startswith("reason__")]
        return [(name, value) for name in names for value in cast(QueryDict, self.data).getlist(name)]


def occasion_values(occasion: Occasion) -> dict[str, Any]:
    return {"first": occasion.first, "last": occasion.last, "reason": dict(REASONS[occasion.holiday])}
