"""Matches, written: the rows, and what their slots hold of them for a release to freeze.

A slot of a match says it in ``detail["match"]``, as the public reads it::

    {"stage": {"slug", "name"}, "group": {"slug", "name"} or null, "round": {"number", "name"}, "number": 12, "leg": 1,
     "home": {"team": slug} or a source or null, "away": likewise,
     "feeds": [{"uid", "number", "side", "takes"}], "officials": [{"role", "name"}]}

and in ``detail["placeholders"]`` who a side will be. Whoever is known on a side takes part in the slot, as ``home``
with billing 1, ``away`` with 2; others who take part stay. The event is held by whoever calls this
(``releases.hold``), inside a unit of work.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from core.changes.edits import Edit
from events.drafts import parts
from events.league.knowledge import know
from events.league.models import Competition, Entry, Group, Match, Side
from events.league.page_words import words_of
from events.league.placeholders import Ground, Source, check_source, circle_in, feeder
from events.lineups import Entry as LineUp
from events.lineups import write_lineups
from events.models import Event, Participant, Slot, SlotKind, SlotParticipant

FIELDS = """
    stage group round round_name number leg home away home_source away_source officials
""".split()
FOUND = ("slot", "stage", "group", "home", "away")  # not asked of the database again
BILLING = {Side.HOME.value: 1, Side.AWAY.value: 2}

Who = Callable[[UUID, str, Source | None], Participant | None]


def write_matches(event: Event, matches: Iterable[Match], unit: Edit) -> list[Match]:
    """Stores new and changed matches of slots that are stored, and brings the drafts of all into line.

    A constant number of statements. Raises ValidationError that names each match at fault; then nothing is written.
    """
    rows = list(matches)
    _check(event, rows)
    old = [row for row in rows if row.pk is not None]
    Match.objects.insert([row for row in rows if row.pk is None])
    Match.objects.rewrite(old, FIELDS)
    written = refresh(event, unit)
    for row in rows:
        if row.slot_id in written:
            row.slot.detail, row.slot.version = written[row.slot_id].detail, written[row.slot_id].version
    return rows


def drop_matches(event: Event, matches: Iterable[Match], unit: Edit) -> None:
    """Takes the matches away; their slots stay, as drafts of no match in which nobody plays."""
    keys = [row.pk for row in matches]
    slots = [row.slot_id for row in Match.objects.filter(pk__in=keys)]
    for part in parts(slots):
        SlotParticipant.objects.filter(slot__in=part, role__in=BILLING).drop()
    for part in parts(keys):
        Match.objects.filter(pk__in=part).drop()
    refresh(event, unit)


def matches_of(event: Event) -> list[Match]:
    """The drafts, with all that a slot holds of them."""
    related = ("slot", "stage", "group", "home__team__participant", "away__team__participant")
    return list(Match.objects.filter(slot__event=event).select_related(*related).order_by("number", "pk"))


def ground_of(event: Event, matches: Iterable[Match]) -> Ground:
    """What the sources of these matches may name."""
    groups = {group.slug: group.name for group in Group.objects.filter(event=event)}
    ahead = Competition.objects.filter(event=event).values_list("advance", flat=True).first()
    return Ground({str(match.slot.uid): match.number for match in matches}, groups, (ahead or 1) + 1)


# Checks


def _check(event: Event, rows: list[Match]) -> None:
    written = {row.slot_id for row in rows}
    others = Match.objects.filter(slot__event=event).exclude(slot__in=written).select_related("slot")
    everything = [*others, *rows]
    ground = ground_of(event, everything)
    numbers = Counter(row.number for row in everything)
    errors = [*_repeated(rows, numbers), *(each for row in rows for each in _errors(event, row, ground))]
    if not errors:
        errors += _circle(everything)
    if errors:
        raise ValidationError(errors)


def _named(row: Match, message: Any, code: str) -> ValidationError:
    said = _("Match %(number)s: %(message)s") % {"number": row.number, "message": message}
    return ValidationError(said, code=code)


def _repeated(rows: list[Match], numbers: Counter[int]) -> list[ValidationError]:
    """A number is a match's name in sources, on posters and in sheets."""
    text = _("another match of the event has this number.")
    return [_named(row, text, "repeated") for row in rows if numbers[row.number] > 1]


def _errors(event: Event, row: Match, ground: Ground) -> Iterable[ValidationError]:
    if row.slot.event_id != event.pk or row.slot.slot_kind != SlotKind.MATCH:
        yield _named(row, _("its slot is none of the event's matches."), "slot")
        return
    try:
        row.full_clean(exclude=FOUND, validate_unique=False, validate_constraints=False)
        row.officials = clean_officials(row.officials)
        for side in Side.values:
            if source := getattr(row, f"{side}_source"):
                check_source(source, ground)
    except ValidationError as error:
        problems = error.error_dict.values() if hasattr(error, "error_dict") else [error.error_list]
        for problem in (each for listed in problems for each in listed):
            yield from (_named(row, message, str(problem.code or "invalid")) for message in problem.messages)


def clean_officials(value: Any) -> list[dict[str, str]]:
    """Raises ValidationError, by field."""
    text = _("List officials as role and name: crew chief, Wang.")
    if not isinstance(value, list):
        raise ValidationError({"officials": text})
    for each in value:
        right = isinstance(each, dict) and set(each) == {"role", "name"}
        if not right or not all(isinstance(part, str) and 0 < len(part) <= 80 for part in each.values()):
            raise ValidationError({"officials": text})
    return [{"role": each["role"], "name": each["name"]} for each in value]


def _circle(rows: list[Match]) -> list[ValidationError]:
    by_uid = {str(row.slot.uid): row for row in rows}
    circle = circle_in({uid: feeders_of(row) & by_uid.keys() for uid, row in by_uid.items()})
    if not circle:
        return []
    numbers = ", ".join(str(by_uid[uid].number) for uid in circle)
    return [
        ValidationError(_("Matches wait for each other in a circle: %(numbers)s.") % {"numbers": numbers}, "circle")
    ]


def feeders_of(row: Match) -> set[str]:
    return {uid for side in Side.values if (uid := feeder(getattr(row, f"{side}_source")))}


# What the slots hold


def refresh(event: Event, unit: Edit, who: Who | None = None, *, line_ups_too: bool = True) -> dict[int, Slot]:
    """Makes the drafts say what the matches are by now, after whatever changed of them or of their stages and groups.
    Returns the slots that it wrote, by key. Without ``line_ups_too`` it leaves alone who takes part.

    ``who``: who has reached a side that comes from elsewhere; asked of what is public where it is not given. That
    somebody has reached one is no editor's change and waits for no release: what is out has been changed alike.
    """
    matches = matches_of(event)
    who = who or know(event).on_side
    ground, feeds, line_ups = ground_of(event, matches), _feeds(matches), _line_ups(event)
    left_over = _left_over(event)
    edited: dict[int, Slot] = {slot.pk: slot for slot in left_over}
    reached: dict[int, Slot] = {}
    wanted: list[tuple[Slot, list[LineUp]]] = []
    for match in matches:
        slot = match.slot
        detail = {**(slot.detail or {}), **_detail(match, ground, feeds[str(slot.uid)])}
        if detail != slot.detail:
            slot.detail = detail
            edited[slot.pk] = slot
        there = line_ups.get(slot.pk, [])
        entries = _entries(there, sides_of(match, who))
        if line_ups_too and entries != there:
            wanted.append((slot, entries))
            (reached if _from_elsewhere(match) else edited)[slot.pk] = slot
    for slot in left_over:
        slot.detail = without_match(slot)
    if edited or reached:
        written = event.draft_stamp(unit) if edited else {}
        Event._base_manager.filter(pk=event.pk).stamp(version=F("version") + 1, **written)
        Slot.objects.rewrite(list({**edited, **reached}.values()), ["detail"])
        write_lineups(wanted)
    return {**edited, **reached}


def without_match(slot: Slot) -> dict[str, Any] | None:
    """What is left of a slot's detail once it is no match."""
    rest = {name: value for name, value in (slot.detail or {}).items() if name not in ("match", "placeholders")}
    return rest or None


def _from_elsewhere(match: Match) -> bool:
    return match.home is None or match.away is None


def _left_over(event: Event) -> list[Slot]:
    """Slots that still hold a match which is gone."""
    return list(event.slots.filter(detail__match__isnull=False, match=None))


def sides_of(match: Match, who: Who) -> dict[str, Participant]:
    """Who is known on each side."""
    found = {}
    for side in Side.values:
        entry: Entry | None = getattr(match, side)
        known = entry.team.participant if entry else who(match.slot.uid, side, getattr(match, f"{side}_source"))
        if known is not None:
            found[side] = known
    return found


def _line_ups(event: Event) -> dict[int, list[LineUp]]:
    """Who takes part in the slots of matches, in order."""
    found: dict[int, list[LineUp]] = defaultdict(list)
    rows = SlotParticipant.objects.filter(slot__event=event, slot__match__isnull=False).select_related("participant")
    for row in rows.order_by("billing", "pk"):
        found[row.slot_id].append(LineUp(row.participant, row.role, row.billing))
    return found


def _entries(there: list[LineUp], sides: Mapping[str, Participant]) -> list[LineUp]:
    """The same line-up with these on the two sides, in order of billing."""
    playing = set(sides.values())
    same = sides == {each.role: each.participant for each in there if each.role in BILLING}
    if same and all(each.billing == BILLING.get(each.role, each.billing) for each in there):
        return there
    others = [each for each in there if each.role not in BILLING and each.participant not in playing]
    entries = [*others, *(LineUp(who, side, BILLING[side]) for side, who in sides.items())]
    return sorted(entries, key=lambda each: each.billing)


def _feeds(matches: Iterable[Match]) -> dict[str, list[dict[str, Any]]]:
    """By a match's ``uid``: where its winner and its loser go."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for match in matches:
        for side in Side.values:
            source = getattr(match, f"{side}_source")
            if uid := feeder(source):
                takes = "winner" if "winner_of" in source else "loser"
                found[uid].append({"uid": str(match.slot.uid), "number": match.number, "side": side, "takes": takes})
    return found


def _detail(match: Match, ground: Ground, feeds: list[dict[str, Any]]) -> dict[str, Any]:
    sides: dict[str, Any] = {}
    waiting: list[dict[str, Any]] = []
    for side in Side.values:
        entry: Entry | None = getattr(match, side)
        source = getattr(match, f"{side}_source")
        sides[side] = {"team": entry.team.slug} if entry else source
        if entry is None:
            waiting.append({"role": side, "name": words_of(source, ground), "billing": BILLING[side]})
    told = {
        "stage": match.stage.reference,
        "group": match.group.reference if match.group else None,
        "round": {"number": match.round, "name": match.round_name},
        "number": match.number,
        "leg": match.leg,
        **sides,
        "feeds": feeds,
        "officials": match.officials,
    }
    return {"match": told, "placeholders": waiting}
