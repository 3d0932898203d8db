"""Where a picture, a track or a document is chosen: what the answers tell of each, to whom, at what cost."""

from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from media.models import Image
from tests import factories
from tests.factories import text
from tests.factories_media import audio, document, placed
from tests.pages import enter, open_form, save, url
from venues.models import Venue, VenueImage

PICTURES = {"app_label": "venues", "model_name": "venueimage", "field_name": "image"}
MEDIA = {"app_label": "venues", "model_name": "venuemedia", "field_name": "media"}
VENUES = {"app_label": "venues", "model_name": "venue", "field_name": "parent"}


def _found(client: Client, where: dict[str, str], **asked: str) -> list[dict[str, str]]:
    response = client.get("/admin/autocomplete/", {**where, **asked})
    assert response.status_code == 200
    found: list[dict[str, str]] = response.json()["results"]
    return found


def test_a_picture_comes_with_its_thumbnail_its_credit_and_its_size(cast: SimpleNamespace) -> None:
    image = factories.image((900, 600), alt=text("窑炉"), credit="Archive")
    assert _found(enter(cast.staff), PICTURES, term="窑") == [
        {
            "id": str(image.pk),
            "text": "窑炉",
            "thumbnail": image.address("4:3", 320),
            "line": "Archive · 900 × 600",
        }
    ]
    assert image.address("4:3", 320).endswith(image.renditions.get(spec="4:3/320/webp").path)


def test_a_picture_without_files_has_no_thumbnail(cast: SimpleNamespace) -> None:
    image = factories.image((900, 600), credit="Archive")
    QuerySet(Image).filter(pk=image.pk).update(files={})
    assert [sorted(row) for row in _found(enter(cast.staff), PICTURES)] == [["id", "line", "text"]]


def test_tracks_of_one_title_are_told_apart(cast: SimpleNamespace) -> None:
    audio(title=text("蒸汽锤"), language="en")
    audio(title=text("蒸汽锤"), language="zh-Hans")
    document(title=text("导览图"), language="de")
    found = _found(enter(cast.staff), MEDIA)
    assert [(row["text"], row["line"].rpartition(" · ")[0]) for row in found] == [
        ("导览图", "Deutsch · PDF · 1 page"),
        ("蒸汽锤", "简体中文 · MP3 · 0:01"),
        ("蒸汽锤", "English · MP3 · 0:01"),
    ]
    assert {tuple(sorted(row)) for row in found} == {("id", "line", "text")}


def test_what_has_nothing_to_show_is_as_django_has_it(cast: SimpleNamespace) -> None:
    venue = factories.venue(name=text("馆"))
    assert _found(enter(cast.staff), VENUES) == [{"id": str(venue.pk), "text": "馆"}]


def test_one_is_asked_for_by_its_key(cast: SimpleNamespace) -> None:
    image, _other = factories.image(), factories.image()
    staff = enter(cast.staff)
    assert [row["id"] for row in _found(staff, PICTURES, id=str(image.pk))] == [str(image.pk)]
    for odd in ("", "7", "\0", "x" * 90):
        assert _found(staff, PICTURES, id=odd) == []
        assert _found(staff, VENUES, id=odd if odd != "7" else "7000") == []


def test_nobody_is_told_of_what_they_may_not_read(cast: SimpleNamespace) -> None:
    theirs = factories.image(organizer=cast.theirs, credit="SECRET")
    ours = factories.image(organizer=cast.ours)
    audio(organizer=cast.theirs)
    member = enter(cast.editor)
    assert [row["id"] for row in _found(member, PICTURES)] == [str(ours.pk)]
    assert _found(member, PICTURES, id=str(theirs.pk)) == []
    assert _found(member, MEDIA) == []
    for client in (enter(cast.nobody), enter(None)):
        response = client.get("/admin/autocomplete/", {**PICTURES, "id": str(theirs.pk)})
        assert (response.status_code in (302, 403), "SECRET" in response.content.decode()) == (True, False)


def test_the_answers_cost_the_same_number_of_queries(cast: SimpleNamespace) -> None:
    staff, venue = enter(cast.staff), factories.venue()

    def queries(where: dict[str, str]) -> int:
        with CaptureQueriesContext(connection) as found:
            _found(staff, where)
        return len(found)

    factories.shown(factories.image(), venue)
    placed(audio(), venue)
    first = [queries(PICTURES), queries(MEDIA)]
    for position in range(1, 4):
        factories.shown(factories.image(), venue, position)
        placed(audio(), venue, position)
    assert [queries(PICTURES), queries(MEDIA)] == first


def _options(response: Any, name: str) -> str:
    body = response.content.decode()
    start = body.index(f'<select name="{name}"')
    return str(body[start : body.index("</select>", start)])


def test_the_chosen_one_carries_what_shows_it(cast: SimpleNamespace) -> None:
    venue, image = factories.venue(), factories.image((900, 600), credit='"><b>')
    factories.shown(image, venue)
    placed(audio(language="en"), venue)
    response = enter(cast.staff).get(url(venue))
    chosen = _options(response, "placements-0-image")
    assert f'data-thumbnail="{image.address("4:3", 320)}"' in chosen
    assert 'data-line="&quot;&gt;&lt;b&gt; · 900 × 600"' in chosen
    assert 'data-line="English · MP3 · 0:01 · 1 KB"' in _options(response, "media_placements-0-media")
    assert "data-picker" in chosen
    assert "data-picker" not in _options(response, "parent")


def test_a_refused_form_keeps_what_was_chosen_and_survives_what_is_no_key(cast: SimpleNamespace) -> None:
    venue, image = factories.venue(), factories.image()
    staff = enter(cast.staff)
    form = open_form(staff, url(venue))
    row = {"placements-TOTAL_FORMS": "1", "placements-0-image": str(image.pk), "placements-0-position": "x"}
    refused = save(staff, url(venue), form, **row)
    assert image.address("4:3", 320) in _options(refused, "placements-0-image")
    for odd in ("x", "\0", "7"):
        refused = save(staff, url(venue), form, **{**row, "placements-0-image": odd, "parent": odd + "x"})
        assert (refused.status_code, "<option" in _options(refused, "placements-0-image")) == (200, False)
    saved = save(staff, url(venue), form, **{**row, "placements-0-position": "0"})
    assert (saved.status_code, VenueImage.objects.get().image) == (302, image)
    assert Venue.objects.count() == 1
