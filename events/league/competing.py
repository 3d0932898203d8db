"""The stages, groups and entries of a competition, brought to what an editor wants: rows that stay keep their keys.

The event is held by whoever calls this, inside a unit of work.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.changes.lists import save_row
from events.league.entries import entered_twice
from events.league.models import Entry, Group, Stage
from events.models import Event

Wanted = Mapping[str, list[dict[str, Any]]]


def write_parts(event: Event, wanted: Wanted) -> list[str]:
    """``{"stages": [...], "groups": [...], "entries": [...]}`` as ``ManagedCompetition`` has them: those given are made
    so. Returns which changed. Raises ValidationError with keys like ``entries.3.team``."""
    changed = []
    if "stages" in wanted and _write_stages(event, wanted["stages"]):
        changed.append("stages")
    if "groups" in wanted and _write_groups(event, wanted["groups"]):
        changed.append("groups")
    if "entries" in wanted and _write_entries(event, wanted["entries"]):
        changed.append("entries")
    # What is left out goes last: nothing that stays is in it any more.
    for name, model in (("groups", Group), ("stages", Stage)):
        if name in wanted and _drop(model, event, {each["slug"] for each in wanted[name]}, name):
            changed.append(name)
    return list(dict.fromkeys(changed))


def _write_stages(event: Event, wanted: list[dict[str, Any]]) -> bool:
    _refuse_repeated(wanted, "stages")
    there = {row.slug: row for row in Stage.objects.filter(event=event)}
    rows = [(there.get(each["slug"]) or Stage(event=event), each) for each in wanted]
    return _save(rows, "stages")


def _write_groups(event: Event, wanted: list[dict[str, Any]]) -> bool:
    _refuse_repeated(wanted, "groups")
    stages = {row.slug: row for row in Stage.objects.filter(event=event)}
    there = {row.slug: row for row in Group.objects.filter(event=event)}
    rows = []
    for place, each in enumerate(wanted):
        row = there.get(each["slug"]) or Group(event=event)
        if "stage" in each or row.pk is None:
            message = _("There is no such stage.")
            each = {**each, "stage": _named(stages, each.get("stage", ""), f"groups.{place}.stage", message)}
        rows.append((row, each))
    return _save(rows, "groups")


def _write_entries(event: Event, wanted: list[dict[str, Any]]) -> bool:
    groups = {row.slug: row for row in Group.objects.filter(event=event)}
    there = {row.team_id: row for row in Entry.objects.filter(event=event).select_related("team", "group")}
    rows = []
    for place, each in enumerate(wanted):
        row = there.get(each["team"].pk) or Entry(event=event)
        told = {"group": row.group, "seed": row.seed, **each}
        if each.get("group") is not None:
            message = _("There is no such group.")
            told["group"] = _named(groups, each["group"], f"entries.{place}.group", message)
        rows.append((row, told))
    _refuse_doubles([values for _row, values in rows])
    stay = {each["team"].pk for each in wanted}
    gone = [row for pk, row in there.items() if pk not in stay]
    for row in gone:
        if row.home_matches.exists() or row.away_matches.exists():
            message = _("“%(team)s” has matches: mark it as withdrawn instead.") % {"team": row}
            raise ValidationError({"entries": ValidationError(message, code="needed")})
        row.delete()
    moved = [row.pk for row, values in rows if row.pk and row.seed != values["seed"]]
    Entry._base_manager.filter(pk__in=moved).stamp(seed=None)  # seeds change hands without meeting
    return _save(rows, "entries", ordered=False) or bool(gone)


def _refuse_repeated(wanted: Iterable[dict[str, Any]], name: str) -> None:
    seen = set()
    for place, each in enumerate(wanted):
        if each["slug"] in seen:
            message = _("“%(slug)s” is there twice. Leave one of them out.") % {"slug": each["slug"]}
            raise ValidationError({f"{name}.{place}.slug": ValidationError(message, code="repeated")})
        seen.add(each["slug"])


def _refuse_doubles(wanted: list[dict[str, Any]]) -> None:
    by_team, by_seed = defaultdict(list), defaultdict(list)
    for place, each in enumerate(wanted):
        by_team[each["team"].pk].append(place)
        by_seed[each["seed"]].append(place)
    wrong: dict[str, ValidationError] = {}
    for places in by_team.values():
        if len(places) > 1:
            same = [(wanted[place]["team"], wanted[place]["group"]) for place in places]
            wrong |= {f"entries.{place}.team": entered_twice(same) for place in places}
    for seed, places in by_seed.items():
        for place in places if seed is not None and len(places) > 1 else ():
            names = ", ".join(str(wanted[each]["team"]) for each in places if each != place)
            message = _("Seed %(seed)d is that of %(teams)s too.") % {"seed": seed, "teams": names}
            wrong[f"entries.{place}.seed"] = ValidationError(message, code="seed_twice")
    if wrong:
        raise ValidationError(wrong)


def _named(rows: Mapping[str, Any], slug: str, field: str, message: str) -> Any:
    if slug not in rows:
        raise ValidationError({field: ValidationError(message, code="unknown")})
    return rows[slug]


def _save(rows: list[tuple[Any, dict[str, Any]]], name: str, *, ordered: bool = True) -> bool:
    changed = False
    for place, (row, values) in enumerate(rows):
        values = {**values, "position": place} if ordered else values
        if row.pk is None or any(getattr(row, each) != value for each, value in values.items()):
            for each, value in values.items():
                setattr(row, each, value)
            save_row(row, f"{name}.{place}")
            changed = True
    return changed


def _drop(model: Any, event: Event, kept: set[str], name: str) -> bool:
    gone = list(model.objects.filter(event=event).exclude(slug__in=kept))
    for row in gone:
        rows: Any = row.groups if isinstance(row, Stage) else row.entries
        needed_by = [str(each) for each in (*rows.all()[:5], *row.matches.all()[:5])]
        if needed_by:
            message = _("“%(part)s” has %(rows)s. Move or remove these first, and save.")
            words = {"part": row, "rows": ", ".join(needed_by)}
            raise ValidationError({name: ValidationError(message % words, code="needed")})
        row.delete()
    return bool(gone)
