"""The form of one exception."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.admin.merging import MergingForm
from venues.admin.week_form import DayInput
from venues.models.hours import STATES, HoursException
from venues.models.venue import Space, Venue
from venues.opening_hours import State

EXCEPTION_STATES = [("", _("choose…")), *STATES]


def open_where_hours(state: str, spans: Any) -> str:
    """Hours without a state are open."""
    return state or (State.OPEN.value if spans else "")


class ExceptionForm(MergingForm):
    class Meta:
        model = HoursException
        fields = ["first", "last", "state", "spans", "reason", "service", "space"]
        widgets = {"first": DayInput, "last": DayInput}

    def __init__(self, venue: Venue, row: HoursException | None, spaces: Iterable[Space], data: Any = None) -> None:
        super().__init__(data, prefix="x", instance=row or HoursException(venue=venue, state=""))
        space: Any = self.fields["space"]
        space.queryset = Space._base_manager.filter(venue=venue)
        self.fields["state"] = forms.ChoiceField(
            choices=EXCEPTION_STATES, required=False, label=self.fields["state"].label
        )
        self.fields["state"].show_hidden_initial = self.fields["first"].show_hidden_initial
        self.fields["spans"].widget.attrs.update(placeholder="9:00-16:30 (16:00)", autocomplete="off")
        if not list(spaces):
            del self.fields["space"]

    def clean_state(self) -> str:
        # The hours stand behind the state, and are not read yet.
        typed = (self.data.get(self.add_prefix("spans")) or "").strip()
        state = open_where_hours(self.cleaned_data.get("state", ""), typed)
        if not state:
            raise forms.ValidationError(_("Choose a state, or enter the hours."), code="required")
        return state
