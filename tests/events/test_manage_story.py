"""An organizer's evening by the manage API alone: a season is entered, released, and changed on the day."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.asking import send, wrong
from tests.factories import at, feed, revision

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/manage"
NOON = at(2026, 5, 1, 12)


@pytest.fixture
def club(cast: SimpleNamespace, clock: Callable[[Any], None]) -> SimpleNamespace:
    """The publisher of ``ours`` with a token, and the venue that they play in."""
    clock(NOON)
    cast.token = factories.token(cast.publisher)
    hall = factories.venue(slug="hall")
    factories.space(hall, slug="court-1")
    for slug in ("north", "south", "east"):
        factories.participant(slug=slug)
    return cast


def entered(club: SimpleNamespace) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A league of three matches, released."""
    body = {
        "title": {"zh-Hans": "铁西联赛", "en": "Tiexi League"},
        "slug": "league",
        "kind": "league",
        "starts_on": "2026-05-01",
        "ends_on": "2026-05-31",
        "venues": ["hall"],
    }
    made = send(club.token, "post", f"{ROOT}/events", body, 201)
    assert made["Location"] == f"{ROOT}/events/league"
    pairs = [("north", "south"), ("south", "east"), ("east", "north")]
    matches = [
        {
            "kind": "match",
            "title": {"zh-Hans": f"第{day}轮", "en": f"Round {day}"},
            "starts_at": f"2026-05-0{day}T19:00:00+08:00",
            "ends_at": f"2026-05-0{day}T20:30:00+08:00",
            "venue": "hall",
            "space": "court-1",
            "participants": [{"slug": home, "role": "home"}, {"slug": away, "role": "away"}],
        }
        for day, (home, away) in enumerate(pairs, start=2)
    ]
    added = send(club.token, "post", f"{ROOT}/events/league/slots", {"slots": matches}, 201).json()
    now = send(club.token, "get", f"{ROOT}/events/league")
    for who, act in ((club.token, "submit"), (club.reviewer, "approve"), (club.token, "publish")):
        now = send(who, "post", f"{ROOT}/events/league/{act}", {}, if_match=now["ETag"])
    seen = send(club.token, "get", f"{ROOT}/events/league/release").json()
    warned = [each["id"] for each in seen["conflicts"]]
    body = {"note": "season", "expected_draft": seen["draft"], "accept": warned}
    release = send(club.token, "post", f"{ROOT}/events/league/release", body, 201).json()
    assert (release["number"], release["changes"], release["by"]) == (1, 3, {"username": "publisher"})
    return release, added["slots"]


def lines_of(client: Client, uid: str) -> dict[str, str]:
    """What a subscribed calendar is told about a slot."""
    file = client.get("/api/v1/events/league.ics").content.decode().replace("\r\n ", "")
    (entry,) = [part for part in file.split("BEGIN:VEVENT") if f"UID:{uid}" in part]
    found = dict(line.partition(":")[::2] for line in entry.splitlines() if ":" in line)
    return {name.partition(";")[0]: value for name, value in found.items()}


def test_manage_story_of_a_match_that_is_retimed(club: Any, client: Client, get: Any) -> None:
    _release, slots = entered(club)
    uid, other = slots[0]["uid"], slots[1]["uid"]
    before = lines_of(client, uid)
    assert (before["SEQUENCE"], before["DTSTART"], before["STATUS"]) == ("0", "20260502T190000", "CONFIRMED")
    known, number = feed(), revision()
    changes = {
        "slots": [
            {
                "uid": uid,
                "version": 1,
                "starts_at": "2026-05-02T20:00:00+08:00",
                "ends_at": "2026-05-02T21:30:00+08:00",
            },
            {"uid": other, "version": 1, "title": {"en": "The derby"}},
        ]
    }
    done = send(club.token, "patch", f"{ROOT}/events/league/slots", changes).json()
    assert [(slot["version"], slot["changes"]) for slot in done["slots"]] == [(2, ["retimed"]), (2, ["retitled"])]
    assert (feed(), revision(), lines_of(client, uid)) == (known, number, before)  # nobody else sees the draft

    seen = send(club.token, "get", f"{ROOT}/events/league/release?only={uid}").json()
    assert [(each["uid"], each["kinds"]) for each in seen["differences"]] == [(uid, ["retimed"])]
    assert seen["differences"][0]["sentences"] == ["Time: 2026-05-02 20:00–21:30; before: 2026-05-02 19:00–20:30."]
    body = {"only": [uid], "note": "train is late", "expected_draft": seen["draft"]}
    body["accept"] = [each["id"] for each in seen["conflicts"]]
    assert send(club.token, "post", f"{ROOT}/events/league/release", body, 201).json()["number"] == 2

    (change,) = get("events/league/changes", since=1)["changes"]
    assert (change["uid"], change["kinds"]) == (uid, ["retimed"])
    times = [change[side]["starts_at"] for side in ("before", "after")]
    assert times == ["2026-05-02T19:00:00+08:00", "2026-05-02T20:00:00+08:00"]
    after = lines_of(client, uid)
    assert (after["SEQUENCE"], after["DTSTART"], after["UID"]) == ("1", "20260502T200000", before["UID"])
    assert get(f"slots/{other}", lang="en")["title"] == "Round 3"


def test_manage_story_of_a_match_that_is_cancelled_is_so_everywhere(club: Any, client: Client, get: Any) -> None:
    _release, slots = entered(club)
    uid = slots[2]["uid"]
    version = send(club.token, "get", f"{ROOT}/events/league").json()["version"]
    body = {"slots": [uid], "reason": {"zh-Hans": "暴雨", "en": "Storm"}, "version": version}
    done = send(club.token, "post", f"{ROOT}/events/league/cancel", body).json()
    assert (done["release"], done["event_status"], done["removed"]) == (2, "scheduled", [])
    assert [(slot["uid"], slot["status"], slot["changes"]) for slot in done["slots"]] == [(uid, "cancelled", [])]
    assert done["version"] == send(club.token, "get", f"{ROOT}/events/league").json()["version"]
    listed = {slot["uid"]: slot["status"] for slot in get("slots")["results"]}
    assert listed[uid] == get(f"slots/{uid}")["status"] == "cancelled"
    assert get(f"slots/{uid}", lang="en")["status_note"] == "Storm"
    days = get("events/league/schedule")["days"]
    assert [slot["status"] for day in days for slot in day["slots"]] == ["scheduled", "scheduled", "cancelled"]
    entry = lines_of(client, uid)
    assert (entry["STATUS"], entry["SEQUENCE"], entry["SUMMARY"].startswith("已取消")) == ("CANCELLED", "1", True)
    assert "EventCancelled" in client.get(f"/slots/{uid}/").content.decode()
    again = {"slots": [uid], "version": done["version"]}
    back = send(club.token, "post", f"{ROOT}/events/league/reinstate", again).json()
    assert (back["release"], get(f"slots/{uid}")["status"]) == (3, "scheduled")


def test_manage_story_of_a_match_begun_late(club: Any, get: Any) -> None:
    _release, slots = entered(club)
    path, number = f"{ROOT}/slots/{slots[0]['uid']}/notice", revision()
    send(club.token, "put", path, {"text": {"zh-Hans": "推迟半小时"}}, if_match='"0"')
    assert get(f"slots/{slots[0]['uid']}")["notice"]["text"] == "推迟半小时"
    assert (revision(), get("events/league")["release"]) == (number + 1, 1)
    send(club.token, "delete", path, expect=204, if_match='"1"')
    assert get(f"slots/{slots[0]['uid']}")["notice"] is None


def test_manage_story_of_a_clash(club: Any) -> None:
    """A team in two places at once blocks the release, and the answer says which slots and why."""
    _release, slots = entered(club)
    same = {"starts_at": slots[1]["starts_at"], "ends_at": slots[1]["ends_at"], "version": 1, "uid": slots[0]["uid"]}
    done = send(club.token, "patch", f"{ROOT}/events/league/slots", {"slots": [same]}).json()
    body = {"expected_draft": done["version"]}
    refused = send(club.token, "post", f"{ROOT}/events/league/release", body, 409)
    conflicts = {each["kind"]: each for each in refused.json()["conflicts"]}
    blocking = [each for each in conflicts.values() if each["level"] == "block"]
    assert [{slot["uid"] for slot in each["slots"]} for each in blocking] == [{slots[0]["uid"], slots[1]["uid"]}]
    assert {code for _field, code in wrong(refused)} == {each["kind"] for each in blocking}
    assert send(club.token, "get", f"{ROOT}/events/league").json()["release"] == 1
