"""``/events/{slug}/standings`` and ``/events/{slug}/bracket``."""

from types import SimpleNamespace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound

from core.api.ask import Ask
from core.api.filters import Parameter, parse_slug, read_parameters
from core.api.problems import BadRequest, FieldProblem
from core.api.views import DetailView
from events.league.knowledge import match_of
from events.league.models import Competition, Stage, TeamImage
from events.league.serializers.table import BracketItem, StandingsItem
from events.league.tables import rounds_of, standings_of, teams_in
from events.models import Event, EventImage, SlotKind
from events.views.slot import load_slots, slots
from media.serializers import load_pictures


class OfCompetition(DetailView):
    """The base of what is told of an event's competition."""

    parameters: ClassVar[dict[str, Parameter]] = {
        "stage": Parameter(parse_slug, {"type": "string"}, "Only this stage of the competition.")
    }

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Event.objects.visible()

    def stage(self, ask: Ask, event: Event) -> tuple[list[Stage], str | None]:
        """All stages, and the slug of the one that is asked for. Raises NotFound, BadRequest."""
        if not Competition.objects.filter(event=event).exists():
            raise NotFound(_("Nothing is played out in this event: it has no tables and no bracket."))
        known = list(Stage.objects.filter(event=event).order_by("position", "pk"))
        asked: str | None = read_parameters(ask.params, self.parameters).get("stage")
        if asked is not None and asked not in {stage.slug for stage in known}:
            message = _("The event has these stages: %(known)s.") % {"known": ", ".join(stage.slug for stage in known)}
            raise BadRequest([FieldProblem("stage", "invalid_choice", message)])
        return known, asked


class EventStandings(OfCompetition):
    """The tables of the groups, computed from the released matches and their confirmed results."""

    serializer_class = StandingsItem  # type: ignore[assignment]
    common: ClassVar[frozenset[str]] = frozenset({"lang"})

    def shown(self, row: Any, ask: Ask) -> Any:
        _stages, asked = self.stage(ask, row)
        found = standings_of(row, ask.moment, asked)
        assert found is not None  # there is a competition
        load_pictures(EventImage, [row])
        load_pictures(TeamImage, teams_in(found))
        return found


class EventBracket(OfCompetition):
    """The matches of the knock-out by round, each as ``/slots`` shows it."""

    serializer_class = BracketItem  # type: ignore[assignment]
    common: ClassVar[frozenset[str]] = frozenset({"lang", "coords"})
    shows_clock = True

    def shown(self, row: Any, ask: Ask) -> Any:
        stages, asked = self.stage(ask, row)
        found = slots().filter(event=row, slot_kind=SlotKind.MATCH, detail__isnull=False)
        rounds = rounds_of(stages, [slot for slot in found if match_of(slot)], asked)
        matches = [slot for each in rounds for slot in each.matches]
        load_pictures(EventImage, [row])
        load_slots(matches, ask)
        return SimpleNamespace(event=row, rounds=rounds)
