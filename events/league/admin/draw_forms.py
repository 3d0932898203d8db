"""The three steps in which a season is made, each a form: what it would do is shown before it does it."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.merging import sensible_year
from events.league import drawing, producing, scheduling
from events.league.drawing import LAST_NUMBER, Draw
from events.league.entrants import Field
from events.league.entries import LETTERS
from events.league.models import Match, Stage, StageKind
from events.league.producing import MOST_LEGS, MOST_TEAMS, Made
from events.league.scheduling import Scheduled, Windows
from events.league.timetabling import Terms
from events.models import Event
from events.placing import places_of
from events.times import parse_times
from venues.admin.week_form import DayInput

NUMBERS = 1_000_000


class StepForm(forms.Form):
    """``seen``: the event's version that the preview was made of, once there is one."""

    step: ClassVar[str]
    kind: ClassVar[StageKind | None] = None

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, event: Event, stages: Iterable[Stage], data: Any = None) -> None:
        super().__init__(data, prefix=self.step)
        self.event = event
        self.stages = [stage for stage in stages if self.kind in (None, stage.kind)]
        self.choose_from()

    def choose_from(self) -> None:
        """Sets what there is to choose. Which stage is asked only where there are several."""
        field: Any = self.fields["stage"]
        field.choices = [(stage.slug, str(stage)) for stage in self.stages]
        if len(self.stages) < 2:
            del self.fields["stage"]

    def chosen_stage(self) -> Stage:
        assert self.kind is not None
        return drawing.stage_of(self.event, self.kind, self.cleaned_data.get("stage") or "")

    def preview(self) -> Any:
        """What it would do. Raises ValidationError, by field."""
        raise NotImplementedError(f"{type(self).__name__} shows nothing")

    def write(self, by: Any) -> str:
        """Does it; returns what to say. Raises ValidationError, by field."""
        raise NotImplementedError(f"{type(self).__name__} does nothing")

    def refuse(self, error: ValidationError) -> None:
        """Shows what was said beside the fields of the form, or above them."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, problems in by_field.items():
            self.add_error(name if name in self.fields else None, cast(Any, problems))


def _stage_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("stage"))


def _number_field(**how: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("number of the draw"),
        min_value=0,
        max_value=LAST_NUMBER,
        initial=lambda: secrets.randbelow(NUMBERS),
        **how,
    )


class DrawForm(StepForm):
    step = "draw"
    kind = StageKind.GROUPS

    stage = _stage_field()
    count = forms.IntegerField(label=gettext_lazy("number of groups"), min_value=1, max_value=len(LETTERS), initial=4)
    number = _number_field(
        help_text=gettext_lazy("The same number draws the same again. Let somebody name it in front of the teams.")
    )

    def choose_from(self) -> None:
        super().choose_from()
        there = sum(stage.groups.count() for stage in self.stages)
        self.initial = {"count": there} if there else {}

    def _asked(self) -> tuple[Stage, int, int]:
        return self.chosen_stage(), self.cleaned_data["count"], self.cleaned_data["number"]

    def preview(self) -> Draw:
        return drawing.drawn(self.event, *self._asked())

    def write(self, by: Any) -> str:
        made = drawing.draw_groups(self.event, *self._asked(), by)
        text = _("%(teams)d teams are drawn into %(groups)d groups. Visitors see them at once.")
        return text % {"teams": made.teams, "groups": len(made.groups)}


class GroupMatchesForm(StepForm):
    step = "groups"
    kind = StageKind.GROUPS

    stage = _stage_field()
    legs = forms.IntegerField(
        label=gettext_lazy("legs"),
        min_value=1,
        max_value=MOST_LEGS,
        initial=1,
        help_text=gettext_lazy("How often each meets each; in the second leg home and away change."),
    )

    def preview(self) -> Made:
        return producing.group_matches(self.chosen_stage(), self.cleaned_data["legs"])

    def write(self, by: Any) -> str:
        return _said(producing.make_group_matches(self.chosen_stage(), self.cleaned_data["legs"], by))


class KnockOutForm(StepForm):
    step = "finals"
    kind = StageKind.KNOCK_OUT

    stage = _stage_field()
    of = forms.ChoiceField(label=gettext_lazy("who plays it"), choices=Field.choices)
    size = forms.IntegerField(
        label=gettext_lazy("how many of the seeds"),
        min_value=2,
        max_value=MOST_TEAMS,
        required=False,
        help_text=gettext_lazy("Empty: all of them. Of the groups the rules say how many go on."),
    )
    third_place = forms.BooleanField(label=gettext_lazy("with a match for the third place"), required=False)
    number = _number_field(
        required=False,
        help_text=gettext_lazy("Only for all teams: it draws the order of those that are not seeded."),
    )

    def _asked(self) -> dict[str, Any]:
        values = self.cleaned_data
        by_lot = values["of"] == Field.ENTRIES
        return {
            "of": Field(values["of"]),
            "size": values["size"] if values["of"] == Field.SEEDS else None,
            "third_place": values["third_place"],
            "seed_number": values["number"] if by_lot else None,
        }

    def preview(self) -> Made:
        return producing.knock_out(self.chosen_stage(), **self._asked())

    def write(self, by: Any) -> str:
        return _said(producing.make_knock_out(self.chosen_stage(), by=by, **self._asked()))


def _said(made: Made) -> str:
    text = _("%(count)d matches are made, as drafts without a time.")
    return text % {"count": len(made.matches)}


class CalendarForm(StepForm):
    """``stage``: whose matches, as far as they have no time; empty: all of them."""

    step = "calendar"

    stage = forms.ChoiceField(label=gettext_lazy("matches"), required=False)
    first = forms.DateField(label=gettext_lazy("first day"), widget=DayInput, validators=[sensible_year])
    last = forms.DateField(label=gettext_lazy("last day"), widget=DayInput, validators=[sensible_year])
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("days of the week"),
        coerce=int,
        choices=[(str(day), WEEKDAYS_ABBR[day]) for day in range(7)],
        widget=forms.CheckboxSelectMultiple,
        initial=[str(day) for day in range(7)],
    )
    times = forms.CharField(
        label=gettext_lazy("starts at"),
        max_length=400,
        widget=forms.TextInput(attrs={"placeholder": "09:00, 10:30, 14:00", "autocomplete": "off"}),
        help_text=gettext_lazy("Several with commas; after midnight they count on: 25:30."),
    )
    spaces = forms.MultipleChoiceField(label=gettext_lazy("where"), widget=forms.CheckboxSelectMultiple)
    length = forms.IntegerField(label=gettext_lazy("minutes of a match"), min_value=1, max_value=1440, initial=90)
    rest = forms.IntegerField(
        label=gettext_lazy("minutes of rest for a team"), min_value=0, max_value=43200, initial=60
    )
    one_a_day = forms.BooleanField(label=gettext_lazy("no team plays twice on a day"), required=False, initial=True)

    def choose_from(self) -> None:
        fields: Any = self.fields
        fields["stage"].choices = [
            ("", _("all that have no time")),
            *((stage.slug, str(stage)) for stage in self.stages),
        ]
        places = places_of(self.event)
        fields["spaces"].choices = [(key, str(place)) for key, place in places.items()]
        rooms = [key for key, place in places.items() if place.space is not None]
        self.initial = {"first": self.event.starts_on, "last": self.event.ends_on, "spaces": rooms or list(places)}

    def clean_times(self) -> tuple[int, ...]:
        times = parse_times(self.cleaned_data["times"])
        if any(time.end is not None for time in times):
            raise ValidationError(_("Enter starts only: how long a match takes is said below."))
        return tuple(time.start for time in times)

    def _asked(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "uids": self._uids(values["stage"]),
            "windows": Windows(values["first"], values["last"], frozenset(values["weekdays"]), values["times"]),
            "spaces": values["spaces"],
            "terms": Terms(timedelta(minutes=values["length"]), timedelta(minutes=values["rest"]), values["one_a_day"]),
        }

    def _uids(self, stage: str) -> list[Any] | None:
        if not stage:
            return None
        rows = Match.objects.filter(stage__event=self.event, stage__slug=stage)
        return list(rows.filter(slot__starts_at=None, slot__on_date=None).values_list("slot__uid", flat=True)) or None

    def preview(self) -> Scheduled:
        return scheduling.scheduled(self.event, **self._asked())

    def write(self, by: Any) -> str:
        made = scheduling.schedule(self.event, by=by, **self._asked())
        text = _("%(placed)d matches have a time now, as drafts; for %(left)d there was no room.")
        return text % {"placed": len(made.placed), "left": len(made.left)}


STEPS: tuple[type[StepForm], ...] = (DrawForm, GroupMatchesForm, KnockOutForm, CalendarForm)
