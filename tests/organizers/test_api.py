"""``/organizers`` and ``/organizers/{slug}``."""

from typing import Any

import pytest

from core.publication import Verb, act
from organizers.models import OrganizerLink
from tests import factories
from tests.factories import text

pytestmark = pytest.mark.django_db


def slugs(get: Any, **params: Any) -> list[str]:
    return [row["slug"] for row in get("organizers", **params)["results"]]


def test_organizers_are_listed_by_name_or_last_change(get: Any, clock: Any) -> None:
    for hour, (slug, name) in enumerate([("b", "区体育局"), ("c", "文旅局"), ("a", "安全局")]):
        clock(factories.at(2026, 5, 1, 12 + hour))
        factories.organizer(slug=slug, name=text(name))
    factories.organizer(slug="draft", published=False)
    assert slugs(get) == ["a", "b", "c"]
    assert slugs(get, order="-updated") == ["a", "c", "b"]
    assert slugs(get, updated_after="2026-05-01T12:00:00+08:00") == ["a", "c"]


def test_organizer_in_detail(get: Any) -> None:
    organizer = factories.organizer(slug="office", description=text("**体育**局"), verified_on="2026-04-01")
    OrganizerLink(organizer=organizer, kind="website", value="https://office.example", label=text("官网")).save()
    OrganizerLink(organizer=organizer, kind="phone", value="+86 24 8888 0000").save()
    shown = get("organizers/office")
    assert shown["links"] == [{"kind": "website", "value": "https://office.example", "label": "官网"}]
    assert shown["contacts"] == [{"kind": "phone", "value": "+86 24 8888 0000", "label": None}]
    assert shown["description_html"] == "<p><strong>体育</strong>局</p>"
    assert (shown["verified_on"], shown["image"], shown["images"]) == ("2026-04-01", None, None)


def test_organizer_withdrawn_is_gone_and_a_draft_was_never_there(get: Any) -> None:
    organizer = factories.organizer(slug="office")
    factories.organizer(slug="draft", published=False)
    act(organizer, Verb.WITHDRAW, by=None)
    assert get("organizers/office", expect=410)["tombstone"]["key"] == "office"
    assert get("organizers/draft", expect=404)["errors"] == []
