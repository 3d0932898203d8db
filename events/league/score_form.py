"""The form for a result, for a phone at the court: the scorer's page and the admin's share it. It needs no script."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.translations import default_language
from events.league.models import Result, ResultState, Side, Sport
from events.league.models.competition import BY_SETS
from events.league.models.results import MOST_POINTS
from events.league.results import result_of

# How many periods a match has, and how many overtimes there is room for.
PERIODS = {
    Sport.BASKETBALL: (4, 4),
    Sport.FOOTBALL: (2, 2),
    Sport.VOLLEYBALL: (5, 0),
    Sport.TABLE_TENNIS: (7, 0),
    Sport.BADMINTON: (3, 0),
}
OTHERWISE = (4, 2)
SHOWN_AS = {"home_score": "home", "away_score": "away"}
STATES = {
    ResultState.PROVISIONAL: _("still being played, or not checked"),
    ResultState.CONFIRMED: _("final; whoever wins goes on"),
    ResultState.FORFEIT: _("one side did not play"),
}
STAFF_STATES = {ResultState.VOID: _("counts for nothing")}


class Points(forms.IntegerField):
    """A number pad on phones, and no arrows that a thumb touches by mistake."""

    def __init__(self, **kwargs: Any) -> None:
        pad = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 3}
        widget = forms.TextInput(attrs=pad)
        super().__init__(required=False, min_value=0, max_value=MOST_POINTS, widget=widget, **kwargs)


class ResultForm(forms.Form):
    """``names``: those of the two sides. ``staff`` may declare a match void, and write a note."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    state = forms.ChoiceField(widget=forms.RadioSelect)
    home, away = Points(), Points()
    forfeited_by = forms.ChoiceField(label=_("Who did not play?"), widget=forms.RadioSelect, required=False)
    decided_for = forms.ChoiceField(
        label=_("Level? Decided by penalties or lots for"), widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(label=_("Note for everybody"), max_length=200, required=False)

    def __init__(self, data: Any, result: Result, names: tuple[str, str], sport: str, *, staff: bool = False) -> None:
        self.result, self.names, self.sport = result, names, sport
        regular, more = PERIODS.get(Sport(sport), OTHERWISE)
        played = len(result.periods) - result.overtimes
        self.regular, self.overtimes = max(regular, played), max(more, result.overtimes)
        self.stale: Result | None = None
        super().__init__(data, initial=self._initial())
        states = {**STATES, **(STAFF_STATES if staff else {})}
        if result.state != ResultState.NONE:
            states[ResultState.NONE] = _("as if nothing had been entered")
        self.hints = states
        labels = {ResultState.NONE: _("take back")}
        self._field("state").choices = [(state, labels.get(state, ResultState(state).label)) for state in states]
        for name in ("forfeited_by", "decided_for"):
            self._field(name).choices = list(zip(Side.values, names, strict=True))
        for number in range(1, self.periods + 1):
            for side, name in zip(Side.values, names, strict=True):
                self.fields[f"p{number}_{side}"] = Points(label=name)
        if not staff:
            del self.fields["note"]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def _initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {"version": self.result.version, "note": self.result.note.get(default_language(), "")}
        entered = self.result.state != ResultState.NONE
        found["state"] = self.result.state if entered else ResultState.PROVISIONAL
        found |= {"home": self.result.home_score, "away": self.result.away_score}
        found |= {"forfeited_by": self.result.forfeited_by, "decided_for": self.result.decided_for}
        regular = len(self.result.periods) - self.result.overtimes
        for place, pair in enumerate(self.result.periods):
            number = place + 1 if place < regular else self.regular + place - regular + 1
            found |= {f"p{number}_home": pair[0], f"p{number}_away": pair[1]}
        return found

    @property
    def periods(self) -> int:
        return self.regular + self.overtimes

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The periods for the template, overtimes last."""
        return [
            {
                "label": str(number) if number <= self.regular else self._overtime(number),
                "sides": [self[f"p{number}_{side}"] for side in Side.values],
                "overtime": number > self.regular,
            }
            for number in range(1, self.periods + 1)
        ]

    @property
    def has_overtime(self) -> bool:
        """Whether the overtimes are to be seen at once."""
        return any(field.value() not in (None, "") for row in self.rows if row["overtime"] for field in row["sides"])

    def _overtime(self, number: int) -> str:
        return gettext("OT %(number)d") % {"number": number - self.regular}

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The states, each with what it means."""
        chosen = self["state"].value()
        return [
            {"value": state, "label": label, "hint": self.hints[state], "chosen": state == chosen}
            for state, label in self._field("state").choices
        ]

    # What was entered

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        pairs = [self._pair(number, cleaned) for number in range(1, self.periods + 1)]
        for part in (range(self.regular), range(self.regular, self.periods)):
            filled = [place for place in part if pairs[place]]
            for place in part:
                if filled and place < filled[-1] and not pairs[place]:
                    self.add_error(f"p{place + 1}_home", gettext("Enter this one too: later ones are filled in."))
        regular, overtime = pairs[: self.regular], pairs[self.regular :]
        if any(overtime) and not all(regular) and self.sport not in BY_SETS:
            self.add_error(None, gettext("There is overtime: enter all periods before it."))
        cleaned["periods"] = [pair for pair in pairs if pair]
        cleaned["overtimes"] = sum(1 for pair in overtime if pair)
        return cleaned

    def _pair(self, number: int, cleaned: dict[str, Any]) -> list[int] | None:
        names = [f"p{number}_{side}" for side in Side.values]
        values = [cleaned.get(name) for name in names]
        if values == [None, None]:
            return None
        for name, value in zip(names, values, strict=True):
            if value is None and name not in self.errors:
                self.add_error(name, gettext("Enter the points of both sides; 0 if it made none."))
        return [value or 0 for value in values]

    def changes(self) -> dict[str, Any]:
        """As ``results.record`` takes them. Without a total it is what the periods make."""
        values = self.cleaned_data
        if values["state"] == ResultState.NONE:
            return {"state": ResultState.NONE}
        home, away = values["home"], values["away"]
        if home is None and away is None and values["periods"]:
            made = Result(event_id=self.result.event_id, periods=values["periods"])
            home, away = (int(part) for part in made.sums().split(":"))
        forfeited = values["state"] == ResultState.FORFEIT
        return {
            "state": values["state"],
            "home_score": home,
            "away_score": away,
            "periods": values["periods"],
            "overtimes": values["overtimes"],
            "forfeited_by": values["forfeited_by"] if forfeited else "",
            "decided_for": values.get("decided_for", "") if home is not None and home == away else "",
            **self._note(),
        }

    def _note(self) -> dict[str, Any]:
        if "note" not in self.fields:
            return {}
        rest = {tag: text for tag, text in self.result.note.items() if tag != default_language()}
        said = self.cleaned_data["note"].strip()
        return {"note": {default_language(): said, **rest} if said else rest}

    def refuse(self, error: ValidationError) -> None:
        """Shows what the rules said beside the fields, or above them. What was entered stays; where somebody else was
        quicker, the next attempt is made from what they entered."""
        if getattr(error, "code", None) == "stale":
            self.stale = result_of(self.result.event, self.result.uid)
            sent: Any = self.data
            self.data = sent.copy()
            self.data["version"] = str(self.stale.version)  # type: ignore[index]
            return
        by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, problems in by_field.items():
            shown = SHOWN_AS.get(name, name)
            self.add_error(shown if shown in self.fields else None, problems)
