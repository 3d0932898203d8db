"""Plain functions that make valid records; every argument can be overridden. Published unless told otherwise."""

import io
import itertools
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from PIL import Image as Pillow

from core.changes.edits import edit
from core.changes.records import current
from core.models import Change, Tag, User
from core.publication import State, Verb, act
from events.league.models import TeamImage
from events.models import Event, EventImage, EventVenue, Participant, Series, Slot, SlotParticipant
from events.releases import publish
from events.times import parse_times, write_times
from media.models import Image
from media.preparing import prepare
from organizers.models import Membership, Organizer, Token
from organizers.tokens import issue
from venues.models import (
    Exhibit,
    ExhibitImage,
    HoursException,
    HoursRule,
    LiveStatus,
    Notice,
    NoticeVenue,
    Route,
    RouteImage,
    RouteStop,
    Space,
    ThenAndNow,
    Venue,
    VenueImage,
)
from venues.models.hours import WEEKDAYS
from venues.spans import parse_spans, write_spans

_numbers = itertools.count(1)


def text(word: str, **others: str) -> dict[str, str]:
    """``text("馆", en="Hall")`` -> ``{"zh-Hans": "馆", "en": "Hall"}``."""
    return {"zh-Hans": word, **{tag.replace("_", "-"): other for tag, other in others.items()}}


def public(row: Any, *, moment: datetime | None = None) -> Any:
    return act(row, Verb.PUBLISH, by=None, reviewed=True, moment=moment)


def withdrawn(row: Any, *, moment: datetime | None = None) -> Any:
    return act(row, Verb.WITHDRAW, by=None, moment=moment)


def _made(row: Any, published: bool) -> Any:
    """Saved once, and so as if it had been published at once: the acts of publication have tests of their own.

    What the database would refuse by itself is not asked of it beforehand."""
    row.full_clean(validate_unique=False, validate_constraints=False)
    if published:
        row.state, row.first_published_at = State.PUBLISHED, timezone.now()
    row.save()
    return row


def user(username: str, group: str = "", **fields: Any) -> User:
    made = User.objects.create(username=username, is_staff=fields.pop("is_staff", True), **fields)
    if group:
        made.groups.add(Group.objects.get(name=group))
    return made


def member(username: str, organizer: Organizer, role: str) -> User:
    made = user(username, "organizer-members")
    Membership.objects.create(user=made, organizer=organizer, role=role)
    return made


def token(user: User, *, moment: datetime | None = None, **fields: Any) -> str:
    """The secret of a new token that reads and writes; ``scope="read"``, ``organizer=ours`` limit it."""
    return issue(Token(user=user, **fields), moment or timezone.now())


def cast() -> SimpleNamespace:
    """Staff, a reviewer, an editor and a publisher of ``ours``, an editor of ``theirs``, somebody without rights."""
    with edit():
        ours, theirs = organizer(slug="ours"), organizer(slug="theirs")
    return SimpleNamespace(
        ours=ours,
        theirs=theirs,
        superuser=user("root", is_superuser=True),
        staff=user("staff", "content-staff"),
        reviewer=user("reviewer", "reviewers"),
        editor=member("editor", ours, "editor"),
        publisher=member("publisher", ours, "publisher"),
        stranger=member("stranger", theirs, "publisher"),
        nobody=user("nobody"),
    )


def organizer(published: bool = True, **fields: Any) -> Organizer:
    number = next(_numbers)
    defaults = {"slug": f"organizer-{number}", "name": text(f"主办方{number}", en=f"Organizer {number}")}
    return _made(Organizer(**{**defaults, **fields}), published)


def tag(**fields: Any) -> Tag:
    number = next(_numbers)
    made = Tag(**{"slug": f"tag-{number}", "name": text(f"标签{number}", en=f"Tag {number}"), **fields})
    made.save()
    return made


def venue(published: bool = True, **fields: Any) -> Venue:
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "slug": f"venue-{number}",
        "venue_kind": "museum",
        "name": text(f"场馆{number}", en=f"Venue {number}", de=f"Ort {number}"),
        "lat": 41.8,
        "lng": 123.36,
    }
    return _made(Venue(**{**defaults, **fields}), published)


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hours(venue: Venue, spans: str = "9:00-16:30 (16:00)", days: str = "mon-sun", **fields: Any) -> HoursRule:
    """``hours(venue, "9:00-16:30 (16:00)", "tue-sun")``; without spans it is closed on these days."""
    first, _dash, last = days.partition("-")
    chosen = DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]
    values: dict[str, Any] = {
        "state": "open" if spans else "closed",
        "spans": write_spans(parse_spans(spans)),
        **{name: name[:3] in chosen for name in WEEKDAYS},
    }
    return _made(HoursRule(venue=venue, **{**values, **fields}), False)


def closed(venue: Venue, first: date, last: date | None = None, reason: Any = None, **fields: Any) -> HoursException:
    """An exception: closed unless ``spans`` and ``state`` are given."""
    if isinstance(fields.get("spans"), str):
        fields = {"state": "open", **fields, "spans": write_spans(parse_spans(fields["spans"]))}
    values = {"state": "closed", "reason": reason or text("检修", en="Maintenance", de="Wartung")}
    return _made(HoursException(venue=venue, first=first, last=last or first, **{**values, **fields}), False)


def museum(**fields: Any) -> Venue:
    """The museum: Tuesday to Sunday 9:00 to 16:30, closed on Mondays except public holidays, one long evening."""
    made = venue(**{"slug": "museum", **fields})
    with edit():
        hours(made, "9:00-16:30 (16:00)", "tue-sun")
        hours(made, "", "mon", note=text("周一闭馆", en="Closed on Mondays"))
        hours(made, "9:00-16:30 (16:00)", "mon", day_kind="holiday")
        closed(made, date(2026, 1, 1), reason=text("元旦延时", en="New Year"), spans="9:00-18:30 (18:00)")
    return made


def calendar(*years: int) -> None:
    call_command("seed_calendar", *years, stdout=io.StringIO())


def space(venue: Venue, **fields: Any) -> Space:
    number = next(_numbers)
    defaults: dict[str, Any] = {"slug": f"space-{number}", "name": text(f"场地{number}", en=f"Space {number}")}
    return _made(Space(venue=venue, **{**defaults, **fields}), False)


def route(published: bool = True, stops: Any = (), **fields: Any) -> Route:
    """``stops``: venues, or dictionaries with the fields of a stop."""
    number = next(_numbers)
    defaults = {"slug": f"route-{number}", "name": text(f"线路{number}", en=f"Route {number}", de=f"Route {number}")}
    with edit():
        made = _made(Route(**{**defaults, **fields}), published)
        for position, stop in enumerate(stops):
            values = stop if isinstance(stop, dict) else {"venue": stop}
            _made(RouteStop(**{"route": made, "position": position, **values}), False)
    return made


def notice(published: bool = True, venues: Any = (), **fields: Any) -> Notice:
    """In force since an hour, without an end."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "title": text(f"通知{number}", en=f"Notice {number}", de=f"Hinweis {number}"),
        "starts_at": timezone.now() - timedelta(hours=1),
    }
    with edit():
        made = _made(Notice(**{**defaults, **fields}), published)
        for place in venues:
            NoticeVenue(notice=made, venue=place).save()
    made.refresh_from_db()
    return made


def live(venue: Venue, **fields: Any) -> LiveStatus:
    """A report of now that holds for half an hour."""
    made = LiveStatus(venue=venue, **{"crowding": "low", "observed_at": timezone.now(), **fields})
    made.full_clean()
    made.save()
    return made


def event(published: bool = True, venues: Any = (), **fields: Any) -> Event:
    """An event that runs today, so that lists show it."""
    number = next(_numbers)
    today = timezone.localdate()
    defaults: dict[str, Any] = {
        "slug": f"event-{number}",
        "event_kind": "league",
        "title": text(f"活动{number}", en=f"Event {number}", de=f"Veranstaltung {number}"),
        "starts_on": today,
        "ends_on": today + timedelta(days=7),
    }
    with edit():
        if "organizer" not in fields:
            fields["organizer"] = organizer()
        made = _made(Event(**{**defaults, **fields}), published)
        for position, place in enumerate(venues):
            EventVenue(event=made, venue=place, position=position).save()
    return made


def exhibit(published: bool = True, **fields: Any) -> Exhibit:
    number = next(_numbers)
    defaults = {
        "slug": f"exhibit-{number}",
        "name": text(f"展品{number}", en=f"Exhibit {number}", de=f"Stück {number}"),
    }
    with edit():
        if "venue" not in fields:
            fields["venue"] = venue()
        return _made(Exhibit(**{**defaults, **fields}), published)


def league(**fields: Any) -> Event:
    """An event that runs through May 2026."""
    return event(**{"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 31), **fields})


def slot(event: Event, starts_at: datetime | None = None, **fields: Any) -> Slot:
    """A draft; ``release(event)`` makes it public."""
    number = next(_numbers)
    if starts_at is None and "precision" not in fields:
        starts_at = timezone.now() + timedelta(days=1)
    defaults: dict[str, Any] = {
        "slot_kind": "match",
        "title": text(f"第{number}场", en=f"Game {number}", de=f"Spiel {number}"),
        "starts_at": starts_at,
    }
    return _made(Slot(event=event, **{**defaults, **fields}), False)


def series(event: Event, days: str = "", times: str = "", **fields: Any) -> Series:
    """``series(fair, "fri sat sun", "10:00-18:00", holidays="also")``, unsaved: ``apply`` saves it."""
    defaults: dict[str, Any] = {
        "title": text("大集", en="Fair", de="Markt"),
        "slot_kind": "market",
        "first": event.starts_on,
        "last": event.ends_on,
        "times": write_times(parse_times(times)),
        **{name: name[:3] in days.split() for name in WEEKDAYS},
    }
    made = Series(event=event, **{**defaults, **fields})
    made.full_clean()
    return made


class _EveryWarning(frozenset[str]):
    def __contains__(self, _warning: object) -> bool:
        return True


def release(event: Event, note: str = "", **how: Any) -> Any:
    """Warnings are accepted; what blocks is refused."""
    return publish(event, note=note, **{"by": None, "accept": _EveryWarning(), **how})


def participant(**fields: Any) -> Participant:
    number = next(_numbers)
    made = Participant(**{"slug": f"team-{number}", "name": text(f"{number}队", en=f"Team {number}"), **fields})
    made.save()
    return made


def takes_part(slot: Slot, who: Participant, **fields: Any) -> SlotParticipant:
    made = SlotParticipant(slot=slot, participant=who, **fields)
    made.save()
    return made


def picture_file(size: tuple[int, int] = (64, 48), kind: str = "PNG", color: Any = None) -> io.BytesIO:
    if color is None:
        number = next(_numbers)
        # Steps of 16: colours nearer than that may become one and the same WebP, hence one file of two pictures.
        color = (number % 16 * 16, number // 16 % 16 * 16, number // 256 % 16 * 16)
    file = io.BytesIO()
    Pillow.new("RGB", size, color).save(file, kind)
    file.seek(0)
    return file


def image(size: tuple[int, int] = (64, 48), color: Any = None, focal: Any = (0.5, 0.5), **fields: Any) -> Image:
    number = next(_numbers)
    made = Image(**{"alt": text(f"图{number}", en=f"Picture {number}"), "credit": "Illustration", **fields})
    made.set_picture(prepare(picture_file(size, color=color), focal))
    made.full_clean(exclude=["original"])
    made.save()
    return made


SHOWS: dict[str, Any] = {
    "venue": VenueImage,
    "exhibit": ExhibitImage,
    "route": RouteImage,
    "event": EventImage,
    "team": TeamImage,
}


def shown(image: Image, on: Any, position: int = 0) -> Any:
    placement = SHOWS[on.kind](image=image, position=position, **{on.kind: on})
    placement.save()
    return placement


def pair(on: Exhibit, **fields: Any) -> ThenAndNow:
    """Two pictures of an exhibit, then and now."""
    fields = {name: fields.get(name) or image() for name in ("then", "now")} | fields
    return _made(ThenAndNow(exhibit=on, **fields), False)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant in the district's time."""
    return timezone.make_aware(datetime(year, month, day, hour, minute))


def local_hour(moment: datetime) -> int:
    return timezone.localtime(moment).hour


def revision() -> int:
    """The number that the last change of public content took."""
    return current().number


def feed() -> dict[tuple[str, str], tuple[int, bool]]:
    """The change records: ``{(kind, key): (revision, deleted)}``."""
    rows = Change.objects.values_list("kind", "key", "revision", "deleted")
    return {(kind, key): (number, deleted) for kind, key, number, deleted in rows}
