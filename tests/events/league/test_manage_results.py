"""``manage/slots/{uid}/result`` and ``manage/events/{slug}/scorer-links``: versions, rights, refusals by name."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from core.changes.models import acts_of
from core.models import IdempotentAnswer
from events.league.links import digest_of, find_link
from events.league.models import Result, ScorerLink
from tests import factories_league as league
from tests.asking import send, wrong
from tests.factories import at

pytestmark = pytest.mark.django_db

BEFORE = at(2026, 4, 1, 12)


@pytest.fixture
def scene(cast: SimpleNamespace, clock: Any) -> SimpleNamespace:
    clock(BEFORE)
    cup = league.cup_of_four(event={"organizer": cast.ours})
    return SimpleNamespace(cup=cup, **vars(cast))


def path(scene: Any, number: int = 1) -> str:
    return f"/api/v1/manage/slots/{scene.cup.uids[number]}/result"


LINKS = "/api/v1/manage/events/cup/scorer-links"


def test_a_result_is_put_corrected_and_taken_back(scene: Any, get: Any) -> None:
    empty = send(scene.publisher, "get", path(scene))
    assert (empty["ETag"], empty.json()["state"], empty.json()["score"]) == (
        '"0"',
        "none",
        {"home": None, "away": None},
    )
    body = {"state": "confirmed", "score": {"home": 70, "away": 60}, "periods": [{"home": 70, "away": 60}]}
    made = send(scene.publisher, "put", path(scene), body, if_match='"0"')
    shown = made.json()
    assert (made["ETag"], shown["version"], shown["winner"], shown["score"]) == (
        '"1"',
        1,
        "home",
        {"home": 70, "away": 60},
    )
    assert get(f"slots/{scene.cup.uids[1]}")["result"]["score"] == {"home": 70, "away": 60}
    body = {"score": {"home": 71, "away": 60}, "periods": [], "note": {"zh-Hans": "更正"}, "version": 1}
    assert send(scene.publisher, "put", path(scene), body).json()["note"] == {"zh-Hans": "更正"}
    back = send(scene.publisher, "put", path(scene), {"state": "none", "version": 2}).json()
    assert (back["state"], back["score"]["home"], back["note"], back["version"]) == ("none", None, {}, 3)
    send(scene.publisher, "put", path(scene), {**back})  # as it was read


def test_what_was_read_can_be_sent_back(scene: Any) -> None:
    shown = send(scene.publisher, "put", path(scene), {"state": "void", "version": 0}).json()
    assert send(scene.publisher, "put", path(scene), shown).json() == shown


def test_the_version_is_asked_for_and_the_second_court_is_told(scene: Any) -> None:
    body = {"state": "confirmed", "score": {"home": 70, "away": 60}}
    send(scene.publisher, "put", path(scene), body, expect=428)
    send(scene.publisher, "put", path(scene), {**body, "version": 0})
    stale = send(scene.publisher, "put", path(scene), {**body, "version": 0}, expect=412).json()
    assert (stale["current"]["version"], stale["current"]["score"]) == (1, {"home": 70, "away": 60})
    send(scene.publisher, "put", path(scene, 2), {**body, "version": 0})  # another result has its own


def test_refusals_name_the_field_or_the_state(scene: Any) -> None:
    def put(number: int, expect: int, **body: Any) -> list[tuple[str, str]]:
        return wrong(send(scene.publisher, "put", path(scene, number), {"version": 0, **body}, expect=expect))

    confirmed = {"state": "confirmed"}
    assert put(1, 400, **confirmed, score={"home": -1, "away": 60}) == [("score.home", "min_value")]
    assert put(1, 400, **confirmed, score={"home": 70}) == [("score.away", "invalid")]
    assert put(1, 400, **confirmed, score={"home": 70, "away": 60}, periods=[{"home": 1, "away": 1}]) == [
        ("periods", "invalid")
    ]
    assert put(1, 400, periods=[[1, 2]]) == put(1, 400, periods=7) == [("periods", "invalid")]
    assert put(1, 400, **confirmed, score={"home": 70, "away": 70}) == [("score.away", "level")]
    assert put(1, 400, overtime=1) == [("overtime", "unknown")]
    assert put(3, 409, **confirmed, score={"home": 70, "away": 60}) == [("", "placeholder")]
    assert Result.objects.count() == 0


def test_a_later_round_that_has_begun_holds_a_correction_back(scene: Any) -> None:
    for number in (1, 2, 3):
        league.enter(scene.cup, number, 70, 60)
    body = {"score": {"home": 60, "away": 70}, "version": 1}
    answer = send(scene.publisher, "put", path(scene), body, expect=409)
    assert wrong(answer) == [("", "downstream_started")]
    assert "match 3 has begun" in answer.json()["errors"][0]["detail"]


def test_unknown_slots_and_strangers_slots_are_not_there(scene: Any) -> None:
    send(scene.stranger, "get", path(scene), expect=404)
    send(scene.stranger, "put", path(scene), {"version": 0}, expect=404)
    send(scene.editor, "put", path(scene), {"version": 0}, expect=403)


# Links


def body_of(scene: Any, **changes: Any) -> dict[str, Any]:
    until = timezone.localtime(BEFORE + timedelta(days=7)).isoformat()
    slots = [str(scene.cup.uids[1]), str(scene.cup.uids[2])]
    return {"label": "Court 2", "slots": slots, "expires_at": until, **changes}


def test_a_link_tells_its_address_once_and_only_a_digest_is_stored(scene: Any) -> None:
    made = send(scene.publisher, "post", LINKS, body_of(scene), expect=201)
    shown = made.json()
    origin, secret = shown["address"].rstrip("/").rsplit("/", 1)
    link = ScorerLink.objects.get()
    assert (origin, link.digest, link.created_by) == ("https://tiexi.example/score", digest_of(secret), scene.publisher)
    assert find_link(secret) == link
    assert secret not in str(ScorerLink.objects.values())
    (listed,) = send(scene.publisher, "get", LINKS).json()["results"]
    assert listed == {name: value for name, value in shown.items() if name != "address"}
    assert send(scene.publisher, "get", made["Location"]).json() == listed
    act = acts_of(scene.cup.event).first()
    assert act is not None
    assert (act.by, act.note, act.fields) == (scene.publisher, "+ Court 2", ["link for scorers"])


def test_the_secret_is_not_kept_with_the_answer_of_a_key(scene: Any) -> None:
    first = send(scene.publisher, "post", LINKS, body_of(scene), expect=201, idempotency_key="k")
    again = send(scene.publisher, "post", LINKS, body_of(scene), expect=201, idempotency_key="k")
    assert first.json() | {"address": None} == again.json()
    assert (again["Idempotent-Replayed"], ScorerLink.objects.count()) == ("true", 1)
    assert first.json()["address"].rsplit("/", 2)[1] not in bytes(IdempotentAnswer.objects.get().body).decode()


def test_a_link_is_closed_at_once(scene: Any) -> None:
    made = send(scene.publisher, "post", LINKS, body_of(scene), expect=201)
    for _ in range(2):
        send(scene.publisher, "delete", made["Location"], expect=204)
    assert send(scene.publisher, "get", made["Location"]).json()["revoked_at"] == "2026-04-01T12:00:00+08:00"
    assert acts_of(scene.cup.event).filter(fields=["link for scorers"]).count() == 2
    send(scene.publisher, "delete", f"{LINKS}/{2**63}", expect=404)
    send(scene.publisher, "delete", f"{LINKS}/{2**70}", expect=404)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"label": " "}, [("label", "blank")]),
        ({"slots": []}, [("slots", "min_length")]),
        ({"slots": ["00000000-0000-4000-8000-000000000000"]}, [("slots", "invalid")]),
        ({"slots": ["x"]}, [("slots.0", "invalid")]),
        ({"expires_at": "2026-04-01T12:00:00+08:00"}, [("expires_at", "invalid")]),
        ({"expires_at": "2026-09-01T12:00:00+08:00"}, [("expires_at", "invalid")]),
        ({"expires_at": "soon"}, [("expires_at", "invalid")]),
        ({"secret": "1"}, [("secret", "unknown")]),
    ],
)
def test_links_that_cannot_be_are_refused_by_name(scene: Any, changes: Any, problems: Any) -> None:
    answer = send(scene.publisher, "post", LINKS, body_of(scene, **changes), expect=400)
    assert wrong(answer) == problems
    assert ScorerLink.objects.count() == 0
