"""Every kind of change of public content takes exactly the next number, and raises the version of its root."""

from collections.abc import Callable
from datetime import date, time
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.changes.models import Root, Tracked, root_models
from core.facts import LinkKind
from core.models import Tag
from events.league.models import Competition, Entry, Group, Stage, Team, TeamImage, TeamLink
from events.models import Event, EventImage, EventLink, EventMedia, EventTag, EventVenue, NoticeEvent
from events.race.models import Course, CoursePoint, Eligibility
from media.models import Image, MediaObject, Showing
from organizers.models import Organizer, OrganizerLink
from tests import factories, factories_media
from tests.factories import feed, revision, text
from venues.models import (
    AccessFact,
    Demonstration,
    Designation,
    ExhibitImage,
    ExhibitMedia,
    HealthWarning,
    HoursException,
    HoursRule,
    NoticeVenue,
    PhotoArea,
    ProductionPeriod,
    RouteImage,
    RouteLink,
    RouteMedia,
    RouteStop,
    RouteTag,
    Space,
    ThenAndNow,
    Venue,
    VenueImage,
    VenueLink,
    VenueMedia,
    VenueTag,
    VisitRules,
)

pytestmark = pytest.mark.django_db


class Scene(NamedTuple):
    """Public content with one child of each kind."""

    venue: Venue
    other_venue: Venue
    event: Event
    organizer: Organizer
    image: Image
    other_image: Image
    other_event: Event
    tag: Tag
    other_tag: Tag
    other_team: Team
    media: MediaObject
    other_media: MediaObject


def saved(row: Tracked) -> Tracked:
    row.full_clean()
    row.save()
    return row


@pytest.fixture(scope="module")
def built(kept: None) -> Scene:
    with edit():
        return build()


@pytest.fixture
def scene(built: Scene) -> Scene:
    """As it is stored; what a test makes of it ends with the test."""
    return Scene(*(type(row)._base_manager.get(pk=row.pk) for row in built))  # type: ignore[attr-defined]


def build() -> Scene:
    venue, image, tag = factories.venue(), factories.image(), factories.tag()
    event = factories.event(venues=[venue])
    organizer = event.organizer
    website = {"kind": LinkKind.WEBSITE, "value": "https://example.org/"}
    media = factories_media.audio()
    for owner in (venue, event):
        factories.shown(image, owner)
        factories_media.placed(media, owner)
    saved(Space(venue=venue, slug="hall", name=text("厅")))
    factories.hours(venue)
    factories.closed(venue, date(2026, 1, 1))
    saved(Designation(venue=venue, issuer=text("国家"), title=text("遗产")))
    saved(VenueTag(venue=venue, tag=tag))
    saved(EventTag(event=event, tag=tag))
    saved(VenueLink(venue=venue, **website))
    saved(EventLink(event=event, **website))
    saved(OrganizerLink(organizer=organizer, **website))
    saved(AccessFact(venue=venue, fact="lift", value="yes"))
    saved(VisitRules(venue=venue, age_min=8))
    saved(PhotoArea(venue=venue, name=text("车间"), rule="ask"))
    saved(HealthWarning(venue=venue, hazard="noise"))
    saved(ProductionPeriod(venue=venue, first=date(2026, 5, 1), line_running="no"))
    exhibit = factories.exhibit(venue=venue)
    factories.shown(image, exhibit)
    factories_media.placed(media, exhibit)
    factories.pair(exhibit)
    saved(Demonstration(exhibit=exhibit, starts=time(10)))
    route = factories.route(stops=[venue])
    factories.shown(factories.image(), route)
    factories_media.placed(media, route)
    saved(RouteTag(route=route, tag=factories.tag()))
    saved(RouteLink(route=route, **website))
    notice = factories.notice(venues=[venue])
    saved(NoticeEvent(notice=notice, event=event))
    team, other_team = (factories._made(Team(slug=slug, organizer=organizer, name=text("队")), True) for slug in "ab")
    factories.shown(factories.image(), team)
    saved(TeamLink(team=team, **website))
    saved(Competition(event=event))
    stage = saved(Stage(event=event, slug="groups", name=text("小组赛")))
    saved(Group(event=event, stage=stage, slug="a", name=text("A组")))
    saved(Entry(event=event, team=team))
    course = saved(Course(event=event, slug="run", name=text("跑"), distance=5_000))
    saved(CoursePoint(course=course, kind="start", km=0))
    saved(Eligibility(event=event))
    return Scene(
        venue,
        factories.venue(),
        event,
        organizer,
        image,
        factories.image(),
        factories.event(),
        tag,
        factories.tag(),
        other_team,
        media,
        factories_media.document(),
    )


# Each child: how to make another one, and what to change of the one that is there.
CHILDREN: dict[type[Tracked], tuple[Callable[[Scene], dict[str, Any]], Callable[[Scene], dict[str, Any]]]] = {
    Space: (lambda s: {"slug": "court", "name": text("场")}, lambda s: {"name": text("厅", en="Hall")}),
    Designation: (lambda s: {"issuer": text("省"), "title": text("奖")}, lambda s: {"level": "AAAA"}),
    VenueLink: (lambda s: {"kind": "phone", "value": "+86 24 8888 0000"}, lambda s: {"position": 3}),
    HoursRule: (
        lambda s: {"state": "closed", "monday": False},
        lambda s: {"spans": [{"opens": "09:00", "closes": "17:00", "last_entry": None}]},
    ),
    HoursException: (
        lambda s: {"first": date(2026, 1, 2), "state": "closed", "reason": text("检修")},
        lambda s: {"reason": text("元旦", en="New Year")},
    ),
    VenueTag: (lambda s: {"tag": s.other_tag}, lambda s: {"tag": s.other_tag}),
    VenueMedia: (lambda s: {"media": s.other_media}, lambda s: {"position": 3}),
    VenueImage: (lambda s: {"image": s.other_image}, lambda s: {"position": 3}),
    RouteStop: (lambda s: {"venue": s.other_venue}, lambda s: {"minutes": 30}),
    RouteLink: (lambda s: {"kind": "phone", "value": "+86 24 8888 0000"}, lambda s: {"position": 3}),
    RouteTag: (lambda s: {"tag": s.other_tag}, lambda s: {"tag": s.other_tag}),
    RouteMedia: (lambda s: {"media": s.other_media}, lambda s: {"position": 3}),
    RouteImage: (lambda s: {"image": s.other_image}, lambda s: {"position": 3}),
    EventVenue: (lambda s: {"venue": s.other_venue}, lambda s: {"position": 3}),
    EventLink: (lambda s: {"kind": "phone", "value": "+86 24 8888 0000"}, lambda s: {"label": text("票务")}),
    EventTag: (lambda s: {"tag": s.other_tag}, lambda s: {"tag": s.other_tag}),
    EventMedia: (lambda s: {"media": s.other_media}, lambda s: {"position": 3}),
    EventImage: (lambda s: {"image": s.other_image}, lambda s: {"position": 3}),
    OrganizerLink: (
        lambda s: {"kind": "email", "value": "post@example.org"},
        lambda s: {"value": "https://a.example/"},
    ),
    AccessFact: (lambda s: {"fact": "parking", "value": "no"}, lambda s: {"value": "no"}),
    VisitRules: (lambda s: {"lockers": True}, lambda s: {"clothing": text("长裤")}),
    PhotoArea: (lambda s: {"name": text("展厅"), "rule": "allowed"}, lambda s: {"rule": "forbidden"}),
    HealthWarning: (lambda s: {"hazard": "heat"}, lambda s: {"decibels": 85}),
    ProductionPeriod: (
        lambda s: {"first": date(2026, 6, 1), "line_running": "yes"},
        lambda s: {"last": date(2026, 5, 3)},
    ),
    ExhibitMedia: (lambda s: {"media": s.other_media}, lambda s: {"position": 3}),
    ExhibitImage: (lambda s: {"image": s.other_image}, lambda s: {"position": 3}),
    ThenAndNow: (lambda s: {"then": s.image, "now": s.other_image}, lambda s: {"year_then": 1958}),
    Demonstration: (lambda s: {"starts": time(15)}, lambda s: {"minutes": 20}),
    NoticeVenue: (lambda s: {"venue": s.other_venue}, lambda s: {"venue": s.other_venue}),
    NoticeEvent: (lambda s: {"event": s.other_event}, lambda s: {"event": s.other_event}),
    TeamImage: (lambda s: {"image": s.other_image}, lambda s: {"position": 3}),
    TeamLink: (lambda s: {"kind": "phone", "value": "+86 24 8888 0000"}, lambda s: {"position": 3}),
    Competition: (lambda s: {"advance": 2}, lambda s: {"best_runners_up": 6}),
    Entry: (lambda s: {"team": s.other_team}, lambda s: {"seed": 1}),
    CoursePoint: (
        lambda s: {"course": Course.objects.get(), "kind": "aid", "km": 2},
        lambda s: {"note": text("左侧")},
    ),
    Eligibility: (lambda s: {"limit": 5}, lambda s: {"guardian_under": 18}),
}

# Each root: one plain field, and one translation more.
FIELDS: list[tuple[str, str, Any]] = [
    ("venue", "postcode", "110021"),
    ("venue", "indoor", True),
    ("venue", "name", text("场馆", de="Museum")),
    ("venue", "summary", text("简介", en="Summary")),
    ("event", "status", "postponed"),
    ("event", "title", text("活动", de="Fest")),
    ("organizer", "description", text("介绍")),
    ("exhibit", "condition", "running"),
    ("exhibit", "story", text("故事", en="Story")),
    ("image", "alt", text("说明", en="Alt")),
    ("image", "credit", "Archive"),
    ("audio", "title", text("讲解", en="Guide")),
    ("audio", "language", "en"),
    ("document", "credit", "Archive"),
    ("notice", "severity", "severe"),
    ("notice", "text", text("请绕行")),
]


def test_the_table_names_every_child_of_public_content() -> None:
    children = {
        model
        for root in root_models().values()
        for model in (relation.related_model for relation in root._meta.related_objects)
        if issubclass(model, Tracked) and not issubclass(model, Root) and not getattr(model, "draft", False)
    }
    # A release has tests of its own; so has what touches the slot and not the event; and what others stand on.
    elsewhere = {"Release", "SlotNotice", "SlotBooking", "Result", "Stage", "Group", "Course"}
    assert {model.__name__ for model in children} == {*(model.__name__ for model in CHILDREN), *elsewhere}


@pytest.mark.parametrize(("owner", "field", "value"), FIELDS, ids=lambda value: value if isinstance(value, str) else "")
def test_field_of_a_root_takes_the_next_number(owner: str, field: str, value: Any) -> None:
    row = getattr(factories_media if owner in ("audio", "document") else factories, owner)()
    if owner == "image":
        factories.shown(row, factories.venue())
    elif owner in ("audio", "document"):
        factories_media.placed(row, factories.venue())
    row.refresh_from_db()
    setattr(row, field, value)
    assert row.key in numbered(row, lambda: saved(row))


def numbered(root: Root, act: Callable[[], Any]) -> set[tuple[str, str]]:
    """Does it; checks the number and the version of the root; returns what was stamped with the number."""
    before, version = revision(), type(root).objects.get(pk=root.pk).version
    act()
    assert revision() == before + 1
    assert type(root).objects.get(pk=root.pk).version == version + 1
    return {key for key, (number, _deleted) in feed().items() if number == before + 1}


def beside(child: Any) -> set[tuple[str, str]]:
    """What a child changes beside its root: the pictures that it shows, what a notice or an entry is about."""
    if isinstance(child, Showing):
        return {getattr(child, name).key for name in child.shown_fields}
    if isinstance(child, Entry):
        return {child.team.key}
    return {child.venue.key} if isinstance(child, NoticeVenue) else set()


@pytest.mark.parametrize("model", CHILDREN, ids=lambda model: model.__name__)
def test_child_takes_the_next_number_for_its_root(scene: Scene, model: type[Tracked]) -> None:
    more, changed = CHILDREN[model]
    child: Any = model.objects.get()
    root: Root = child.root
    before = {root.key} | beside(child)

    def change() -> None:
        for name, value in changed(scene).items():
            setattr(child, name, value)
        saved(child)

    assert numbered(root, change) == before | beside(child)
    assert numbered(root, child.delete) == {root.key} | beside(child)
    fresh = model(**{child.root_field: root}, **more(scene))
    assert numbered(root, lambda: saved(fresh)) == {root.key} | beside(fresh)


def test_stage_and_its_groups_take_a_number_for_the_event(scene: Scene) -> None:
    for model in (Group, Stage):  # the stage cannot go before its groups
        row: Any = model.objects.get()
        row.name = text("小组", en="Groups")
        assert numbered(scene.event, row.save) == {scene.event.key}
        if model is Group:
            assert numbered(scene.event, row.delete) == {scene.event.key}


def test_course_takes_a_number_for_the_event(scene: Scene) -> None:
    row = Course.objects.get()
    row.distance = 6_000
    assert numbered(scene.event, row.save) == {scene.event.key}
    CoursePoint.objects.get().delete()  # which goes with it otherwise, and raises the version once more
    assert numbered(scene.event, row.delete) == {scene.event.key}


def test_tag_rename_takes_one_number_for_all_that_carries_it(scene: Scene) -> None:
    before, versions = revision(), [type(row).objects.get(pk=row.pk).version for row in (scene.venue, scene.event)]
    scene.tag.name = text("新标签")
    scene.tag.save()
    changed = {key for key, (number, _deleted) in feed().items() if number == before + 1}
    assert revision() == before + 1
    assert changed == {scene.venue.key, scene.event.key}
    assert [type(row).objects.get(pk=row.pk).version for row in (scene.venue, scene.event)] == versions


def test_tag_that_nothing_carries_takes_no_number(scene: Scene) -> None:
    before = revision()
    scene.other_tag.name = text("闲")
    scene.other_tag.save()
    scene.other_tag.delete()
    assert revision() == before


def test_picture_change_raises_its_own_version_and_no_other(scene: Scene) -> None:
    rows = (scene.venue, scene.event, scene.image)
    versions = [type(row).objects.get(pk=row.pk).version for row in rows]
    scene.image.alt = text("新的说明")
    scene.image.save()
    assert [type(row).objects.get(pk=row.pk).version for row in rows] == [versions[0], versions[1], versions[2] + 1]


def test_release_takes_one_number_for_the_event_and_its_slots(scene: Scene) -> None:
    slot = factories.slot(scene.event)
    assert numbered(scene.event, lambda: factories.release(scene.event)) == {
        scene.event.key,
        ("slot", str(slot.uid)),
    }


def statements(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_picture_shown_in_many_places_costs_no_statement_for_each(scene: Scene) -> None:
    few = statements(scene.image.save)
    for _ in range(5):
        factories.shown(scene.image, factories.venue())
    assert statements(scene.image.save) == few
