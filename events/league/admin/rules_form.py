"""The rules of a table in a form: ready-made ones, or each by itself, the tie-breaks in their order."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.admin.merging import MergingForm
from events.league.admin.order_field import OrderField
from events.league.advancing import Advance
from events.league.models import Competition
from events.league.page_words import RULE_WORDS
from events.league.rules import PRESETS, TIE_BREAKS, Rules
from events.league.runners_up import ORDERS
from events.league.terms import advance_of, rules_of

OF_SPORT = "sport"
READY = {
    "fiba": _("FIBA (basketball): 2 for a win, 1 for a loss"),
    "football": _("FIFA (football): 3-1-0, goal difference first"),
    "uefa": _("UEFA (football): 3-1-0, head to head first"),
}
CHOICES = [("", _("as entered below")), (OF_SPORT, _("as is usual in the sport")), *READY.items()]
NUMBERS = ("win", "draw", "loss", "forfeit", "forfeit_score", "default_score")
RULES = (*NUMBERS, "tie_breaks", "restart", "forfeit_keeps_better")
OWN = frozenset({"preset", *RULES, "order", "against_last_counts"})


def _number(label: Any, help_text: Any = "", **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=999, help_text=help_text, **kwargs)


class RulesForm(MergingForm):
    """Ready-made rules fill in all of the others. What is left as it was stays."""

    preset = forms.ChoiceField(
        label=_("ready-made rules"),
        choices=CHOICES,
        required=False,
        help_text=_("Choose some to have all of the fields below filled in; or change these, and leave this alone."),
    )
    win = _number(_("points for a win"))
    draw = _number(_("points for a draw"), _("Empty: no match ends level."), required=False)
    loss = _number(_("points for a loss"))
    forfeit = _number(_("points for a match lost by forfeit"))
    forfeit_score = _number(_("score of a forfeit"), _("Counts to nothing: 20 is 20:0."))
    default_score = _number(_("score of a default"), _("Where a side cannot go on and does not lead already."))
    forfeit_keeps_better = forms.BooleanField(label=_("a clearer score at a forfeit stands"), required=False)
    restart = forms.BooleanField(
        label=_("after each step it begins anew for those who are still equal"), required=False
    )
    tie_breaks = OrderField(
        label=_("what decides between equal points, in this order"),
        words={name: RULE_WORDS[name] for name in TIE_BREAKS},
        places=9,
        required=False,
    )
    order = OrderField(
        label=_("what ranks runners-up of several groups"),
        words={name: RULE_WORDS[name] for name in ORDERS},
        places=5,
        required=False,
    )
    against_last_counts = forms.BooleanField(
        label=_("results against the last of larger groups count among runners-up"), required=False
    )

    class Meta:
        model = Competition
        fields = ("event", "sport", "advance", "best_runners_up", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(shown_rules(self.instance))

    def cleaned_stored(self, name: str) -> Any:
        return self.initial[name] if name in OWN else super().cleaned_stored(name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        single = [name for name in RULES if name in self.changed_data]
        if "preset" in self.changed_data and cleaned.get("preset") and single:
            message = _("Choose ready-made rules, or change the fields below; not both at once.")
            self.add_error("preset", ValidationError(message, code="both"))
        return cleaned

    def _post_clean(self) -> None:
        """The rules as they are stored, before the model looks at them."""
        if not self.errors:
            self.instance.rules = self._rules()
            self.instance.runners_up = self._runners_up()
        super()._post_clean()

    def _rules(self) -> dict[str, Any]:
        values, changed = self.cleaned_data, set(self.changed_data)
        if "preset" in changed and values["preset"]:
            return {} if values["preset"] == OF_SPORT else PRESETS[values["preset"]].to_json()
        if not changed & {"preset", *RULES}:
            return dict(self.instance.rules)
        return self._read(Rules, {name: values[name] for name in RULES}, dict(self.instance.rules))

    def _runners_up(self) -> dict[str, Any]:
        values = self.cleaned_data
        if not values["best_runners_up"]:
            return {}
        told = {name: values[name] for name in ("order", "against_last_counts")}
        counts = {"first": values["advance"], "runners_up": values["best_runners_up"]}
        read = self._read(Advance, counts | told, {})
        return {name: read[name] for name in told} if read else {}

    def _read(self, kind: Any, told: dict[str, Any], otherwise: dict[str, Any]) -> dict[str, Any]:
        """What is refused stands at the field that it is about."""
        try:
            found: dict[str, Any] = kind.from_json(told).to_json()
        except ValidationError as error:
            for name, messages in error.update_error_dict({}).items():
                self.add_error(name if name in self.fields else None, messages)
            return otherwise
        return found


def shown_rules(competition: Competition) -> dict[str, Any]:
    """What the form shows of the rules as they are stored, or of those that are usual."""
    try:
        rules, advance = rules_of(competition), advance_of(competition)
    except ValidationError:  # of another time: shown as if nothing were said
        rules, advance = rules_of(Competition(sport=competition.sport)), Advance()
    shown: dict[str, Any] = {name: getattr(rules, name) for name in RULES}
    shown["tie_breaks"] = list(rules.tie_breaks)
    shown["order"] = list(advance.order if competition.best_runners_up else Advance().order)
    shown["against_last_counts"] = advance.against_last_counts
    ready = next((name for name, preset in PRESETS.items() if preset == rules), "")
    shown["preset"] = OF_SPORT if not competition.rules else ready
    return shown
