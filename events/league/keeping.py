"""What the league does when something happens to slots: see ``events.details``."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.changes.edits import Edit
from events import drafts
from events.details import Keeper, detail_of
from events.league.matches import FIELDS, refresh, without_match
from events.league.models import Entry, Group, Match, Side, Stage
from events.league.results import load_results, resolve
from events.models import Event, Slot, SlotKind


def restored(event: Event, slots: list[Slot], unit: Edit) -> None:
    """Brings the matches into line with drafts that say again what an older release said.

    What that needs may be gone by now, a stage, a group or an entry: then the draft is no match any more, and the log
    says so.
    """
    stored = {row.slot_id: row for part in drafts.parts([slot.pk for slot in slots]) for row in _matches(part)}
    rows = _Rows(event)
    kept: list[Match] = []
    lost: list[Slot] = []
    for slot in slots:
        told = detail_of(slot, "match")
        row = stored.get(slot.pk) or Match(slot=slot)
        if told is not None and rows.fill(row, told):
            stored.pop(slot.pk, None)
            kept.append(row)
        elif told is not None:
            lost.append(slot)
    for part in drafts.parts([row.pk for row in stored.values()]):
        Match.objects.filter(pk__in=part).drop()
    new = [row for row in kept if row.pk is None]
    Match.objects.rewrite([row for row in kept if row.pk is not None], FIELDS)
    Match.objects.insert(new)
    _forget(event, lost, unit)


def _matches(slots: list[int]) -> Any:
    return Match.objects.filter(slot__in=slots)


def _forget(event: Event, slots: list[Slot], unit: Edit) -> None:
    for slot in slots:
        slot.detail = without_match(slot)
    if slots:
        Slot.objects.rewrite(slots, ["detail"])
        names = ", ".join(drafts.named(slot) for slot in slots[:5])
        note = _("No matches any more, for their stage, group or teams are gone: %(slots)s") % {"slots": names}
        drafts.note_change(event, "matches", unit, by=unit.by, note=note)


class _Rows:
    """The event's stages, groups and entries by the names that a detail has for them."""

    def __init__(self, event: Event) -> None:
        self.stages = {row.slug: row for row in Stage.objects.filter(event=event)}
        self.groups = {row.slug: row for row in Group.objects.filter(event=event)}
        self.entries = {row.team.slug: row for row in Entry.objects.filter(event=event).select_related("team")}

    def fill(self, row: Match, told: Mapping[str, Any]) -> bool:
        """False where something that it names is gone."""
        group = told["group"]["slug"] if told["group"] else None
        stage = self.stages.get(told["stage"]["slug"])
        if stage is None or (group is not None and group not in self.groups):
            return False
        row.stage, row.group = stage, self.groups[group] if group is not None else None
        row.round, row.round_name = told["round"]["number"], told["round"]["name"]
        row.number, row.leg, row.officials = told["number"], told["leg"], told["officials"]
        return all(self._fill_side(row, side, told[side]) for side in Side.values)

    def _fill_side(self, row: Match, side: str, told: Mapping[str, Any] | None) -> bool:
        team = told["team"] if told and "team" in told else None
        if team is not None and team not in self.entries:
            return False
        setattr(row, side, self.entries[team] if team is not None else None)
        setattr(row, f"{side}_source", told if team is None else None)
        return True


def drafted(event: Event, unit: Edit) -> None:
    """A slot that was deleted took its match along: others no longer feed it, and wait for it in vain. Who was put in
    by hand against the match is left to be told as a conflict."""
    if event.slots.filter(slot_kind=SlotKind.MATCH, detail__match__isnull=False).exists():
        refresh(event, unit, line_ups_too=False)


def settle_events(slugs: list[str], unit: Edit) -> None:
    """An entry, a lot or a rule of a competition was changed, or the name of a group: who has reached which match may
    follow from that, and what the drafts say."""
    for event in Event._base_manager.filter(slug__in=slugs, competition__isnull=False):
        resolve(event, unit)


KEEPER = Keeper(drafted=drafted, released=resolve, restored=restored, load=load_results)
