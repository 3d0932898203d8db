"""A road closure that cuts off venues tells their visitors: a notice of the floor below, which knows of venues alone.

It follows what is out: a release, a cancellation, the event's own publication and withdrawal; in the same unit of work,
as an act of whoever does that. One notice for each slot, the same one for good.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.api.language import message_language, speaking
from core.changes.edits import Edit, chunks
from core.changes.models import Act, locked, log
from core.publication import State, Verb, act
from core.translations import default_language, languages, show
from events.details import detail_of
from events.models import Event, NoticeEvent, Precision, ReleasedSlot, SlotKind, SlotStatus
from events.race.models import ClosureNotice
from events.race.page_words import closure_words
from venues.models import Notice, NoticeKind, NoticeVenue, Severity, Venue

LONGEST_TITLE = 120
ON = frozenset({SlotStatus.SCHEDULED, SlotStatus.TENTATIVE})

Wanted = dict[str, Any]


def follow(slugs: list[str], unit: Edit) -> None:
    """Brings the notices of these events in line with the closures that are out."""
    for part in chunks(slugs):
        rows = ReleasedSlot._base_manager.current().filter(event__slug__in=part, slot_kind=SlotKind.CLOSURE)
        links = ClosureNotice.objects.filter(event__slug__in=part)
        if not (rows.exists() or links.exists()):  # as with nearly every event; these cost less than the rows with all
            continue
        out = {row.uid: row for row in rows.select_related("event").order_by("uid")}
        known = {row.uid: row for row in links.select_related("event", "notice")}
        venues = _venues(out.values())
        for uid in sorted({*out, *known}):
            slot = out.get(uid)
            wanted = None if slot is None else _wanted(slot, venues)
            event = slot.event if slot else known[uid].event
            _write(uid, event, wanted, known.get(uid), venues, unit)


def _venues(slots: Iterable[ReleasedSlot]) -> dict[str, Venue]:
    """Those that may be named: a venue that is not published yet is told of once its closure is released again."""
    slugs = {slug for slot in slots for slug in (detail_of(slot, "closure") or {"venues": ()})["venues"]}
    return {
        venue.slug: venue
        for part in chunks(slugs)
        for venue in Venue._base_manager.filter(slug__in=part, state=State.PUBLISHED)
    }


def _wanted(slot: ReleasedSlot, venues: dict[str, Venue]) -> Wanted | None:
    """What the notice is to say; None where there is to be none."""
    detail = detail_of(slot, "closure")
    if detail is None or not slot.public or slot.status not in ON or slot.precision == Precision.TBA:
        return None
    named = [slug for slug in detail["venues"] if slug in venues]
    if not named:  # a notice that names nothing would be about the whole district
        return None
    return {
        "notice_kind": NoticeKind.CLOSURE if detail["shuts"] else NoticeKind.TRANSPORT,
        "severity": Severity.SEVERE if detail["shuts"] else Severity.MODERATE,
        "title": {tag: Truncator(text).chars(LONGEST_TITLE) for tag, text in slot.title.items()},
        "text": _text(slot, detail["note"]),
        "starts_at": slot.sort_start,
        "ends_at": slot.sort_end,
        "venues": named,
    }


def _text(slot: ReleasedSlot, note: dict[str, str]) -> dict[str, str]:
    """In every language that we speak, and the organizer's note in those that it was written in."""
    found = {}
    for tag in languages():
        spoken = message_language(tag) == tag and (tag != "zh-Hant" or "zh-Hans" not in languages())
        parts = [note.get(tag, "")]
        if spoken or tag == default_language():
            with speaking(tag):
                parts.insert(0, closure_words(slot, show(slot.event.title, tag)))
        if any(parts):
            found[tag] = "\n".join(part for part in parts if part)
    return found


def _digest(wanted: Wanted | None) -> str:
    if wanted is None:
        return ""
    return hashlib.sha256(json.dumps(wanted, sort_keys=True, default=str).encode()).hexdigest()


def _write(
    uid: UUID,
    event: Event,
    wanted: Wanted | None,
    link: ClosureNotice | None,
    venues: dict[str, Venue],
    unit: Edit,
) -> None:
    digest = _digest(wanted)
    if link is not None and link.written == digest:
        return
    if link is None and (wanted is None or wanted["ends_at"] <= unit.moment):
        return
    notice = Notice() if link is None else locked(Notice._base_manager.filter(pk=link.notice_id)).get()
    if wanted is None:
        if notice.state == State.PUBLISHED:
            act(notice, Verb.WITHDRAW, by=unit.by, moment=unit.moment, note=str(event))
    else:
        _say(notice, event, wanted, [venues[slug] for slug in wanted["venues"]], unit)
    link = link or ClosureNotice(event=event, uid=uid, notice=notice)
    link.written = digest
    link.save()


def _say(notice: Notice, event: Event, wanted: Wanted, venues: list[Venue], unit: Edit) -> None:
    new = notice._state.adding
    for name, value in wanted.items():
        if name != "venues":
            setattr(notice, name, value)
    notice.save()
    if new:
        NoticeEvent(notice=notice, event=event).save()
    there = {row.venue_id: row for row in NoticeVenue.objects.filter(notice=notice)}
    for venue in venues:
        if there.pop(venue.pk, None) is None:
            NoticeVenue(notice=notice, venue=venue).save()
    for row in there.values():
        row.delete()
    notice.refresh_from_db()
    told = _("From the road closure of “%(event)s”") % {"event": event}
    log(notice, Act.Verb.CREATED if new else Act.Verb.CHANGED, by=unit.by, at=unit.moment, note=told)
    if notice.state != State.PUBLISHED:
        act(notice, Verb.PUBLISH, by=unit.by, moment=unit.moment, note=told, reviewed=True)
