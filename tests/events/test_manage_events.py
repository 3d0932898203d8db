"""Events by the manage API: listed, made, changed, and brought through their publication."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.changes.models import acts_of
from core.publication import Verb, act
from events.models import Event, EventLink
from organizers.models import Membership
from tests import factories
from tests.asking import send, wrong
from tests.factories import at, league, revision, text
from tests.pages import enter

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/manage/events"
NOON = at(2026, 5, 1, 12)


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Callable[[Any], None]) -> SimpleNamespace:
    """The cast, a draft of ``ours`` and one of ``theirs``."""
    clock(NOON)
    with edit():
        cast.hall = factories.venue(slug="hall")
        cast.cup = league(
            slug="cup", organizer=cast.ours, published=False, venues=[cast.hall], title=text("杯赛", en="Cup")
        )
        league(slug="other", organizer=cast.theirs, published=False, title=text("别家"))
    return cast


def read(who: Any, slug: str = "cup", **headers: Any) -> dict[str, Any]:
    found: dict[str, Any] = send(who, "get", f"{ROOT}/{slug}", **headers).json()
    return found


def slugs(who: Any, query: str = "") -> list[str]:
    return [row["slug"] for row in send(who, "get", f"{ROOT}{query}").json()["results"]]


# Reading


def test_manage_event_in_its_whole_shape(stage: Any) -> None:
    response = send(stage.editor, "get", f"{ROOT}/cup")
    shown = response.json()
    assert response["ETag"] == f'"{shown["version"]}"'
    assert shown == {
        "version": Event.objects.get(slug="cup").version,
        "derived": {"title": {"zh-Hant": "盃賽"}},
        "slug": "cup",
        "kind": "league",
        "title": {"zh-Hans": "杯赛", "en": "Cup"},
        "summary": {},
        "description": {},
        "organizer": {"slug": "ours"},
        "season": None,
        "starts_on": "2026-05-01",
        "ends_on": "2026-05-31",
        "date_precision": "day",
        "event_status": "scheduled",
        "status_note": {},
        "booking": {
            "status": "unknown",
            "opens_at": None,
            "closes_at": None,
            "url": "",
            "mini_program": {"app_id": "", "path": ""},
            "real_name_required": None,
            "accepted_documents": None,
            "documents": {},
            "note": {},
        },
        "price": {"kind": "unknown", "min": None, "max": None, "currency": "CNY", "note": {}, "concessions": {}},
        "ages": {"min": None, "max": None, "note": {}},
        "indoor": None,
        "venues": [{"slug": "hall"}],
        "images": [],
        "links": [],
        "tags": [],
        "verified_on": None,
        "doubts": "",
        "sample": False,
        "appear_at": None,
        "vanish_at": None,
        "state": "draft",
        "public": False,
        "release": None,
        "unreleased": 0,
        "rights": ["edit"],
        "updated_at": "2026-05-01T12:00:00+08:00",
    }
    assert read(stage.publisher)["rights"] == ["edit", "publish", "review"]
    assert read(stage.reviewer)["rights"] == ["publish", "review"]


def test_manage_events_are_those_that_one_works_on(stage: Any) -> None:
    league(slug="early", organizer=stage.ours, starts_on=at(2026, 4, 1).date())
    assert slugs(stage.editor) == ["cup", "early"]
    assert slugs(stage.stranger) == ["other"]
    assert slugs(stage.nobody) == []
    assert sorted(slugs(stage.staff)) == ["cup", "early", "other"]
    assert sorted(slugs(stage.staff, "?organizer=ours")) == ["cup", "early"]
    assert slugs(factories.token(stage.staff, organizer=stage.theirs)) == ["other"]
    assert slugs(factories.token(stage.editor, scope="read")) == ["cup", "early"]
    assert slugs(stage.editor, "?state=published") == ["early"]
    assert slugs(stage.editor, "?state=draft,in_review") == ["cup"]
    assert slugs(stage.editor, "?q=杯") == slugs(stage.editor, "?q=CU") == ["cup"]
    assert slugs(stage.editor, "?q=别家") == []


def test_manage_events_go_on_where_a_page_ended(stage: Any) -> None:
    for number in range(3):
        league(slug=f"more-{number}", organizer=stage.ours)
    browser, found, address = enter(stage.editor), [], f"{ROOT}?limit=3&state=draft,published"
    while address:
        page = send(browser, "get", address).json()
        found += [row["slug"] for row in page["results"]]
        address = page["next"] and page["next"].removeprefix("http://testserver")
        address = address and address[address.index("/api/") :]
    assert found == ["cup", "more-0", "more-1", "more-2"]
    forged = send(browser, "get", f"{ROOT}?cursor=forged", expect=400)
    assert wrong(forged) == [("cursor", "invalid")]


BAD_QUERIES = [
    ("?limit=0", [("limit", "out_of_range")]),
    ("?limit=101", [("limit", "out_of_range")]),
    ("?state=new", [("state", "invalid_choice")]),
    ("?organizer=A", [("organizer", "invalid")]),
    ("?q=", [("q", "required")]),
    ("?colour=red", [("colour", "unknown")]),
    ("?cursor=x&limit=5", [("limit", "with_cursor")]),
]


def test_manage_events_refuse_what_they_cannot_read(stage: Any) -> None:
    browser = enter(stage.editor)
    for query, expected in BAD_QUERIES:
        assert (query, wrong(send(browser, "get", f"{ROOT}{query}", expect=400))) == (query, expected)


def test_manage_events_tell_what_visitors_do_not_know_yet(stage: Any) -> None:
    first, second = (factories.slot(stage.cup, at(2026, 5, day, 19)) for day in (2, 3))
    assert read(stage.editor)["unreleased"] == 2
    factories.release(stage.cup)
    assert (read(stage.editor)["unreleased"], read(stage.editor)["release"]) == (0, 1)
    first.title = text("德比")
    first.save()
    second.delete()
    unknown = factories.slot(stage.cup, None, precision="tba")
    assert read(stage.editor)["unreleased"] == 3
    factories.release(stage.cup, only=[unknown.uid])
    assert [row["unreleased"] for row in send(stage.editor, "get", ROOT).json()["results"]] == [2]


def test_manage_events_cost_the_same_with_one_and_with_three(stage: Any) -> None:
    browser, costs = enter(stage.staff), []
    for count in (1, 2):
        with edit():
            for _number in range(count):
                venue = factories.venue()
                event = league(organizer=stage.ours, venues=[venue])
                EventLink(event=event, value="https://example.org").save()
                factories.takes_part(factories.slot(event, at(2026, 5, 2, 9), venue=venue), factories.participant())
                factories.shown(factories.image(), event)
                factories.release(event)
        with CaptureQueriesContext(connection) as queries:
            send(browser, "get", ROOT)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 25


# Making


def test_manage_event_is_made_as_a_draft_of_ones_organizer(stage: Any) -> None:
    body = {"title": {"zh-Hans": "新联赛", "en": "New League"}, "kind": "league", "starts_on": "2026-06-01"}
    response = send(stage.editor, "post", ROOT, body, 201)
    made = response.json()
    assert (made["slug"], made["organizer"], made["state"]) == ("new-league", {"slug": "ours"}, "draft")
    assert response["Location"] == f"{ROOT}/new-league"
    assert read(stage.editor, "new-league") == made
    line = acts_of(Event.objects.get(slug="new-league")).get()
    assert (line.verb, line.by, line.version) == ("created", stage.editor, made["version"])


def test_manage_event_needs_to_be_told_whose_it_is_where_that_is_open(stage: Any) -> None:
    body = {"title": {"zh-Hans": "新"}}
    assert wrong(send(stage.staff, "post", ROOT, body, 400)) == [("organizer", "required")]
    limited = factories.token(stage.staff, organizer=stage.theirs)
    assert send(limited, "post", ROOT, body, 201).json()["organizer"] == {"slug": "theirs"}
    refused = send(limited, "post", ROOT, {**body, "organizer": "ours"}, 400)
    assert wrong(refused) == [("organizer", "unknown")]
    send(stage.reviewer, "post", ROOT, {**body, "organizer": "ours"}, 403)


def test_manage_event_is_made_once_with_a_key(stage: Any) -> None:
    body = {"title": {"zh-Hans": "新"}, "slug": "new"}
    first, again = (send(stage.editor, "post", ROOT, body, 201, idempotency_key="one") for _try in range(2))
    assert (first.json(), again["Idempotent-Replayed"]) == (again.json(), "true")
    assert Event.objects.filter(slug="new").count() == 1


# Changing


WHOLE: dict[str, Any] = {
    "kind": "cup",
    "title": {"en": "The Cup", "de": "Der Pokal"},
    "summary": {"zh-Hans": "一句话"},
    "starts_on": "2026-05-02",
    "ends_on": None,
    "date_precision": "month",
    "event_status": "postponed",
    "status_note": {"zh-Hans": "改期"},
    "booking": {
        "status": "open",
        "closes_at": "2026-05-01T10:00:00Z",
        "url": "https://example.org/tickets",
        "mini_program": {"app_id": "wx1", "path": "pages/a"},
        "documents": {"zh-Hans": "身份证"},
    },
    "price": {"kind": "paid", "min": 2000, "max": 3500, "note": {"zh-Hans": "现场"}},
    "ages": {"min": 6, "note": {"zh-Hans": "家长陪同"}},
    "indoor": True,
    "tags": ["family"],
    "links": [
        {"kind": "phone", "value": "+86 24 88880000"},
        {"value": "https://example.org", "label": {"en": "Site"}},
    ],
    "verified_on": "2026-04-30",
    "doubts": "?",
    "appear_at": "2026-05-01T00:00:00+08:00",
}


def test_manage_event_takes_all_that_the_admin_edits(stage: Any) -> None:
    factories.tag(slug="family")
    picture, season = factories.image(organizer=stage.ours), league(slug="s", organizer=stage.ours, event_kind="season")
    before = read(stage.editor)
    body = {**WHOLE, "season": season.slug, "images": [str(picture.pk)], "venues": []}
    done = send(stage.editor, "patch", f"{ROOT}/cup", body, if_match=f'"{before["version"]}"').json()
    told = ("version", "derived", "updated_at")
    expected = {
        **before,
        **WHOLE,
        "title": {"zh-Hans": "杯赛", "en": "The Cup", "de": "Der Pokal"},
        "booking": {**before["booking"], **WHOLE["booking"], "closes_at": "2026-05-01T18:00:00+08:00"},
        "price": {**before["price"], **WHOLE["price"]},
        "ages": {**before["ages"], **WHOLE["ages"]},
        "tags": [{"slug": "family"}],
        "links": [
            {"kind": "phone", "value": "+86 24 88880000", "label": {}},
            {"kind": "website", "value": "https://example.org", "label": {"en": "Site"}},
        ],
        "season": {"slug": "s"},
        "images": [{"id": str(picture.pk)}],
        "venues": [],
    }
    assert {name: value for name, value in done.items() if name not in told} == {
        name: value for name, value in expected.items() if name not in told
    }
    assert done["derived"]["booking.documents"] == {"zh-Hant": "身份證"}
    last = acts_of(stage.cup).first()
    assert last is not None
    assert (last.verb, last.version, set(last.fields) >= {"title", "price", "venues", "links"}) == (
        "changed",
        done["version"],
        True,
    )
    again = send(stage.editor, "put", f"{ROOT}/cup", done).json()
    assert again == done  # what was read changes nothing


def test_manage_event_lists_are_replaced_by_what_is_sent(stage: Any) -> None:
    factories.venue(slug="arena")
    version = read(stage.editor)["version"]
    links = [{"value": f"https://example.org/{number}"} for number in range(3)]
    body = {"venues": ["arena", {"slug": "hall"}], "links": links, "version": version}
    done = send(stage.editor, "patch", f"{ROOT}/cup", body).json()
    assert [venue["slug"] for venue in done["venues"]] == ["arena", "hall"]
    keys = list(stage.cup.links.values_list("pk", flat=True))
    body = {"venues": [{"slug": "hall"}], "links": links[1:], "version": done["version"]}
    done = send(stage.editor, "patch", f"{ROOT}/cup", body).json()
    assert [venue["slug"] for venue in done["venues"]] == ["hall"]
    assert [link["value"] for link in done["links"]] == ["https://example.org/1", "https://example.org/2"]
    assert list(stage.cup.links.values_list("pk", flat=True)) == keys[:2]


def test_manage_event_write_carries_its_version(stage: Any) -> None:
    shown = read(stage.editor)
    send(stage.editor, "patch", f"{ROOT}/cup", {"doubts": "?"}, 428)
    factories.slot(stage.cup, at(2026, 5, 2, 9))  # also a slot raises it
    stale = send(stage.editor, "patch", f"{ROOT}/cup", {"doubts": "?", "version": shown["version"]}, 412).json()
    assert stale["current"] == read(stage.editor)
    assert Event.objects.get(slug="cup").doubts == ""


LATER = "2026-05-02T00:00:00Z"
BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"colour": "red"}, [("colour", "unknown")]),
    ({"state": "published"}, [("state", "read_only")]),
    ({"kind": "party"}, [("kind", "invalid_choice")]),
    ({"title": {"zh-Hans": None}}, [("title", "required")]),
    ({"title": "x"}, [("title", "invalid")]),
    ({"summary": {"en": "x" * 301}}, [("summary", "max_length")]),
    ({"description": {"zh-Hans": "<b>x</b>"}}, [("description", "html")]),
    ({"organizer": "theirs"}, [("organizer", "unknown")]),
    ({"organizer": None}, [("organizer", "null")]),
    ({"season": "nothing"}, [("season", "unknown")]),
    ({"season": "cup"}, [("season", "invalid")] * 2),
    ({"starts_on": "2026-13-01"}, [("starts_on", "invalid")]),
    ({"starts_on": "9999-12-31"}, [("starts_on", "year")]),
    ({"ends_on": "2026-04-01"}, [("ends_on", "invalid")]),
    ({"starts_on": None}, [("starts_on", "invalid")]),
    ({"booking": None}, [("booking", "null")]),
    ({"booking": []}, [("booking", "invalid")]),
    ({"booking": {"status": "not_yet"}}, [("booking.status", "invalid_choice")]),
    ({"booking": {"url": "nowhere"}}, [("booking.url", "invalid")]),
    (
        {"booking": {"opens_at": "2026-05-02T00:00:00Z", "closes_at": "2026-05-01T00:00:00Z"}},
        [("booking.closes_at", "invalid")],
    ),
    ({"booking": {"mini_program": {"id": 1}}}, [("booking.mini_program.id", "unknown")]),
    ({"price": {"min": -1}}, [("price.min", "min_value")]),
    ({"price": {"min": 10**12}}, [("price.min", "max_value")]),
    ({"price": {"currency": "rmb"}}, [("price.currency", "invalid")]),
    ({"price": {"min": 5, "max": 3}}, [("price.max", "invalid")]),
    ({"ages": {"min": 9, "max": 3}}, [("ages.max", "invalid")]),
    ({"venues": "hall"}, [("venues", "not_a_list")]),
    ({"venues": ["hall", "secret"]}, [("venues.1", "unknown")]),
    ({"venues": ["hall", "hall"]}, [("venues.1", "repeated")]),
    ({"tags": [5]}, [("tags.0", "unknown")]),
    ({"images": ["nonsense"]}, [("images.0", "unknown")]),
    ({"links": [{"kind": "phone", "value": "x"}]}, [("links.0.value", "invalid")]),
    ({"links": [{"kind": "phone"}]}, [("links.0.value", "blank"), ("links.0.value", "invalid")]),
    ({"links": [{"href": "x"}]}, [("links.0.href", "unknown")]),
    ({"slug": "Über uns"}, [("slug", "invalid")]),
    ({"slug": "other"}, [("slug", "unique")]),
    ({"indoor": "perhaps"}, [("indoor", "invalid")]),
]


def test_manage_event_names_what_cannot_be_written(stage: Any) -> None:
    factories.venue(slug="secret", published=False)
    browser, shown, before = enter(stage.editor), read(stage.editor), revision()
    for body, expected in BAD:
        found = wrong(send(browser, "patch", f"{ROOT}/cup", {**body, "version": shown["version"]}, 400))
        assert (body, found) == (body, expected)
    assert (read(stage.editor), revision()) == (shown, before)


def test_manage_event_keeps_what_its_editor_could_not_choose(stage: Any) -> None:
    """A draft venue and a district's season, which staff entered, may be sent back."""
    with edit():
        hidden = factories.venue(slug="hidden", published=False)
        stage.cup.season = league(slug="year", event_kind="season", organizer=stage.theirs)
        stage.cup.save()
    shown = read(stage.staff)
    body = {"venues": [hidden.slug, "hall"], "version": shown["version"]}
    shown = send(stage.staff, "patch", f"{ROOT}/cup", body).json()
    assert (
        send(stage.editor, "put", f"{ROOT}/cup", {**shown, "rights": ["edit"], "doubts": "!"}).json()["doubts"] == "!"
    )


def test_manage_event_that_is_published_is_its_publishers(stage: Any) -> None:
    factories.public(stage.cup)
    shown = read(stage.editor)
    problem = send(stage.editor, "patch", f"{ROOT}/cup", {"doubts": "?", "version": shown["version"]}, 403).json()
    assert problem["detail"] == "You may not change this event as it is now. Ask a publisher of its organizer."
    before = revision()
    done = send(stage.publisher, "patch", f"{ROOT}/cup", {"title": {"en": "Now"}, "version": shown["version"]}).json()
    assert (done["title"]["en"], revision()) == ("Now", before + 1)
    body = {"slug": "cup-2", "version": done["version"]}
    assert wrong(send(stage.publisher, "patch", f"{ROOT}/cup", body, 400)) == [("slug", "invalid")]
    factories.venue(slug="unbuilt", published=False)
    body = {"venues": ["hall", "unbuilt"], "version": done["version"]}
    assert wrong(send(stage.staff, "patch", f"{ROOT}/cup", body, 400)) == [("venues.1", "invalid")]


def test_manage_event_is_not_given_away(stage: Any) -> None:
    """A publisher here who is an editor there cannot leave a published event behind that they may not change."""
    Membership.objects.create(user=stage.publisher, organizer=stage.theirs, role="editor")
    factories.public(stage.cup)
    version = read(stage.publisher)["version"]
    send(stage.publisher, "patch", f"{ROOT}/cup", {"organizer": "theirs", "version": version}, 403)
    assert Event.objects.get(slug="cup").organizer == stage.ours


# Publication


def step(who: Any, name: str, expect: int = 200, **body: Any) -> Any:
    version = Event.objects.get(slug="cup").version
    return send(who, "post", f"{ROOT}/cup/{name}", {"version": version, **body}, expect)


def test_manage_event_goes_through_its_publication(stage: Any, get: Any) -> None:
    assert step(stage.editor, "submit").json()["state"] == "in_review"
    assert step(stage.reviewer, "reject", reason="Which hall?").json()["state"] == "draft"
    step(stage.editor, "submit")
    assert step(stage.reviewer, "approve").json()["state"] == "in_review"
    get("events/cup", expect=404)
    assert step(stage.publisher, "publish", note="go").json()["public"] is True
    get("events/cup")
    assert step(stage.publisher, "withdraw").json()["state"] == "withdrawn"
    get("events/cup", expect=410)
    verbs = ["withdrawn", "published", "approved", "submitted", "rejected", "submitted"]
    assert [(line.verb, line.note) for line in acts_of(stage.cup)][:6] == [
        (verb, {"rejected": "Which hall?", "published": "go"}.get(verb, "")) for verb in verbs
    ]


def test_manage_event_says_why_publication_does_not_go_on(stage: Any) -> None:
    assert wrong(step(stage.publisher, "withdraw", 409)) == [("state", "state")]
    assert wrong(step(stage.publisher, "publish", 409)) == [("", "reviews")]
    assert step(stage.editor, "publish", 403).json()["detail"].startswith("This shows at once")
    step(stage.publisher, "submit")
    assert wrong(step(stage.reviewer, "reject", 400)) == [("reason", "required")]
    assert wrong(step(stage.reviewer, "reject", 400, reason=" ")) == [("reason", "blank")]
    assert wrong(step(stage.reviewer, "approve", 400, colour=1)) == [("colour", "unknown")]
    changed = read(stage.publisher)
    send(stage.publisher, "patch", f"{ROOT}/cup", {"doubts": "!", "version": changed["version"]})
    assert "own text" in step(stage.publisher, "approve", 403).json()["detail"]
    step(stage.reviewer, "approve")
    with edit():
        act(stage.hall, Verb.WITHDRAW, by=None)
    assert "场馆" in step(stage.publisher, "publish", 409).json()["detail"]
    send(stage.publisher, "post", f"{ROOT}/cup/publish", {}, 428)
    send(stage.publisher, "post", f"{ROOT}/cup/publish", {"version": 1}, 412)
    assert Event.objects.get(slug="cup").state == "in_review"


def test_manage_event_speaks_a_language_that_the_reader_knows(stage: Any) -> None:
    spoken = {
        tag: send(stage.editor, "get", f"{ROOT}?limit=0&lang={tag}", expect=400).json()["errors"][0]["detail"]
        for tag in ("en", "de", "zh-Hans", "zh-Hant")
    }
    assert spoken == {
        "en": "Give a whole number from 1 to 100.",
        "de": "Geben Sie eine ganze Zahl von 1 bis 100 an.",
        "zh-Hans": "请填写 1 到 100 之间的整数。",
        "zh-Hant": "請填寫 1 到 100 之間的整數。",
    }
