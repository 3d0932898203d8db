"""Writing what a plan says: all of it in one unit of work, or nothing."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.changes.edits import Edit, edit
from core.changes.models import Act, log
from events.freezing import DERIVED
from events.lineups import Entry, write_lineups
from events.models import Event, Slot
from events.releases import hold
from events.sheets.columns import Table
from events.sheets.planning import STORED, Plan, SheetPlan, make_plan
from events.sheets.rows import Row, State

P = TypeVar("P", bound=SheetPlan[Any])

LOGGED = "slots"  # the name in the log of acts, which keeps it in English


class NotImported(ValidationError):
    """Nothing was written; ``plan`` says why, row by row."""

    def __init__(self, plan: SheetPlan[Any], message: str, code: str) -> None:
        self.plan = plan
        super().__init__(message, code=code)


def carry_out(event: Event, table: Table, *, by: Any, expected: str | None = None, name: str = "") -> Plan:
    """Makes the event's draft what the table says; returns what was done. ``name``: of the file, for the log."""
    return all_or_nothing(
        event, lambda held: make_plan(held, table), lambda plan, unit: _write(plan, unit, by, name), by, expected
    )


def all_or_nothing(
    event: Event, make: Callable[[Event], P], write: Callable[[P, Edit], None], by: Any, expected: str | None
) -> P:
    """Makes the plan of the event that is held, and writes it; returns what was done.

    ``expected`` is the digest of the plan that was looked at: where the draft, a venue or a name has changed since so
    that something else would be written, nothing is. Raises NotImported (``wrong_rows``, ``stale``, or the code of what
    is wrong with the table).
    """
    with edit(by=by) as unit:
        plan = make(hold(event))
        if expected is not None and expected != plan.digest:
            message = _("Somebody changed the schedule meanwhile: nothing is written. Look at the rows again.")
            raise NotImported(plan, message, "stale")
        _refuse_unsound(plan)
        write(plan, unit)
    return plan


def _refuse_unsound(plan: SheetPlan[Any]) -> None:
    for problem in plan.problems:
        raise NotImported(plan, " ".join(problem.messages), problem.code or "invalid")
    wrong = plan.counts[State.WRONG]
    if wrong:
        message = ngettext(
            "%(count)d row is wrong: nothing is written.", "%(count)d rows are wrong: nothing is written.", wrong
        )
        raise NotImported(plan, message % {"count": wrong}, "wrong_rows")


def note_of(name: str, plan: SheetPlan[Any]) -> str:
    """For the log: ``season.xlsx +3 ~1``."""
    counts = plan.counts
    signs = (("+", counts[State.NEW]), ("~", counts[State.CHANGED]))
    return " ".join(part for part in (name, *(f"{sign}{count}" for sign, count in signs if count)) if part)


def _write(plan: Plan, unit: Edit, by: Any, name: str) -> None:
    event, new, changed = plan.event, plan.of(State.NEW), plan.of(State.CHANGED)
    if not new and not changed:
        return
    for row in (*new, *changed):
        row.slot.derive_times(event)
    Slot.objects.insert([row.slot for row in new])
    Slot.objects.rewrite([row.slot for row in changed], [*_different(changed), *DERIVED])
    write_lineups((row.slot, _entries(row)) for row in (*new, *changed) if row.lineup is not None)
    (*new, *changed)[0].slot.enter(unit)
    event.refresh_from_db(fields=["version"])
    log(event, Act.Verb.CHANGED, by=by, at=unit.moment, note=note_of(name, plan), fields=[LOGGED])


def _different(changed: list[Row]) -> list[str]:
    return [name for name in STORED if any(getattr(row.slot, name) != getattr(row.before, name) for row in changed)]


def _entries(row: Row) -> list[Entry]:
    return [Entry(who, role, place) for place, (who, role) in enumerate(row.lineup or [], start=1)]
