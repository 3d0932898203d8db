"""What the manage views of events share: whose an event is, what is refused and how, and the answer of an act."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request

from core.api.language import speaking
from core.api.manage import InConflict, ManageView, held, rule_language, rule_problems
from core.api.problems import BadRequest, FieldProblem
from core.changes.edits import Edit, running
from events.models import Event, Release
from events.releases import Refused
from events.serializers.manage_release import conflict_shape
from events.serializers.manage_slot import shown_slots

# The vocabulary's words, and what to tell whoever they leave out.
MAY_NOT = {
    "editable_by": _("You may not change this event as it is now. Ask a publisher of its organizer."),
    "reviewable_by": _("You may not review this event."),
    "publishable_by": _("This shows at once, and you may not publish this event. Ask a publisher of its organizer."),
}
EDITS = ("editable_by",)
SHOWS = ("publishable_by",)
EDITS_AND_SHOWS = (*EDITS, *SHOWS)

# What rules say about the state of things, not about what was sent.
AT_ODDS = frozenset({"state", "status", "reviews", "stale", "unchanged"})
ABOUT_SLOTS = ("no_such_slot", "no_slots", "slot", "too_many")


def event_of(user: Any, slug: str) -> Event:
    """One that the user works on, drafts included; another one is not there."""
    row: Event | None = Event.objects.readable_by(user).select_related("organizer", "season").filter(slug=slug).first()
    if row is None:
        raise NotFound()
    return row


def held_event(request: Request, slug: str, words: Iterable[str] = EDITS) -> Event:
    """For a write: readable, locked, and the user's to write; in this order."""
    event: Event = held(Event.objects.readable_by(request.user), slug=slug)
    check_rights(request, event, words)
    return event


def check_rights(request: Request, event: Event, words: Iterable[str]) -> None:
    for word in words:
        if not getattr(Event.objects.filter(pk=event.pk), word)(request.user).exists():
            raise PermissionDenied(MAY_NOT[word])


def unit() -> Edit:
    found = running()
    assert found is not None  # inside ``@writes``
    return found


@contextmanager
def ruled(view: ManageView, *, slots: str = "slots", at_odds: frozenset[str] = AT_ODDS) -> Iterator[None]:
    """Around an act: what its rules refuse is 400, or 409 where the fault is not in what was sent (``at_odds``). They
    speak a language that their words exist in. ``slots``: the field that names the slots."""
    try:
        with speaking(rule_language(view.language)):
            yield
    except Refused as refused:
        raise not_released(view, refused) from refused
    except ValidationError as error:
        problems = [_placed(each, slots) for each in rule_problems(error, view.language)]
        if any(each.code in at_odds for each in problems):
            raise InConflict(problems) from error
        raise BadRequest(problems) from error


def _placed(problem: FieldProblem, slots: str) -> FieldProblem:
    field = {"no_such_release": "release", **dict.fromkeys(ABOUT_SLOTS, slots)}.get(problem.code, "")
    return FieldProblem(problem.field or field, problem.code, problem.detail)


def not_released(view: ManageView, refused: Refused) -> InConflict:
    """With all conflicts, accepted or not."""
    problems = [FieldProblem("", str(each.code), message) for each in refused.error_list for message in each.messages]
    return InConflict(problems, conflicts=[conflict_shape(each, view.language) for each in refused.conflicts])


class Before:
    """An event's drafts before an act on many of them, to tell which it changed."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.versions = self._versions()

    def _versions(self) -> dict[UUID, int]:
        return dict(self.event.slots.values_list("uid", "version"))

    def told(self, release: Release | None = None) -> dict[str, Any]:
        """The answer of the act: the event's new version, the release that it made, the slots as they are now."""
        now = self._versions()
        changed = {uid for uid, version in now.items() if self.versions.get(uid) != version}
        released = set(release.changes.values_list("uid", flat=True)) if release else set()
        self.event.refresh_from_db(fields=["version", "status", "release_number"])
        return {
            "event": {"slug": self.event.slug},
            "version": self.event.version,
            "event_status": self.event.status,
            "release": release.number if release else None,
            "slots": shown_slots(self.event, (changed | released) & now.keys()),
            "removed": sorted(str(uid) for uid in (self.versions.keys() | released) - now.keys()),
        }
