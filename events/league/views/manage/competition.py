"""``manage/events/{slug}/competition``: its rules, stages, groups and entries, with the version of the event."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from core.api.manage import ManageView, answer, check_version, checked, field_names, sent_object, writes
from core.api.managed import slugs_in
from core.changes.models import Act, log
from events.league.competing import write_parts
from events.league.models import Competition, Team
from events.league.serializers.manage_competition import (
    LISTS,
    ManagedCompetition,
    load_competition,
    shown_competition,
)
from events.models import Event
from events.views.manage.base import event_of, held_event, unit


def team_choices(user: Any, competition: Any, sent: dict[str, Any]) -> dict[str, dict[str, Team]]:
    """Whom the user may enter of those that were sent, and who is entered already."""
    entries = sent.get("entries")
    named = (
        slugs_in(each.get("team") for each in entries if isinstance(each, dict)) if isinstance(entries, list) else ()
    )
    found = {team.slug: team for team in Team.objects.choosable_by(user).filter(slug__in=named)}
    return {"teams": found | {entry.team.slug: entry.team for entry in competition.its_entries}}


class ManageCompetition(ManageView):
    """There from the start: an event that plays nothing yet has an empty one."""

    def get(self, request: Request, slug: str) -> Response:
        return answer(shown_competition(event_of(request.user, slug)))

    @writes
    def patch(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug)
        check_version(request, event.version, lambda: shown_competition(event))
        competition = load_competition(event)
        choices = team_choices(request.user, competition, sent_object(request))
        sent = ManagedCompetition(competition, data=request.data, partial=True, context={"choices": choices})
        sent.is_valid(raise_exception=True)
        changed = field_names(Competition, sent.fill(competition, leave=LISTS))
        if changed or competition.pk is None:
            checked(competition, self, sent.names())
            competition.save()
        names = {name: sent.names()[name] for name in LISTS if name in sent.validated_data}
        changed += write_parts(event, {names[name]: sent.validated_data[name] for name in names})
        if changed:
            stored = Event._base_manager.get(pk=event.pk)
            log(stored, Act.Verb.CHANGED, by=request.user, at=unit().moment, fields=changed)
        return answer(shown_competition(event))

    put = patch
