"""``manage/teams``, ``manage/teams/{slug}`` and what publication does with one."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.keyset import Order
from core.api.manage import ManageView, answer, check_version, checked, field_names, held, sent_object, writes
from core.api.manage_roots import ManageAct, ManageList
from core.changes.lists import write_chosen, write_links
from core.changes.models import Act, log
from core.translations import default_language
from events.league.adopting import check_adoption
from events.league.models import Team, TeamImage, TeamLink
from events.league.serializers.manage_team import (
    LISTS,
    ManagedTeam,
    load_lists,
    shown_team,
    shown_teams,
    team_choices,
)
from events.views.manage.base import unit
from organizers.views.owners import only_organizer

MAY_NOT = {
    "editable_by": _("You may not change this team as it is now. Ask a publisher of its organizer."),
    "reviewable_by": _("You may not review this team."),
    "publishable_by": _("This shows at once, and you may not publish this team. Ask a publisher of its organizer."),
}


def held_team(request: Request, slug: str, word: str = "editable_by") -> Team:
    """For a write: readable, locked, and the user's to write; in this order."""
    team: Team = held(Team.objects.readable_by(request.user), slug=slug)
    _check_right(request, team, word)
    return team


def _check_right(request: Request, team: Team, word: str) -> None:
    if not getattr(Team.objects.filter(pk=team.pk), word)(request.user).exists():
        raise PermissionDenied(MAY_NOT[word])


def _write_lists(team: Team, sent: ManagedTeam) -> list[str]:
    """Those that were sent; returns which changed."""
    values, changed = sent.validated_data, []
    if "its_images" in values and write_chosen(TeamImage, "image", team, values["its_images"], "images"):
        changed.append("images")
    if "its_links" in values and write_links(TeamLink, team, values["its_links"]):
        changed.append("links")
    return changed


def _log(team: Team, verb: Act.Verb, request: Request, changed: list[str]) -> None:
    log(Team._base_manager.get(pk=team.pk), verb, by=request.user, at=unit().moment, fields=changed)


class ManageTeams(ManageList):
    """The teams that the user works on, drafts included, by name; a new one."""

    order = Order(("sort_key", "pk"))

    def rows(self, user: Any) -> QuerySet[Any]:
        rows = Team.objects.readable_by(user).by_name(default_language())
        return rows.select_related("organizer")

    def shown(self, rows: Iterable[Any], user: Any) -> list[dict[str, Any]]:
        return shown_teams(rows, user)

    @writes
    def post(self, request: Request) -> Response:
        if not request.user.has_perm("league.add_team"):
            raise PermissionDenied()
        choices = team_choices(request.user, sent_object(request))
        sent = ManagedTeam(data=request.data, partial=True, context={"choices": choices})
        sent.is_valid(raise_exception=True)
        team = Team()
        changed = sent.fill(team, leave=LISTS)
        if team.organizer_id is None:
            team.organizer = only_organizer(request.user)
        checked(team, self, sent.names(), exclude=["participant"])
        check_adoption(team, request.user)
        team.save()
        changed = [*field_names(Team, changed), *_write_lists(team, sent)]
        _log(team, Act.Verb.CREATED, request, changed)
        address = reverse("manage-team", args=[team.slug])
        return answer(shown_team(team, request.user), 201, Location=address)


class ManageTeam(ManageView):
    def get(self, request: Request, slug: str) -> Response:
        team = Team.objects.readable_by(request.user).filter(slug=slug).first()
        if team is None:
            raise NotFound()
        return answer(shown_team(team, request.user))

    @writes
    def patch(self, request: Request, slug: str) -> Response:
        team = held_team(request, slug)
        check_version(request, team.version, lambda: shown_team(team, request.user))
        load_lists([team])
        choices = team_choices(request.user, sent_object(request), team)
        sent = ManagedTeam(team, data=request.data, partial=True, context={"choices": choices})
        sent.is_valid(raise_exception=True)
        changed = field_names(Team, sent.fill(team, leave=LISTS))
        if changed:
            checked(team, self, sent.names())
            team.save()
            _check_right(request, team, "editable_by")  # also as it is now, with another organizer perhaps
        changed += _write_lists(team, sent)
        if changed:
            _log(team, Act.Verb.CHANGED, request, changed)
        return answer(shown_team(team, request.user))

    put = patch


class ManageTeamAct(ManageAct):
    def held(self, request: Request, slug: str, word: str) -> Team:
        return held_team(request, slug, word)

    def shown(self, row: Any, user: Any) -> dict[str, Any]:
        return shown_team(row, user)
