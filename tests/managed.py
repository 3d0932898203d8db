"""The manage routes about an event, for the permission matrix: what each answers, where it is, and what is sent there.

The event is of ``ours``, published, with two releases and a match that is changed in the draft. The writes send what
they were made from; whoever may write does, or is told that it does not fit: a published event is not submitted.
"""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.changes.edits import edit
from events.league.links import make_link
from events.models import Slot, SlotBooking, SlotNotice
from events.series import apply
from tests import factories, factories_teams
from tests import factories_league as league
from tests.events.race import scenes
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
manage-slot-result-get        401    404    200     200     404   200    200   200
manage-slot-result-patch      401    404    403     200     404   200    200   200
manage-slot-result-put        401    404    403     200     404   200    200   200
manage-scorer-links-get       401    404    403     200     404   200    200   200
manage-scorer-links-post      401    404    403     201     404   201    201   201
manage-scorer-link-get        401    404    403     200     404   200    200   200
manage-scorer-link-delete     401    404    403     204     404   204    204   204
manage-slot-race-get          401    404    200     200     404   200    200   200
manage-slot-race-patch        401    404    403     200     404   200    403   200
manage-slot-race-put          401    404    403     200     404   200    403   200
manage-slot-race-delete       401    404    403     204     404   204    403   204
manage-courses-get            401    404    200     200     404   200    200   200
manage-courses-post           401    404    403     201     404   201    403   201
manage-course-get             401    404    200     200     404   200    200   200
manage-course-patch           401    404    403     200     404   200    403   200
manage-course-put             401    404    403     200     404   200    403   200
manage-course-delete          401    404    403     204     404   204    403   204
manage-course-line-put        401    404    403     200     404   200    403   200
manage-course-line-delete     401    404    403     200     404   200    403   200
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
manage-competition-get        401    404    200     200     404   200    200   200
manage-competition-patch      401    404    403     200     404   200    403   200
manage-competition-put        401    404    403     200     404   200    403   200
manage-draw-post              401    404    403     409     404   409    403   409
manage-matches-post           401    404    403     200     404   200    403   200
manage-timetable-post         401    404    403     200     404   200    403   200
manage-images-get             401    200    200     200     200   200    200   200
manage-images-post            401    403    201     201     400   201    403   201
manage-image-get              401    404    200     200     404   200    200   200
manage-image-patch            401    404    200     200     404   200    403   200
manage-image-put              401    404    200     200     404   200    403   200
manage-image-delete           401    404    204     204     404   204    403   204
manage-image-file-put         401    404    200     200     404   200    403   200
manage-image-file-post        401    404    200     200     404   200    403   200
manage-teams-get              401    200    200     200     200   200    200   200
manage-teams-post             401    403    201     201     400   201    403   201
manage-team-get               401    404    200     200     404   200    200   200
manage-team-patch             401    404    403     200     404   200    403   200
manage-team-put               401    404    403     200     404   200    403   200
manage-team-submit-post       401    404    403     409     404   409    403   409
manage-team-approve-post      401    404    403     409     404   403    409   409
manage-team-reject-post       401    404    403     409     404   403    409   409
manage-team-publish-post      401    404    403     409     404   409    409   409
manage-team-withdraw-post     401    404    403     200     404   200    200   200
"""


class EventScene:
    def __init__(self, organizer: Any) -> None:
        with edit():
            self._make(organizer)
        self.event.refresh_from_db()
        self.match.refresh_from_db()
        self.wave.refresh_from_db()
        self.team.refresh_from_db()

    def _make(self, organizer: Any) -> None:
        hall = factories.venue(slug="ground")
        cup = league.cup({"a": "steel press"}, "season", event={"organizer": organizer, "venues": [hall]})
        self.event = cup.event
        drawn = league.match(cup, "steel", "press", "a", starts_at=at(2026, 5, 2, 19))
        league.write(cup, drawn)
        self.match: Slot = drawn.slot
        factories.release(self.event)
        self.match.title = text("德比", en="Derby")
        self.match.save()
        factories.release(self.event)
        self.series = factories.series(self.event, "fri", "10:00")
        apply(self.series, by=None)
        SlotNotice(event=self.event, uid=self.match.uid, text=text("推迟")).save()
        SlotBooking(event=self.event, uid=self.match.uid, status="sold_out").save()
        now = timezone.now()
        self.link, _secret = make_link(self.event, "Court 1", [self.match.uid], now + timedelta(days=1), None, now)
        self.course = scenes.course(self.event, slug="fun")
        self.wave = scenes.wave(scenes.course(self.event), 9)
        self.team = factories_teams.team(slug="works", organizer=organizer)
        factories_teams.entry(self.event, self.team)
        self.image = factories.image(organizer=organizer)

    def address(self, route: str) -> str:
        if route in ("manage-events", "manage-teams", "manage-images"):
            return reverse(route)
        if route.startswith("manage-image"):
            return reverse(route, args=[self.image.pk])
        if route.startswith("manage-team"):
            return reverse(route, args=[self.team.slug])
        if route in ("manage-slot", "manage-slot-notice", "manage-slot-booking", "manage-slot-result"):
            return reverse(route, args=[self.match.uid])
        if route == "manage-slot-race":
            return reverse(route, args=[self.wave.uid])
        if route in ("manage-course", "manage-course-line"):
            return reverse(route, args=[self.event.slug, self.course.slug])
        keys = {"manage-series": [self.series.pk], "manage-scorer-link": [self.link.pk]}
        return reverse(route, args=[self.event.slug, *keys.get(route, [])])

    def body(self, route: str, verb: str) -> dict[str, Any]:
        """What a write sends; ``import`` sends a file, and is the caller's."""
        uid, note = str(self.match.uid), {"zh-Hans": "暴雨"}
        own = {"manage-slot": self.match.version, "manage-slot-notice": 1, "manage-slot-result": 0}
        own |= {"manage-slot-race": self.wave.version, "manage-slot-booking": 1}
        own |= {"manage-image": self.image.version}
        of_team = self.team.version if route.startswith("manage-team") else self.event.version
        version = {"version": own.get(route, of_team)}
        series = {"title": note, "first": "2026-05-01", "last": "2026-05-09", "weekdays": ["monday"]}
        off = {"slots": [uid], "reason": note, **version}
        bodies: dict[str, dict[str, Any]] = {
            "manage-events": {"title": note, "organizer": self.event.organizer.slug},
            "manage-event-reject": {"reason": "?", **version},
            "manage-teams": {"name": note, "organizer": self.event.organizer.slug},
            "manage-team-reject": {"reason": "?", **version},
            "manage-event-cancel": off,
            "manage-event-postpone": off,
            "manage-event-reinstate": {"slots": [uid], **version},
            "manage-event-shift": {"slots": [uid], "minutes": 30, **version},
            "manage-event-move": {"slots": [uid], "venue": "ground", **version},
            "manage-event-copy": {"slots": [uid], "dates": ["2026-05-09"], **version},
            "manage-event-remove": {"slots": [uid], **version},
            "manage-event-duplicate": {"first_day": "2027-05-01", "keep": "date"},
            "manage-courses": {"slug": "ten", "name": note, "distance": 10_000},
            "manage-series-list": series,
            "manage-scorer-links": {"label": "Court 2", "slots": [uid], "expires_at": self._tomorrow()},
            "manage-slot-result": {"state": "void", "version": 0},
            "manage-release": {"expected_draft": self.event.version, "only": [uid, *self._made()]},
            "manage-restore": {"release": 1, **version},
            "manage-draw": {"count": 1, "number": 1, **version},  # there are matches of its groups
            "manage-matches": {"kind": "knock_out", "of": "entries", "number": 1, **version},
            "manage-timetable": {
                "slots": [uid],
                "first": "2026-05-01",
                "last": "2026-05-09",
                "times": ["10:00"],
                "length": 90,
                "spaces": [{"venue": "ground"}],
                **version,
            },
        }
        if route == "manage-slots":
            one = {"uid": uid, "version": self.match.version}
            return {"slots": [one]} if verb != "post" else {"title": note, "starts_at": "2026-05-09T10:00:00+08:00"}
        return bodies.get(route, version)

    def parts(self, route: str) -> dict[str, Any]:
        """What a write with a file sends."""
        said = {"alt": '{"zh-Hans": "塔"}', "credit": "Archive", "organizer": self.event.organizer.slug}
        fields = said if route == "manage-images" else {"version": str(self.image.version)}
        file = factories.picture_file((20, 10))
        file.name = "tower.png"
        return {**fields, "file": file}

    def _tomorrow(self) -> str:
        return timezone.localtime(timezone.now() + timedelta(days=1)).isoformat()

    def _made(self) -> list[str]:
        return [str(slot.uid) for slot in self.series.slots.all()]
