"""Many writers at once, and the races that the order of locks decides.

The races need two writers inside their transactions at the same time, which SQLite does not have: CI runs the suite
on both databases.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q

from core.changes import edits, records
from core.changes.edits import edit
from core.changes.models import Change
from core.changes.ticks import tick
from core.publication import State
from events.models import Event, EventVenue
from tests import factories
from tests.factories import feed, revision, text
from venues.models import Venue, VenueImage, VenueTag

pytestmark = pytest.mark.django_db(transaction=True)


def races(test: Any) -> Any:
    """Needs two writers inside their transactions."""
    reason = "SQLite lets one writer in at a time; set DATABASE_URL to a PostgreSQL database"
    return pytest.mark.postgres(pytest.mark.skipif(connection.vendor != "postgresql", reason=reason)(test))


PATIENCE = 20  # seconds after which a thread counts as stuck


class Threads:
    """Threads with connections of their own, whose errors come to light."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self.started: list[threading.Thread] = []

    def start(self, act: Callable[[], Any]) -> None:
        def run() -> None:
            try:
                act()
            except BaseException as error:  # handed to the test
                self.errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run, daemon=True)
        self.started.append(thread)
        thread.start()

    def join(self) -> None:
        for thread in self.started:
            thread.join(PATIENCE)
        assert [thread for thread in self.started if thread.is_alive()] == []


@contextmanager
def threads() -> Iterator[Threads]:
    crew = Threads()
    yield crew
    crew.join()


def wait(event: threading.Event) -> None:
    assert event.wait(PATIENCE)


class Reader:
    """A client of the feed: reads on from its cursor and keeps what it has seen."""

    def __init__(self) -> None:
        self.cursor: tuple[int, str, str] = (0, "", "")
        self.seen: dict[str, str] = {}
        self.order: list[int] = []

    def poll(self) -> int:
        number, kind, key = self.cursor
        after = Q(revision__gt=number) | Q(revision=number, kind__gt=kind) | Q(revision=number, kind=kind, key__gt=key)
        rows = list(Change.objects.filter(after).order_by("revision", "kind", "key"))
        for row in rows:
            self.cursor = (row.revision, row.kind, row.key)
            self.order.append(row.revision)
            self.seen[row.key] = Venue.objects.get(slug=row.key).name["zh-Hans"]
        return len(rows)


def test_twenty_one_writers_one_of_them_slow_lose_nothing() -> None:
    """The slow one saves first and commits last, as its number says: a number taken at its save would be lost."""
    venues = [factories.venue(slug=f"v-{n:02}", name=text("0")) for n in range(21)]
    begun, overtaken, reader = threading.Event(), threading.Event(), Reader()
    many = connection.vendor == "postgresql"  # SQLite lets nobody pass by the one that writes
    reader.poll()
    first = reader.cursor[0]

    def write(venue: Venue, times: int) -> None:
        for turn in range(times):
            venue.name = text(str(turn + 1))
            venue.save()

    def write_slowly() -> None:
        with edit():
            write(venues[0], 1)
            begun.set()
            overtaken.wait(PATIENCE if many else 1)

    with threads() as crew:
        crew.start(write_slowly)
        wait(begun)
        for venue in venues[1:]:
            crew.start(lambda venue=venue: write(venue, 3))  # type: ignore[misc]
        while any(thread.is_alive() for thread in crew.started):
            reader.poll()
            if reader.cursor[0] > first + 20:
                overtaken.set()
            time.sleep(0.005)
    reader.poll()

    assert crew.errors == []
    assert revision() == first + 1 + 20 * 3
    assert reader.order == sorted(reader.order)
    assert reader.seen == {venue.slug: venue.name["zh-Hans"] for venue in Venue.objects.all()}
    assert reader.seen == {"v-00": "1"} | {f"v-{n:02}": "3" for n in range(1, 21)}
    assert (feed()["venue", "v-00"][0] > first + 20) is many


@races
def test_change_beside_a_publication_is_never_without_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why the counter is locked before publicness is read.

    One transaction renames a tag of a draft venue and stops before its numbering; another publishes the venue and
    commits what it sees, the old name. Had the first one looked before it waited for the counter, the venue would be
    a draft to it, and the new name would stay without a number.
    """
    tag, venue = factories.tag(), factories.venue(published=False)
    VenueTag(venue=venue, tag=tag).save()
    numbering, published = threading.Event(), threading.Event()
    lock_counter = records.lock_counter

    def late(moment: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            numbering.set()
            wait(published)
        return lock_counter(moment)

    monkeypatch.setattr(records, "lock_counter", late)
    with threads() as crew:
        crew.start(tag.save)
        wait(numbering)
        factories.public(venue)
        shown = revision()
        published.set()
    assert crew.errors == []
    assert feed()["venue", venue.slug] == (shown + 1, False)


def race(first: Callable[[], Any], second: Callable[[], Any], *, numbered: bool = False) -> list[BaseException]:
    """Holds the first unit of work open until the second one has run into it; returns what went wrong.

    ``numbered``: between its number and its commit; otherwise before it is numbered.
    """
    inside, go_on = threading.Event(), threading.Event()

    def pause() -> None:
        inside.set()
        wait(go_on)

    def hold() -> None:
        with edit() as unit:
            first()
            if not numbered:
                pause()
            held.append(unit)

    held: list[Any] = []
    finish = edits._at_end[0]
    with pytest.MonkeyPatch.context() as patch, threads() as crew:
        patch.setattr(edits, "_at_end", [finish, lambda unit: pause() if numbered and unit in held else None])
        crew.start(hold)
        wait(inside)
        crew.start(second)
        time.sleep(0.2)
        go_on.set()
        crew.join()
    return crew.errors


@races
@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("publishes_first", [True, False])
def test_picture_changed_while_its_venue_is_published_is_numbered(publishes_first: bool, numbered: bool) -> None:
    image, venue = factories.image(), factories.venue(published=False)
    factories.shown(image, venue)
    image.alt = text("新的说明")
    acts: list[Callable[[], Any]] = [lambda: factories.public(venue), image.save]
    before = revision()
    assert race(*(acts if publishes_first else acts[::-1]), numbered=numbered) == []
    # The picture alone takes no number while nothing public shows it; the publication then announces it as it is.
    last = before + (2 if publishes_first and numbered else 1)
    assert revision() == last
    assert feed()["image", str(image.pk)] == feed()["venue", venue.slug] == (last, False)


@races
def test_two_editors_show_one_picture_at_the_same_time() -> None:
    image, venues = factories.image(), [factories.venue(), factories.venue()]
    both = threading.Barrier(2, timeout=PATIENCE)

    def show(venue: Venue) -> None:
        with edit():
            factories.shown(image, venue)
            both.wait()

    with threads() as crew:
        for venue in venues:
            crew.start(lambda venue=venue: show(venue))  # type: ignore[misc]
    assert crew.errors == []
    assert VenueImage.objects.filter(image=image).count() == 2
    assert feed()["image", str(image.pk)] == (revision(), False)


@races
@pytest.mark.parametrize("elsewhere", [True, False])
@pytest.mark.parametrize("what", ["tag", "picture"])
def test_row_that_is_put_in_a_new_place_while_it_is_edited(what: str, elsewhere: bool) -> None:
    """The new place is announced with the row as it was; the editor who commits later must announce it again.

    Nor do the two wait for each other: references are checked at the commit, when the one holds the counter and the
    other, who holds the row, waits for the counter.
    """
    row: Any = factories.tag() if what == "tag" else factories.image()
    old, new = factories.venue(), factories.venue()

    def put(venue: Venue) -> None:
        if what == "tag":
            VenueTag(venue=venue, tag=row).save()
        else:
            factories.shown(row, venue)

    if elsewhere:
        put(old)
    before = revision()
    # A picture's new place locks the picture until the commit, so that its editor comes after it by himself.
    assert race(lambda: put(new), row.save, numbered=True) == []
    assert revision() == before + 2
    changed = {key for key, entry in feed().items() if entry == (before + 2, False)}
    places = {new.key, old.key} if elsewhere else {new.key}
    assert changed == places | ({row.key} if what == "picture" else set())


@races
@pytest.mark.parametrize("publishes_first", [True, False])
@pytest.mark.parametrize("what", ["venue", "organizer", "season"])
def test_event_is_published_or_what_it_needs_is_withdrawn(what: str, publishes_first: bool) -> None:
    needed = {
        "venue": factories.venue,
        "organizer": factories.organizer,
        "season": lambda: factories.event(event_kind="season"),
    }[what]()
    fields: dict[str, Any] = {"venues": [needed]} if what == "venue" else {what: needed}
    event = factories.event(published=False, **fields)
    acts: list[Callable[[], Any]] = [lambda: factories.public(event), lambda: factories.withdrawn(needed)]
    (error,) = race(*(acts if publishes_first else acts[::-1]))
    assert isinstance(error, ValidationError)
    event.refresh_from_db()
    needed.refresh_from_db()
    expected = (State.PUBLISHED, State.PUBLISHED) if publishes_first else (State.DRAFT, State.WITHDRAWN)
    assert (event.state, needed.state) == expected


@races
@pytest.mark.parametrize("adds_first", [True, False])
def test_published_event_is_not_moved_to_a_venue_that_is_being_withdrawn(adds_first: bool) -> None:
    event, venue = factories.event(), factories.venue()
    row = EventVenue(event=event, venue=venue)
    row.full_clean()
    acts: list[Callable[[], Any]] = [row.save, lambda: factories.withdrawn(venue)]
    (error,) = race(*(acts if adds_first else acts[::-1]))
    assert isinstance(error, ValidationError)
    venue.refresh_from_db()
    assert (venue.state, EventVenue.objects.count()) == ((State.PUBLISHED, 1) if adds_first else (State.WITHDRAWN, 0))


def test_draft_venue_cannot_join_an_event_that_was_published_meanwhile() -> None:
    event, venue = factories.event(published=False), factories.venue(published=False)
    row = EventVenue(event=Event.objects.get(pk=event.pk), venue=venue)
    row.full_clean()
    factories.public(event)
    with pytest.raises(ValidationError, match="venue"):
        row.save()
    assert EventVenue.objects.count() == 0


def test_two_ticks_at_once_take_one_number() -> None:
    moment = factories.at(2031, 5, 1, 12)
    venues = [factories.venue(appear_at=moment) for _ in range(3)]
    before, start = revision(), threading.Barrier(4, timeout=PATIENCE)

    def tick_with_the_others() -> None:
        start.wait()
        tick(moment)

    with threads() as crew:
        for _ in range(4):
            crew.start(tick_with_the_others)
    assert crew.errors == []
    assert revision() == before + 1
    assert feed() == {("venue", venue.slug): (before + 1, False) for venue in venues}


@races
def test_tick_passes_over_a_row_that_is_being_edited_and_returns_for_it() -> None:
    moment = factories.at(2031, 5, 1, 12)
    edited, other = factories.venue(appear_at=moment), factories.venue(appear_at=moment)
    assert race(edited.save, lambda: tick(moment)) == []
    assert feed() == {("venue", other.slug): (revision(), False)}
    assert records.current().next_due == moment
    tick(moment)
    assert feed()["venue", edited.slug] == (revision(), False)
