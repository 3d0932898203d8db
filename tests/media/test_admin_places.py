"""Where a picture is shown: on its page, in the list, and where somebody wants to delete or replace it."""

import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test.utils import CaptureQueriesContext

from media.admin.shown import why_kept
from media.models import Image
from tests import factories
from tests.pages import enter, errors, open_form, save, url


def _text(response: Any) -> str:
    return str(response.content.decode())


def _listed(client: Any, **asked: str) -> list[str]:
    response = client.get(url(Image, "changelist"), asked)
    return sorted(str(row) for row in response.context["cl"].result_list)


def test_places_are_named_with_their_kind_and_whether_the_public_sees_them(cast: SimpleNamespace) -> None:
    image = factories.image()
    hall, cup = factories.venue(name=factories.text("馆")), factories.event(title=factories.text("杯"), published=False)
    exhibit = factories.exhibit(name=factories.text("机床"), venue=hall)
    for root in (hall, cup):
        factories.shown(image, root)
    factories.shown(image, exhibit)
    factories.pair(exhibit, then=image)
    assert _places(enter(cast.staff).get(url(image))) == [
        ("Event", url(cup), "杯", "draft"),
        ("Exhibit", url(exhibit), "机床", "public"),
        ("Venue", url(hall), "馆", "public"),
    ]


PLACE = re.compile(
    r'<li><span class="m-places__kind">(.+?)</span> <a href="(.+?)">(.+?)</a> <span class=".+?">(.+?)</span>'
)


def _places(response: Any) -> list[tuple[str, ...]]:
    return sorted(PLACE.findall(_text(response)))


def test_the_list_counts_and_filters_in_a_constant_number_of_queries(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)

    def queries(**asked: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert staff.get(url(Image, "changelist"), asked).status_code == 200
        return len(found)

    asked: list[dict[str, str]] = [{}, {"used": "yes"}, {"used": "no"}, {"no_alt": "de"}, {"q": "图"}]
    factories.shown(factories.image(), factories.venue())
    factories.image()
    first = [queries(**each) for each in asked]
    for _number in range(3):
        image = factories.image()
        factories.shown(image, factories.venue())
        factories.shown(image, factories.event(published=False))
        factories.image()
    assert [queries(**each) for each in asked] == first


def test_the_list_is_narrowed(cast: SimpleNamespace) -> None:
    names = {
        name: factories.image(alt=factories.text(name, **more))
        for name, more in {"空": {}, "英": {"en": "E"}, "德": {"de": "D"}}.items()
    }
    names["台"] = factories.image(alt={"zh-Hant": "台"} | factories.text("台"))
    factories.shown(names["英"], factories.venue(published=False))
    staff = enter(cast.staff)
    assert _listed(staff, used="yes") == ["英"]
    assert _listed(staff, used="no") == sorted(["空", "德", "台"])
    assert _listed(staff, no_alt="en") == sorted(["空", "德", "台"])
    assert _listed(staff, no_alt="de") == sorted(["空", "英", "台"])
    assert _listed(staff, no_alt="zh-Hant") == []
    assert _listed(staff, no_alt="xx") == _listed(staff, used="perhaps") == sorted(names)
    assert _listed(staff, q="英") == ["英"]


@pytest.fixture
def shown(cast: SimpleNamespace) -> Callable[..., Any]:
    """A picture of our own on a draft of ours and on one of others."""
    image = factories.image(organizer=cast.ours, alt=factories.text("塔"))
    ours = factories.event(title=factories.text("我们的杯"), organizer=cast.ours, published=False)
    theirs = factories.event(title=factories.text("他们的杯"), organizer=cast.theirs, published=False)
    for event in (ours, theirs):
        factories.shown(image, event)
    return SimpleNamespace(image=image, ours=ours, theirs=theirs)


def test_a_picture_in_use_is_not_deleted_and_its_places_are_named(cast: SimpleNamespace, shown: Any) -> None:
    staff = enter(cast.staff)
    assert url(shown.image, "delete") not in _text(staff.get(url(shown.image)))
    assert "It cannot be deleted while something shows it." in _text(staff.get(url(shown.image)))
    page = url(shown.image, "delete")
    for response in (staff.get(page), staff.post(page, {"post": "yes"})):
        text = _text(response)
        assert (response.status_code, "Take it off these places first" in text) == (200, True)
        assert ("我们的杯" in text, url(shown.theirs) in text, 'name="post"' in text) == (True, True, False)
    assert Image.objects.count() == 1


def test_a_place_that_the_user_may_not_read_is_counted_and_not_named(cast: SimpleNamespace, shown: Any) -> None:
    member = enter(cast.publisher)
    page = _text(member.get(url(shown.image)))
    assert ("我们的杯" in page, "他们的杯" in page, "1 more place that you may not see." in page) == (True, False, True)
    shown.image.organizer = cast.ours
    assert member.get(url(shown.image, "delete")).status_code == 403
    other = factories.image(organizer=cast.ours, alt=factories.text("门"))
    factories.shown(other, shown.ours)
    chosen = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [str(other.pk), str(shown.image.pk)], "post": "yes"}
    text = _text(member.post(url(Image, "changelist"), chosen))
    assert ("他们的杯" in text, "1 more place that you may not see." in text) == (False, True)
    assert (text.count("我们的杯"), "you may not delete it" in text) == (2, True)
    assert Image.objects.count() == 2


def test_a_picture_that_somebody_shows_meanwhile_stays(
    cast: SimpleNamespace, shown: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = [lambda _images: [], why_kept] * 2
    monkeypatch.setattr("media.admin.shown.why_kept", lambda images: looks.pop(0)(images))
    staff = enter(cast.staff)
    chosen = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [str(shown.image.pk)], "post": "yes"}
    for page, posted in ((url(shown.image, "delete"), {"post": "yes"}), (url(Image, "changelist"), chosen)):
        assert "我们的杯" in _text(staff.post(page, posted))
    assert (Image.objects.count(), looks) == (1, [])


def test_pictures_that_nothing_shows_are_deleted(cast: SimpleNamespace, shown: Any) -> None:
    staff, free = enter(cast.staff), [factories.image() for _number in range(3)]
    page = url(free[0], "delete")
    text = _text(staff.get(page))
    assert (str(free[0]) in text, "/webp" in text, "/jpeg" in text) == (True, False, False)
    assert staff.post(page, {"post": "yes"}).status_code == 302
    rest = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [str(row.pk) for row in free[1:]]}
    assert "Are you sure" in _text(staff.post(url(Image, "changelist"), rest))
    assert staff.post(url(Image, "changelist"), {**rest, "post": "yes"}).status_code == 302
    assert list(Image.objects.all()) == [shown.image]


def test_a_replaced_picture_keeps_every_place_and_answers_name_its_new_files(
    cast: SimpleNamespace, get: Callable[..., Any], settings: Any
) -> None:
    settings.IMAGE_MAX_BYTES = 8_000_000
    image = factories.image()
    hall, cup = factories.venue(slug="hall"), factories.event(slug="cup")
    for root in (hall, cup):
        factories.shown(image, root)
    ask = lambda path: get(path)["images"][0]  # noqa: E731
    before = {path: ask(path) for path in ("venues/hall", "events/cup")}
    staff = enter(cast.staff)
    page = _text(staff.get(url(image)))
    assert "JPEG, PNG or WebP, up to 8 MB." in page
    assert ("Replace the picture" in page, "2 places show it, and will show the new one." in page) == (True, True)
    file = io.BytesIO(factories.picture_file((300, 200)).getvalue())
    file.name = "new.png"
    assert errors(save(staff, url(image), open_form(staff, url(image)), original=file)) == {}
    for path, old in before.items():
        new = ask(path)
        assert (new["id"], new["alt"]) == (old["id"], old["alt"])
        files = [{each["url"] for each in shown["renditions"]} for shown in (old, new)]
        assert (bool(files[1]), files[0] & files[1]) == (True, set())
    assert (hall.placements.count(), cup.placements.count()) == (1, 1)
