"""The manage routes about an event, for the permission matrix: what each answers, where it is, and what is sent there.

The event is of ``ours``, published, with two releases and a match that is changed in the draft. The writes send what
they were made from; whoever may write does, or is told that it does not fit: a published event is not submitted.
"""

from typing import Any

from django.urls import reverse

from core.changes.edits import edit
from events.models import Slot, SlotBooking, SlotNotice
from events.series import apply
from tests import factories
from tests.factories import at, text

# As in ``MANAGE`` of the matrix.
EVENTS = """
verb                         anon nobody editor publish strangr staff review super
manage-events-get             401    200    200     200     200   200    200   200
manage-events-post            401    403    201     201     400   201    403   201
manage-event-get              401    404    200     200     404   200    200   200
manage-event-patch            401    404    403     200     404   200    403   200
manage-event-put              401    404    403     200     404   200    403   200
manage-event-submit-post      401    404    403     409     404   409    403   409
manage-event-approve-post     401    404    403     409     404   403    409   409
manage-event-reject-post      401    404    403     409     404   403    409   409
manage-event-publish-post     401    404    403     409     404   409    409   409
manage-event-withdraw-post    401    404    403     200     404   200    200   200
manage-event-cancel-post      401    404    403     200     404   200    403   200
manage-event-postpone-post    401    404    403     200     404   200    403   200
manage-event-reinstate-post   401    404    403     409     404   409    403   409
manage-event-shift-post       401    404    403     200     404   200    403   200
manage-event-move-post        401    404    403     200     404   200    403   200
manage-event-copy-post        401    404    403     200     404   200    403   200
manage-event-remove-post      401    404    403     200     404   200    403   200
manage-event-duplicate-post   401    404    201     201     404   201    403   201
manage-slots-get              401    404    200     200     404   200    200   200
manage-slots-post             401    404    403     201     404   201    403   201
manage-slots-patch            401    404    403     200     404   200    403   200
manage-slots-put              401    404    403     200     404   200    403   200
manage-slot-get               401    404    200     200     404   200    200   200
manage-slot-patch             401    404    403     200     404   200    403   200
manage-slot-put               401    404    403     200     404   200    403   200
manage-slot-delete            401    404    403     409     404   409    403   409
manage-slot-notice-get        401    404    200     200     404   200    200   200
manage-slot-notice-patch      401    404    403     200     404   200    200   200
manage-slot-notice-put        401    404    403     200     404   200    200   200
manage-slot-notice-delete     401    404    403     204     404   204    204   204
manage-slot-booking-get       401    404    200     200     404   200    200   200
manage-slot-booking-patch     401    404    403     200     404   200    200   200
manage-slot-booking-put       401    404    403     200     404   200    200   200
manage-slot-booking-delete    401    404    403     204     404   204    204   204
manage-series-list-get        401    404    200     200     404   200    200   200
manage-series-list-post       401    404    403     201     404   201    403   201
manage-series-get             401    404    200     200     404   200    200   200
manage-series-patch           401    404    403     200     404   200    403   200
manage-series-put             401    404    403     200     404   200    403   200
manage-series-delete          401    404    403     200     404   200    403   200
manage-import-post            401    404    403     200     404   200    403   200
manage-export-get             401    404    200     200     404   200    200   200
manage-release-get            401    404    200     200     404   200    200   200
manage-release-post           401    404    403     201     404   201    201   201
manage-releases-get           401    404    200     200     404   200    200   200
manage-restore-post           401    404    403     201     404   201    403   201
"""


class EventScene:
    def __init__(self, organizer: Any) -> None:
        with edit():
            self._make(organizer)
        self.event.refresh_from_db()
        self.match.refresh_from_db()

    def _make(self, organizer: Any) -> None:
        hall = factories.venue(slug="ground")
        self.event = factories.league(slug="season", organizer=organizer, venues=[hall])
        self.match: Slot = factories.slot(self.event, at(2026, 5, 2, 19))
        factories.release(self.event)
        self.match.title = text("德比", en="Derby")
        self.match.save()
        factories.release(self.event)
        self.series = factories.series(self.event, "fri", "10:00")
        apply(self.series, by=None)
        SlotNotice(event=self.event, uid=self.match.uid, text=text("推迟")).save()
        SlotBooking(event=self.event, uid=self.match.uid, status="sold_out").save()

    def address(self, route: str) -> str:
        if route == "manage-events":
            return reverse(route)
        if route in ("manage-slot", "manage-slot-notice", "manage-slot-booking"):
            return reverse(route, args=[self.match.uid])
        key = [self.series.pk] if route == "manage-series" else []
        return reverse(route, args=[self.event.slug, *key])

    def body(self, route: str, verb: str) -> dict[str, Any]:
        """What a write sends; ``import`` sends a file, and is the caller's."""
        uid, note = str(self.match.uid), {"zh-Hans": "暴雨"}
        own = {"manage-slot": self.match.version, "manage-slot-notice": 1, "manage-slot-booking": 1}
        version = {"version": own.get(route, self.event.version)}
        series = {"title": note, "first": "2026-05-01", "last": "2026-05-09", "weekdays": ["monday"]}
        off = {"slots": [uid], "reason": note, **version}
        bodies: dict[str, dict[str, Any]] = {
            "manage-events": {"title": note, "organizer": self.event.organizer.slug},
            "manage-event-reject": {"reason": "?", **version},
            "manage-event-cancel": off,
            "manage-event-postpone": off,
            "manage-event-reinstate": {"slots": [uid], **version},
            "manage-event-shift": {"slots": [uid], "minutes": 30, **version},
            "manage-event-move": {"slots": [uid], "venue": "ground", **version},
            "manage-event-copy": {"slots": [uid], "dates": ["2026-05-09"], **version},
            "manage-event-remove": {"slots": [uid], **version},
            "manage-event-duplicate": {"first_day": "2027-05-01", "keep": "date"},
            "manage-series-list": series,
            "manage-release": {"expected_draft": self.event.version, "only": [uid, *self._made()]},
            "manage-restore": {"release": 1, **version},
        }
        if route == "manage-slots":
            one = {"uid": uid, "version": self.match.version}
            return {"slots": [one]} if verb != "post" else {"title": note, "starts_at": "2026-05-09T10:00:00+08:00"}
        return bodies.get(route, version)

    def _made(self) -> list[str]:
        return [str(slot.uid) for slot in self.series.slots.all()]
