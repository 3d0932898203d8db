"""How a season is made: ``manage/events/{slug}/draw``, ``…/matches`` and ``…/timetable``. With ``dry_run`` they only
tell what they would do, and need no version."""

import secrets
from datetime import timedelta
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from core.api.manage import ManageView, answer, check_version, has_version, writes
from events.league import drawing, producing, scheduling
from events.league.drawing import stage_of
from events.league.entrants import Field
from events.league.models import StageKind
from events.league.serializers.manage_season import (
    DrawShape,
    MatchesShape,
    SeasonShape,
    TimetableShape,
    draw_shape,
    keys_of,
    made_shape,
    timetable_shape,
    windows_of,
)
from events.league.timetabling import Terms
from events.models import Event
from events.serializers.manage_event import shown_event
from events.views.manage.base import AT_ODDS, held_event, ruled

NUMBERS = 1_000_000
Values = dict[str, Any]


class SeasonAct(ManageView):
    shape: ClassVar[type[SeasonShape]]

    @writes
    def post(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug)
        sent = self.shape(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = dict(sent.validated_data)
        dry = asked.pop("dry_run")
        if not dry or has_version(request):
            check_version(request, event.version, lambda: shown_event(event, request.user))
        with ruled(self, at_odds=AT_ODDS | {"has_matches"}):
            told = self.do(event, asked, dry)
        event.refresh_from_db(fields=["version"])
        return answer({"event": {"slug": event.slug}, "version": event.version, "dry_run": dry, **told})

    def do(self, event: Event, asked: Values, dry: bool) -> Values:
        raise NotImplementedError(f"{type(self).__name__} does nothing")


class ManageDraw(SeasonAct):
    shape = DrawShape

    def do(self, event: Event, asked: Values, dry: bool) -> Values:
        stage = stage_of(event, StageKind.GROUPS, asked["stage"])
        number = secrets.randbelow(NUMBERS) if asked["number"] is None else asked["number"]
        if dry:
            return draw_shape(drawing.drawn(event, stage, asked["count"], number))
        return draw_shape(drawing.draw_groups(event, stage, asked["count"], number, self.request.user))


class ManageMatches(SeasonAct):
    shape = MatchesShape

    def do(self, event: Event, asked: Values, dry: bool) -> Values:
        stage, by = stage_of(event, StageKind(asked["kind"]), asked["stage"]), self.request.user
        if asked["kind"] == StageKind.GROUPS:
            legs = asked["legs"]
            return made_shape(
                producing.group_matches(stage, legs) if dry else producing.make_group_matches(stage, legs, by)
            )
        how = {"size": asked["size"], "third_place": asked["third_place"], "seed_number": asked["number"]}
        of = Field(asked["of"])
        return made_shape(
            producing.knock_out(stage, of, **how) if dry else producing.make_knock_out(stage, of, by, **how)
        )


class ManageTimetable(SeasonAct):
    shape = TimetableShape

    def do(self, event: Event, asked: Values, dry: bool) -> Values:
        terms = Terms(timedelta(minutes=asked["length"]), timedelta(minutes=asked["rest"]), asked["one_a_day"])
        how = (event, asked["slots"], windows_of(asked), keys_of(event, asked["spaces"]), terms)
        return timetable_shape(scheduling.scheduled(*how) if dry else scheduling.schedule(*how, self.request.user))
