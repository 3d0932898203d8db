"""Publication: which act starts from where, whose approval it needs, what stands in its way."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.changes.models import Act, acts_of, log
from core.models import User
from core.publication import ALLOWED, Published, State, Verb, act, approvals, verbs_for
from events.models import Event, EventVenue
from organizers.models import Organizer
from tests import factories
from tests.factories import at, revision, text
from venues.models import Venue

pytestmark = pytest.mark.django_db


def brought_to(state: str, row: Any) -> Any:
    """The row in that state, whatever the reviews."""
    steps = {
        State.DRAFT: [],
        State.IN_REVIEW: [Verb.SUBMIT],
        State.PUBLISHED: [Verb.PUBLISH],
        State.WITHDRAWN: [Verb.PUBLISH, Verb.WITHDRAW],
    }
    for verb in steps[State(state)]:
        row = act(row, verb, by=None, reviewed=True)
    return type(row)._base_manager.get(pk=row.pk)


def draft(**fields: Any) -> Venue:
    return factories.venue(published=False, **fields)


def edited(row: Published, by: Any, verb: str = Act.Verb.CHANGED) -> None:
    """What the admin writes down after a form was saved."""
    log(row, verb, by=by, at=row.updated_at, fields=["name"])


def problems(call: Callable[[], Any]) -> list[tuple[str | None, str]]:
    with pytest.raises(ValidationError) as caught:
        call()
    return [(error.code, " ".join(error.messages)) for error in caught.value.error_list]


def codes(call: Callable[[], Any]) -> list[str | None]:
    return [code for code, _message in problems(call)]


def state_of(row: Published) -> str:
    return type(row)._base_manager.get(pk=row.pk).state


# From where to where


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize(
    ("verb", "starts", "ends"),
    [
        (Verb.SUBMIT, {State.DRAFT, State.WITHDRAWN}, State.IN_REVIEW),
        (Verb.APPROVE, {State.IN_REVIEW}, State.IN_REVIEW),
        (Verb.REJECT, {State.IN_REVIEW}, State.DRAFT),
        (Verb.PUBLISH, {State.DRAFT, State.IN_REVIEW, State.WITHDRAWN}, State.PUBLISHED),
        (Verb.WITHDRAW, {State.PUBLISHED}, State.WITHDRAWN),
    ],
)
def test_act_starts_from_its_states_only(state: str, verb: Verb, starts: set[str], ends: str) -> None:
    venue, user = brought_to(state, draft()), factories.user("anna")
    if state in starts:
        after = act(venue, verb, by=user, note="why", reviewed=True)
        last = acts_of(after)[0]
        assert (after.state, state_of(venue), after.public) == (ends, ends, ends == State.PUBLISHED)
        assert (last.by, last.note, last.label) == (user, "why", str(venue))
    else:
        acts = acts_of(venue).count()
        assert codes(lambda: act(venue, verb, by=user, note="why", reviewed=True)) == ["state"]
        assert (state_of(venue), acts_of(venue).count()) == (state, acts)


def test_every_act_is_in_the_table_of_states() -> None:
    assert set(ALLOWED) == set(Verb)


def test_acts_are_written_down_in_their_order() -> None:
    venue, moment = draft(), at(2026, 5, 1, 12)
    for verb, note in [(Verb.SUBMIT, ""), (Verb.REJECT, "too long"), (Verb.SUBMIT, ""), (Verb.APPROVE, "good")]:
        act(venue, verb, by=factories.user(f"u{acts_of(venue).count()}"), note=note, moment=moment)
    assert [(row.verb, row.note, row.at) for row in reversed(acts_of(venue))] == [
        ("submitted", "", moment),
        ("rejected", "too long", moment),
        ("submitted", "", moment),
        ("approved", "good", moment),
    ]


def test_state_is_changed_by_acts_alone() -> None:
    """A form that was opened before an act, and saved after it, must not undo it."""
    stale = draft()
    factories.public(stale)
    stale.name = text("新名")
    stale.save()
    stored = Venue.objects.get(pk=stale.pk)
    assert (stored.state, stored.public, stored.name) == (State.PUBLISHED, True, {"zh-Hans": "新名"})
    assert stored.first_published_at is not None
    stored.state = State.WITHDRAWN
    stored.save()
    assert state_of(stored) == State.PUBLISHED


def test_approval_alone_takes_no_number_and_no_version() -> None:
    venue = brought_to(State.IN_REVIEW, draft())
    before = revision()
    after = act(venue, Verb.APPROVE, by=factories.user("anna"))
    assert (revision(), after.version) == (before, venue.version)


# Reviews


@pytest.mark.parametrize(("required", "given", "published"), [(0, 0, True), (1, 0, False), (1, 1, True), (2, 1, False)])
def test_publication_waits_for_its_reviews(settings: Any, required: int, given: int, published: bool) -> None:
    settings.REVIEWS_REQUIRED = required
    venue = brought_to(State.IN_REVIEW, draft())
    for number in range(given):
        act(venue, Verb.APPROVE, by=factories.user(f"reviewer-{number}"))
    if published:
        assert act(venue, Verb.PUBLISH, by=None).state == State.PUBLISHED
    else:
        ((code, message),) = problems(lambda: act(venue, Verb.PUBLISH, by=None))
        assert (code, str(required) in message, str(given) in message) == ("reviews", True, True)
        assert state_of(venue) == State.IN_REVIEW


def test_two_reviews_are_by_two_people(settings: Any) -> None:
    settings.REVIEWS_REQUIRED = 2
    venue, anna, boris = brought_to(State.IN_REVIEW, draft()), factories.user("anna"), factories.user("boris")
    act(venue, Verb.APPROVE, by=anna)
    act(venue, Verb.APPROVE, by=anna)
    assert approvals(venue) == 1
    assert codes(lambda: act(venue, Verb.PUBLISH, by=None)) == ["reviews"]
    act(venue, Verb.APPROVE, by=boris)
    assert act(venue, Verb.PUBLISH, by=anna).state == State.PUBLISHED


@pytest.mark.parametrize("wrote", [Act.Verb.CREATED, Act.Verb.CHANGED])
def test_nobody_approves_their_own_text(wrote: str) -> None:
    venue, anna, boris = brought_to(State.IN_REVIEW, draft()), factories.user("anna"), factories.user("boris")
    edited(venue, anna, wrote)
    edited(venue, boris)
    assert codes(lambda: act(venue, Verb.APPROVE, by=anna)) == ["own_text"]
    assert approvals(venue) == 0
    act(venue, Verb.APPROVE, by=factories.user("clara"))
    assert approvals(venue) == 1


def test_who_wrote_an_earlier_publication_may_approve_the_next() -> None:
    venue, anna, boris = draft(), factories.user("anna"), factories.user("boris")
    edited(venue, anna)
    venue = brought_to(State.WITHDRAWN, venue)
    edited(venue, boris)
    act(venue, Verb.SUBMIT, by=boris)
    assert codes(lambda: act(venue, Verb.APPROVE, by=boris)) == ["own_text"]
    act(venue, Verb.APPROVE, by=anna)
    assert approvals(venue) == 1


@pytest.mark.parametrize("voided_by", ["edit", "rejection"])
def test_approval_holds_for_the_text_as_it_stood(voided_by: str) -> None:
    venue, anna = brought_to(State.IN_REVIEW, draft()), factories.user("anna")
    act(venue, Verb.APPROVE, by=factories.user("boris"))
    assert approvals(venue) == 1
    if voided_by == "edit":
        edited(venue, anna)
    else:
        act(venue, Verb.REJECT, by=anna, note="no")
        act(venue, Verb.SUBMIT, by=anna)
    assert approvals(venue) == 0
    assert codes(lambda: act(venue, Verb.PUBLISH, by=anna)) == ["reviews"]


@pytest.mark.parametrize("note", ["", "  \n"])
def test_rejection_says_what_has_to_change(note: str) -> None:
    venue = brought_to(State.IN_REVIEW, draft())
    assert codes(lambda: act(venue, Verb.REJECT, by=None, note=note)) == ["note_required"]
    assert act(venue, Verb.REJECT, by=None, note="the year is wrong").state == State.DRAFT


# What stands in the way


@pytest.mark.parametrize("what", ["venue", "organizer", "season"])
@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_event_is_not_published_before_what_it_needs(what: str, state: str) -> None:
    makers: dict[str, Callable[..., Any]] = {
        "venue": draft,
        "organizer": lambda: factories.organizer(published=False),
        "season": lambda: factories.event(published=False, event_kind="season"),
    }
    needed = brought_to(state, makers[what]())
    fields = {"venues": [factories.venue(), needed]} if what == "venue" else {what: needed}
    event = factories.event(published=False, **fields)
    ((_code, message),) = problems(lambda: factories.public(event))
    assert str(needed) in message
    assert state_of(event) == State.DRAFT
    factories.public(needed)
    assert factories.public(event).public is True


def test_event_names_everything_that_is_missing_at_once() -> None:
    venue, organizer = draft(), factories.organizer(published=False)
    event = factories.event(published=False, venues=[venue], organizer=organizer)
    messages = [message for _code, message in problems(lambda: factories.public(event))]
    assert [str(venue) in messages[0], str(organizer) in messages[1], len(messages)] == [True, True, 2]


@pytest.mark.parametrize("what", ["venue", "organizer"])
def test_what_a_published_event_needs_is_not_withdrawn(what: str) -> None:
    venue, organizer = factories.venue(), factories.organizer()
    event = factories.event(venues=[venue], organizer=organizer)
    factories.event(published=False, venues=[venue], organizer=organizer)
    needed: Venue | Organizer = {"venue": venue, "organizer": organizer}[what]
    ((code, message),) = problems(lambda: factories.withdrawn(needed))
    assert (code, str(event) in message, state_of(needed)) == ("in_use", True, State.PUBLISHED)
    factories.withdrawn(event)
    assert factories.withdrawn(needed).public is False


def test_event_that_has_not_appeared_yet_holds_its_venue_too() -> None:
    venue = factories.venue()
    event = factories.event(venues=[venue], appear_at=at(2099, 1, 1))
    assert Event.objects.get(pk=event.pk).public is False
    assert codes(lambda: factories.withdrawn(venue)) == ["in_use"]


@pytest.mark.parametrize("kind", ["venue", "season"])
def test_whole_is_not_withdrawn_before_its_parts(kind: str) -> None:
    if kind == "venue":
        whole: Any = factories.venue()
        part: Any = factories.venue(parent=whole)
    else:
        whole = factories.event(event_kind="season")
        part = factories.event(season=whole)
    assert len(problems(lambda: factories.withdrawn(whole))) == 1
    assert state_of(whole) == State.PUBLISHED
    factories.withdrawn(part)
    assert factories.withdrawn(whole).state == State.WITHDRAWN


def test_part_is_not_published_before_its_whole() -> None:
    museum = draft()
    hall = draft(parent=museum)
    ((_code, message),) = problems(lambda: factories.public(hall))
    assert str(museum) in message
    factories.public(museum)
    assert factories.public(hall).public is True


def test_published_part_is_not_moved_to_a_draft() -> None:
    hall = Venue.objects.get(pk=factories.venue().pk)
    hall.parent = draft()
    with pytest.raises(ValidationError) as caught:
        hall.full_clean()
    assert set(caught.value.message_dict) == {"parent"}


@pytest.mark.parametrize("what", ["organizer", "season"])
def test_published_event_is_not_moved_to_a_draft(what: str) -> None:
    event = factories.event()
    event = Event.objects.get(pk=event.pk)
    other = (
        factories.organizer(published=False)
        if what == "organizer"
        else factories.event(published=False, event_kind="season")
    )
    setattr(event, what, other)
    with pytest.raises(ValidationError) as caught:
        event.full_clean()
    assert set(caught.value.message_dict) == {what}
    factories.public(other)
    other.refresh_from_db()
    event.full_clean()


def test_published_event_takes_no_draft_venue() -> None:
    event = Event.objects.get(pk=factories.event().pk)
    with pytest.raises(ValidationError) as caught:
        EventVenue(event=event, venue=draft()).full_clean()
    assert set(caught.value.message_dict) == {"venue"}


def test_vanishing_before_appearing_is_refused() -> None:
    venue = draft()
    venue.appear_at, venue.vanish_at = at(2026, 5, 2), at(2026, 5, 2)
    with pytest.raises(ValidationError) as caught:
        venue.full_clean()
    assert set(caught.value.message_dict) == {"vanish_at"}
    venue.vanish_at = at(2026, 5, 3)
    venue.full_clean()


# The name in URLs


def test_slug_is_fixed_after_the_first_publication() -> None:
    venue = draft(slug="old-name")
    venue.slug = "new-name"
    venue.full_clean()
    venue.save()
    stale = Venue.objects.get(pk=venue.pk)
    factories.withdrawn(factories.public(venue))
    for row in (Venue.objects.get(pk=venue.pk), stale):  # also in a form that was opened before
        row.slug = "newest-name"
        with pytest.raises(ValidationError) as caught:
            row.full_clean()
        assert set(caught.value.message_dict) == {"slug"}
        assert "new-name" in str(caught.value)
    assert Venue.objects.get(pk=venue.pk).slug == "new-name"


def test_first_publication_is_remembered_as_the_first() -> None:
    venue = draft()
    factories.public(venue, moment=at(2026, 5, 1))
    factories.withdrawn(venue)
    factories.public(venue, moment=at(2026, 6, 1))
    assert Venue.objects.get(pk=venue.pk).first_published_at == at(2026, 5, 1)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        (text("铁西区体育馆"), "tie-xi-qu-ti-yu-guan"),
        (text("馆", en="Workers' Park No. 2"), "workers-park-no-2"),
        (text("馆", en="Werk für Öfen"), "werk-fur-ofen"),
        (text("馆", en="★"), "venue"),
    ],
)
def test_slug_is_made_from_the_name(name: dict[str, str], slug: str) -> None:
    venue = Venue(name=name, venue_kind="museum")
    venue.full_clean()
    assert venue.slug == slug


def test_slug_that_is_taken_is_counted_on() -> None:
    made = []
    for _ in range(3):
        venue = Venue(name=text("馆", en="Hall"), venue_kind="museum")
        venue.full_clean()
        venue.save()
        made.append(venue.slug)
    assert made == ["hall", "hall-2", "hall-3"]


# Who is offered what

DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN = State.values
CAST = ("superuser", "staff", "reviewer", "editor", "publisher", "stranger", "nobody")
ALL = "submit approve reject publish withdraw"
# What each may do to it at all; the table of states leaves of it what the state allows.
MAY = {
    "venue": {
        "superuser": ALL,
        "staff": "submit publish withdraw",
        "reviewer": "approve reject publish withdraw",
    },
    "event": {
        "superuser": ALL,
        "staff": "submit publish withdraw",
        "reviewer": "approve reject publish withdraw",
        "publisher": ALL,
    },
}
FROM = {
    DRAFT: {"submit", "publish"},
    IN_REVIEW: {"approve", "reject", "publish"},
    PUBLISHED: {"withdraw"},
    WITHDRAWN: {"submit", "publish"},
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("kind", ["venue", "event"])
def test_verbs_are_offered_by_role_and_state(kind: str, state: str, cast: SimpleNamespace, settings: Any) -> None:
    settings.REVIEWS_REQUIRED = 0
    row = draft() if kind == "venue" else factories.event(published=False, organizer=cast.ours)
    row = brought_to(state, row)
    offered = {name: {str(verb) for verb in verbs_for(row, getattr(cast, name))} for name in CAST}
    expected = {name: set(MAY[kind].get(name, "").split()) & FROM[state] for name in CAST}
    if kind == "event":  # an editor hands in drafts, and nothing else
        expected["editor"] = {"submit"} if state == DRAFT else set()
    assert offered == expected


def test_verbs_wait_for_reviews_and_leave_out_ones_own(cast: SimpleNamespace, settings: Any) -> None:
    settings.REVIEWS_REQUIRED = 1
    event = brought_to(State.IN_REVIEW, factories.event(published=False, organizer=cast.ours))
    edited(event, cast.publisher)

    def offered(user: User) -> list[str]:
        return [str(verb) for verb in verbs_for(event, user)]

    assert (offered(cast.publisher), offered(cast.reviewer)) == (["reject"], ["approve", "reject"])
    act(event, Verb.APPROVE, by=cast.reviewer)
    assert (offered(cast.publisher), offered(cast.staff)) == (["reject", "publish"], ["publish"])


def test_inactive_account_is_offered_nothing(cast: SimpleNamespace) -> None:
    event = factories.event(published=False, organizer=cast.ours)
    for name in CAST:
        user = getattr(cast, name)
        user.is_active = False
        user.save()
        assert verbs_for(event, User.objects.get(pk=user.pk)) == []
