"""Results: entered live, each with a version of its own, outside of every release.

Confirming one may tell who plays later: those sides are filled in at once, in the draft and in what is out alike, so
that nothing looks unreleased. A correction that is allowed puts others there; taking a result back empties them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.changes.edits import Edit, edit
from core.changes.models import Act, log
from events.league.knowledge import Knowledge, know, match_of, released_matches
from events.league.matches import BILLING, refresh
from events.league.models import Match, Result, ResultState, Side
from events.models import Event, Participant, ReleasedSlot, SlotStatus
from events.releases import hold

FIELDS = """
    state home_score away_score periods overtimes forfeited_by decided_for note
""".split()
EMPTY: dict[str, Any] = {
    "home_score": None,
    "away_score": None,
    "periods": [],
    "overtimes": 0,
    "forfeited_by": "",
    "decided_for": "",
}
# What a rule says about the state of things, not about what was sent.
AT_ODDS = frozenset({"unreleased", "no_match", "cancelled", "placeholder", "stale", "downstream_started"})


def result_of(event: Event, uid: UUID) -> Result:
    """The stored one, or an empty one that nobody stored."""
    return Result.objects.filter(event=event, uid=uid).first() or Result(event=event, uid=uid)


def record(
    event: Event,
    uid: UUID,
    changes: Mapping[str, Any],
    by: Any,
    expected_version: int | None,
    scorer: str = "",
) -> Result:
    """Enters, corrects or takes back the result of a released match; what is not among ``changes`` stays.

    ``changes`` are fields of a result; ``{"state": "none"}`` takes it back. ``expected_version`` is that of the result
    which was looked at, 0 where there was none. ``scorer``: the label of the link that it was entered with.

    Raises ValidationError, by field where the score cannot be; with a code of ``AT_ODDS`` where the match is not
    released (``unreleased``), none (``no_match``) or called off, a side is not known yet (``placeholder``), the result
    is another (``stale``), or somebody would advance who did not, and the later match has begun
    (``downstream_started``). Then nothing has been written.
    """
    with edit(by=by) as unit:
        event = hold(event)
        result = result_of(event, uid)
        if expected_version is not None and expected_version != result.version:
            raise ValidationError(_("Somebody entered this result meanwhile. Look at it again."), code="stale")
        before = know(event)
        row = _row(event, uid, before)
        if not _fill(result, changes):
            return result
        if result.state != ResultState.NONE:
            _check_match(row, before)
        _check(result, row, before)
        after = before.with_result(result)
        _refuse_if_begun(replace(before, keeps=False), replace(after, keeps=False), unit)
        result.entered_by, result.scorer = by if getattr(by, "pk", None) else None, scorer
        result.save()
        log(event, Act.Verb.CHANGED, by=by, at=unit.moment, note=_told(row, result), fields=["result"])
        if before.sides != after.sides:
            fill_sides(event, after, unit)
    return result


def _row(event: Event, uid: UUID, known: Knowledge) -> ReleasedSlot:
    row = known.rows.get(uid)
    if row is not None:
        return row
    if event.released_slots.current().filter(uid=uid).exists():
        raise ValidationError(_("This slot is no match."), code="no_match")
    raise ValidationError(_("Visitors do not know this match yet. Release it first."), code="unreleased")


def _fill(result: Result, changes: Mapping[str, Any]) -> bool:
    """Whether anything is another than it was."""
    wanted = {name: value for name, value in changes.items() if name in FIELDS}
    state = wanted.get("state", result.state)
    if state == ResultState.NONE:
        wanted = {**EMPTY, "note": {}, "state": state}
    elif state != ResultState.FORFEIT:
        wanted.setdefault("forfeited_by", "")
    changed = {name: value for name, value in wanted.items() if getattr(result, name) != value}
    for name, value in changed.items():
        setattr(result, name, value)
    return bool(changed)


# What is refused


def _check_match(row: ReleasedSlot, known: Knowledge) -> None:
    if row.status == SlotStatus.CANCELLED:
        raise ValidationError(_("The match is cancelled. Reinstate it first."), code="cancelled")
    if any((row.uid, side) not in known.sides for side in Side.values):
        text = _("It is not known yet who plays. Confirm the matches before it first.")
        raise ValidationError(text, code="placeholder")


def _check(result: Result, row: ReleasedSlot, known: Knowledge) -> None:
    """Raises ValidationError, by field."""
    result.full_clean(exclude=["event", "uid"], validate_unique=False, validate_constraints=False)
    _check_overtimes(result, row)
    _check_level(result, row, known)


def _check_level(result: Result, row: ReleasedSlot, known: Knowledge) -> None:
    """In a knock-out somebody goes on; in a group a match that is level is a draw, or played on."""
    knock_out = known.is_knock_out(row)
    if result.decided_for and not knock_out:
        text = _("Only matches of a knock-out are decided by penalties or lots. Choose nobody here.")
        raise ValidationError({"decided_for": ValidationError(text, code="invalid")})
    level = result.home_score is not None and result.home_score == result.away_score
    if result.state != ResultState.CONFIRMED or not level or result.decided_for:
        return
    if knock_out:
        text = _("Somebody goes on: say for which side it was decided, by penalties or lots.")
        raise ValidationError({"decided_for": ValidationError(text, code="level")})
    if known.rules.draw is None:
        text = _("By these rules no match ends level. Enter the points after overtime.")
        raise ValidationError({"away_score": ValidationError(text, code="level")})


def _check_overtimes(result: Result, row: ReleasedSlot) -> None:
    """Each overtime follows a level score; after a second leg the sum of both was level."""
    if not result.overtimes or match_of(row)["leg"] != 1:
        return
    played = len(result.periods) - result.overtimes
    before_each = (result.periods[:count] for count in range(played, len(result.periods)))
    if any(len({sum(side) for side in zip(*periods, strict=True)}) > 1 for periods in before_each):
        text = _("Overtime follows a level score, and these periods before it are not level.")
        raise ValidationError({"overtimes": ValidationError(text, code="invalid")})


def _refuse_if_begun(before: Knowledge, after: Knowledge, unit: Edit) -> None:
    """A later match in which somebody else would play, or nobody, must not have begun."""
    upset = {uid for (uid, side), team in before.sides.items() if after.sides.get((uid, side)) != team}
    upset |= _placed_by_hand(before, after)
    begun = [before.rows[uid] for uid in upset if _has_begun(before.rows[uid], before, unit)]
    if begun:
        numbers = ", ".join(str(match_of(row)["number"]) for row in begun)
        text = _("Others would advance, and match %(numbers)s has begun. Make that match void first, if it must be.")
        raise ValidationError(text % {"numbers": numbers}, code="downstream_started")


def _placed_by_hand(before: Knowledge, after: Knowledge) -> set[UUID]:
    """Knock-out matches into which a team was put that would not be among those who go on any more."""
    lost = {team for stage, each in before.ahead.items() for team in each.advances - after.ahead[stage].advances}
    return {
        row.uid
        for row in (before.rows.values() if lost else ())
        if before.is_knock_out(row) and {(match_of(row)[side] or {}).get("team") for side in Side.values} & lost
    }


def _has_begun(row: ReleasedSlot, known: Knowledge, unit: Edit) -> bool:
    result = known.results.get(row.uid)
    if result is not None and result.state not in (ResultState.NONE, ResultState.VOID):
        return True
    if row.status not in (SlotStatus.SCHEDULED, SlotStatus.TENTATIVE):
        return False
    return (row.starts_at or row.sort_end) <= unit.moment


def _told(row: ReleasedSlot, result: Result) -> str:
    """“12: 68:65 confirmed (Court 2)”."""
    score = f"{result.home_score}:{result.away_score} " if result.home_score is not None else ""
    by = f" ({result.scorer})" if result.scorer else ""
    return f"{match_of(row)['number']}: {score}{result.get_state_display()}{by}"


# Who plays later


def resolve(event: Event, unit: Edit) -> None:
    """Fills in who has reached which match, as the results are by now."""
    matches = released_matches(event)
    if matches:
        fill_sides(event, know(event, matches), unit)
    elif Match.objects.filter(slot__event=event).exists():
        refresh(event, unit)


def fill_sides(event: Event, known: Knowledge, unit: Edit) -> None:
    """In what is out and in the drafts alike; a release has nothing to add to that."""
    changed = [row for row in known.rows.values() if _fill_row(row, known)]
    for row in changed:
        row.version += 1
        row.updated_at = unit.moment
    ReleasedSlot.objects.rewrite(changed, ["participants", "version", "updated_at"])
    refresh(event, unit, known.on_side)


def _fill_row(row: ReleasedSlot, known: Knowledge) -> bool:
    match = match_of(row)
    open_sides = [side for side in Side.values if "team" not in (match[side] or {"team": None})]
    people = [each for each in row.participants if each["role"] not in open_sides]
    for side in open_sides:
        entry = known.entries.get(known.sides.get((row.uid, side), ""))
        if entry is not None:
            people.append(_frozen(entry.team.participant, side))
    people.sort(key=lambda each: each["billing"])
    changed = people != row.participants
    row.participants = people
    return changed


def _frozen(who: Participant, side: str) -> dict[str, Any]:
    """As a release freezes it."""
    told = {"slug": who.slug, "kind": who.kind, "name": who.name, "role": side, "billing": BILLING[side]}
    return {**told, "url": who.url} if who.url else told


# What is shown of them


def load_results(slots: Iterable[ReleasedSlot]) -> None:
    """Sets ``result`` of those that are out, in the contract's shape. One query, by event."""
    current = [slot for slot in slots if slot.until_id is None and match_of(slot)]
    if current:
        rows = Result.objects.filter(event__in={slot.event_id for slot in current}).exclude(state=ResultState.NONE)
        found = {row.uid: row for row in rows}
        for slot in current:
            slot.result = result_shape(found[slot.uid]) if slot.uid in found else None


def result_shape(result: Result) -> dict[str, Any]:
    known = result.home_score is not None and result.away_score is not None
    return {
        "state": result.state,
        "score": {"home": result.home_score, "away": result.away_score} if known else None,
        "periods": [{"home": home, "away": away} for home, away in result.periods],
        "overtimes": result.overtimes,
        "winner": result.winner,
        "forfeited_by": result.forfeited_by or None,
        "note": result.note,
        "updated_at": result.updated_at,
    }
