"""Who is in a competition, and in which groups."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.changes.edits import edit
from events.league.models import Competition, Entry, Group, Stage, StageKind, Team
from events.league.page_words import group_name, stage_name
from events.models import Event
from events.releases import hold

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def entries_of(event: Event) -> QuerySet[Any]:
    """With their teams: by group, who has none last; then by seed, and as they were entered."""
    rows: QuerySet[Any] = Entry._base_manager.filter(event=event).select_related("team", "group")
    order = (F(name).asc(nulls_last=True) for name in ("group__position", "group", "seed"))
    return rows.order_by(*order, "pk")


def entered_twice(rows: Sequence[tuple[Team, Group | None]]) -> ValidationError:
    """About a team that is to be in a competition several times: in which groups."""
    groups = ", ".join(str(group) if group else _("no group") for _team, group in rows)
    message = _("“%(team)s” is there %(times)d times: in %(groups)s. A team is in one group; keep one row.")
    return ValidationError(message % {"team": rows[0][0], "times": len(rows), "groups": groups}, code="twice")


def make_groups(event: Event, count: int, *, by: Any) -> list[Group]:
    """So many more groups, named by the next letters, in the event's stage of groups, which is made where there is
    none. Raises ValidationError where the letters do not suffice."""
    with edit(by=by):
        event = hold(event)
        taken = set(Group.objects.filter(event=event).values_list("slug", flat=True))
        free = [letter for letter in LETTERS if letter.lower() not in taken]
        if not 1 <= count <= len(free):
            message = ngettext(
                "There is a letter for %(count)d more group.", "There are letters for %(count)d more groups.", len(free)
            )
            raise ValidationError(message % {"count": len(free)}, code="count")
        Competition.objects.get_or_create(event=event)
        stage = stage_of_groups(event)
        last = Group.objects.filter(event=event).aggregate(last=Max("position"))["last"] or 0
        made = []
        for place, letter in enumerate(free[:count], start=last + 1):
            group = Group(event=event, stage=stage, slug=letter.lower(), name=group_name(letter), position=place)
            group.full_clean()
            group.save()
            made.append(group)
        return made


def stage_of_groups(event: Event) -> Stage:
    """The first stage that is played in groups, made where there is none."""
    stage = Stage.objects.filter(event=event, kind=StageKind.GROUPS).first()
    if stage is None:
        stage = Stage(event=event, slug="groups", name=stage_name(), kind=StageKind.GROUPS)
        stage.full_clean()
        stage.save()
    return stage
