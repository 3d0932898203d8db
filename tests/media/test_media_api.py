"""Audio and documents in answers: on details, in the asked language first, public while something public shows them;
and their files, by parts."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.publication import Verb, act
from media.models import MediaFile, MediaObject
from media.storages import renditions
from tests import factories
from tests.factories import text
from tests.factories_media import audio, document, frames, pdf, placed, replace

pytestmark = pytest.mark.django_db

SITE = "https://tiexi.example/uploads"
ADDRESSES = {"venue": "venues", "exhibit": "exhibits", "route": "routes", "event": "events"}


def owned(kind: str) -> Any:
    return factories.route(stops=[factories.venue()]) if kind == "route" else getattr(factories, kind)()


def public_audio(**fields: Any) -> MediaObject:
    media = audio(**fields)
    placed(media, factories.venue())
    media.refresh_from_db()
    return media


@pytest.mark.parametrize("kind", ADDRESSES)
def test_details_show_audio_and_documents(kind: str, get: Any) -> None:
    owner = owned(kind)
    track = audio(title=text("蒸汽锤", en="Steam hammer"), transcript=text("听。", en="Listen."), licence="CC-BY-4.0")
    leaflet = document(pdf(3), title=text("导览图", en="Map"), language="en")
    for media in (leaflet, track):
        placed(media, owner)
    shown = get(f"{ADDRESSES[kind]}/{owner.slug}", lang="en")
    track.refresh_from_db()
    assert shown["audio"] == [
        {
            "id": str(track.pk),
            "title": "Steam hammer",
            "language": "zh-Hans",
            "url": f"{SITE}/{track.file.name}",
            "type": "audio/mpeg",
            "size": track.bytes,
            "duration": 1.008,
            "transcript": "Listen.",
            "credit": "Museum",
            "licence": "CC-BY-4.0",
        }
    ]
    (found,) = shown["documents"]
    assert (found["title"], found["type"], found["pages"], found["transcript"]) == ("Map", "application/pdf", 3, None)
    assert "duration" not in found
    assert get(f"{ADDRESSES[kind]}/{owner.slug}", fields="documents").keys() == {"slug", "documents"}


@pytest.mark.parametrize("kind", ADDRESSES)
def test_lists_do_not_grow_by_what_details_show(kind: str, get: Any) -> None:
    owner = owned(kind)
    params = {"from_": "2020-01-01"} if kind == "event" else {}

    def listed() -> tuple[int, set[str]]:
        with CaptureQueriesContext(connection) as captured:
            (row,) = get(ADDRESSES[kind], **params)["results"]
        return len(captured), set(row)

    before = listed()
    placed(audio(), owner)
    assert listed() == before
    assert not {"audio", "documents"} & before[1]


def test_details_cost_no_query_for_each_track(get: Any) -> None:
    venue = factories.venue(slug="hall")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            get("venues/hall")
        return len(captured)

    placed(audio(), venue)
    few = queries()
    for _number in range(3):
        placed(audio(), venue)
    assert queries() == few


def test_tracks_in_the_asked_language_come_first(get: Any) -> None:
    venue = factories.venue(slug="hall")
    spoken = ("de", "zh-Hans", "en-GB", "fr", "de-AT")
    for place, tag in enumerate(spoken):
        words = text("词", en="Words", de="Worte")
        placed(audio(language=tag, title=text(tag), transcript=words), venue, position=place)

    def order(lang: str) -> list[str]:
        return [each["language"] for each in get("venues/hall", lang=lang)["audio"]]

    assert order("en") == ["en-GB", "de", "zh-Hans", "fr", "de-AT"]
    assert order("de") == ["de", "de-AT", "zh-Hans", "en-GB", "fr"]
    assert order("zh-Hant") == ["zh-Hans", "de", "en-GB", "fr", "de-AT"]
    assert order("*") == list(spoken)


def test_a_title_that_falls_back_says_so_and_tells_nothing_of_the_venue(get: Any) -> None:
    venue = factories.venue(slug="hall", name=text("馆", en="Hall", de="Halle"))
    placed(audio(title=text("蒸汽锤", en="Steam hammer"), transcript=text("听。")), venue)
    shown = get("venues/hall", lang="de")
    assert shown["fallbacks"] == {"audio.0.title": "en", "audio.0.transcript": "zh-Hans"}
    assert "de" in shown["languages"]
    assert get("venues/hall", lang="*")["audio"][0]["title"]["en"] == "Steam hammer"


def test_media_is_public_while_something_public_shows_it(client: Client, get: Any) -> None:
    media = audio(title=text("讲解", en="Guide"))
    path = media.file.name
    get(f"media/{media.pk}", expect=404)
    assert ask(client, path).status_code == 404
    venue = factories.venue()
    placement = placed(media, venue)
    shown = get(f"media/{media.pk}", lang="en")
    assert (shown["kind"], shown["title"], shown["duration"], shown["pages"]) == ("audio", "Guide", 1.008, None)
    assert (shown["languages"], shown["fallbacks"]) == (["zh-Hans", "zh-Hant", "en"], {})
    assert (shown["share_url"], shown["code"]) == (None, None)
    assert ask(client, path).status_code == 200
    placement.delete()
    get(f"media/{media.pk}", expect=410)
    assert ask(client, path).status_code == 404


def test_media_of_what_is_withdrawn_is_gone(client: Client, get: Any) -> None:
    media, venue, event = document(), factories.venue(), factories.event()
    placed(media, venue)
    placed(media, event)
    act(venue, Verb.WITHDRAW, by=None)
    assert get(f"media/{media.pk}")["pages"] == 1
    event.refresh_from_db()
    act(event, Verb.WITHDRAW, by=None)
    get(f"media/{media.pk}", expect=410)


def test_media_answers_304_until_something_changes(client: Client) -> None:
    media = public_audio()
    first = client.get(f"/api/v1/media/{media.pk}")
    again = client.get(f"/api/v1/media/{media.pk}", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    media.credit = "Somebody"
    media.save()
    assert client.get(f"/api/v1/media/{media.pk}", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_what_lacks_its_transcript_is_not_published(english: None) -> None:
    venue = factories.venue(published=False)
    placed(audio(title=text("讲解", en="Guide"), language="en", transcript=text("听。")), venue)
    with pytest.raises(ValidationError) as refused:
        act(venue, Verb.PUBLISH, by=None, reviewed=True)
    assert refused.value.messages == ["The track “讲解” has no transcript in English. Write it, or take the track off."]
    venue.refresh_from_db()
    assert venue.public is False


def test_a_track_in_a_language_without_texts_needs_its_words_in_the_main_one() -> None:
    venue = factories.venue(published=False)
    media = audio(language="ru", transcript=text("听。"))
    placed(media, venue)
    act(venue, Verb.PUBLISH, by=None, reviewed=True)
    assert media.missing_words() == []


def test_a_track_without_transcript_is_not_put_on_what_is_published(english: None) -> None:
    with pytest.raises(ValidationError) as refused:
        placed(audio(transcript={}, title=text("讲解")), factories.venue())
    assert refused.value.message_dict["media"] == [
        "“讲解” is shown in public and has no transcript in 简体中文. Write it, or take the track off."
    ]
    placed(audio(transcript={}), factories.venue(published=False))


@pytest.mark.parametrize("appears_later", [False, True])
def test_the_transcript_of_what_is_published_is_not_removed(appears_later: bool, english: None) -> None:
    venue = factories.venue(appear_at=factories.at(2200, 1, 1) if appears_later else None)
    media = audio()
    placed(media, venue)
    media.transcript = {"en": "Words"}
    with pytest.raises(ValidationError) as refused:
        media.save()
    assert list(refused.value.message_dict) == ["transcript"]


def test_the_words_of_the_placement_are_looked_at_again_when_it_is_saved() -> None:
    """As of a form that was checked before somebody published the venue."""
    venue, media = factories.venue(published=False), audio(transcript={})
    placement = placed(media, venue)
    with edit():
        type(venue)._base_manager.filter(pk=venue.pk).stamp(state="published")
    placement.position = 3
    with pytest.raises(ValidationError):
        placement.save()


TAGS = {"zh-hans": "zh-Hans", "EN_gb": "en-GB", "de-at-1996": "de-AT-1996", "YUE": "yue", "es-419": "es-419"}


@pytest.mark.parametrize("tag", TAGS)
def test_a_language_is_any_well_formed_tag(tag: str) -> None:
    media = MediaObject(language=tag)
    media.clean_fields(exclude=[field.name for field in media._meta.fields if field.name != "language"])
    assert media.language == TAGS[tag]


NO_TAGS = ["", "中文", "english", "e", "en-", "en--GB", "en GB", "en-GB\n<b>", "x" * 40, "ſr", "zh-٣٣٣", "en-İİİİİ"]


@pytest.mark.parametrize("tag", NO_TAGS)
def test_a_language_that_is_no_tag_is_refused(tag: str) -> None:
    media = MediaObject(language=tag)
    with pytest.raises(ValidationError):
        media.clean_fields(exclude=[field.name for field in media._meta.fields if field.name != "language"])


# The files


def ask(client: Client, path: str, verb: str = "get", **headers: str) -> Any:
    """The answer, with what it holds as ``body``; read to its end the file is closed."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response: Any = getattr(client, verb)(f"/uploads/{path}", headers=named)
    response.body = b"".join(response) if response.streaming else response.content
    return response


def file_of(client: Client, media: MediaObject, **headers: str) -> Any:
    return ask(client, str(media.file.name), **headers)


def test_a_file_says_what_it_is_and_may_be_kept(client: Client) -> None:
    response = file_of(client, public_audio(title=text("蒸汽锤：“开”/关", en="Steam hammer")))
    names = ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Accept-Ranges")
    assert [response[name] for name in names] == [
        *("audio/mpeg", "nosniff", "public, max-age=31536000, immutable", "bytes")
    ]
    assert response["Content-Disposition"] == (
        "inline; filename*=utf-8''%E8%92%B8%E6%B1%BD%E9%94%A4%EF%BC%9A%E2%80%9C%E5%BC%80%E2%80%9D%20%E5%85%B3.mp3"
    )
    assert int(response["Content-Length"]) == len(response.body)
    assert ("Set-Cookie" in response, "Vary" in response) == (False, False)
    again = file_of(client, MediaObject.objects.get(), if_none_match=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_a_document_runs_nothing(client: Client) -> None:
    media = document(title=text("图", en="Map of “the” hall"), language="en")
    placed(media, factories.venue())
    response = file_of(client, media)
    assert response["Content-Security-Policy"] == "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "Map%20of%20%E2%80%9Cthe%E2%80%9D%20hall.pdf" in response["Content-Disposition"]
    assert response.body.startswith(b"%PDF-")


PARTS = [
    ("bytes=0-0", 206, lambda whole: whole[:1]),
    ("bytes=100-199", 206, lambda whole: whole[100:200]),
    ("bytes=500-", 206, lambda whole: whole[500:]),
    ("bytes=-128", 206, lambda whole: whole[-128:]),
    ("bytes=999999-", 416, lambda _whole: b""),
    ("bytes=-0", 416, lambda _whole: b""),
    ("bytes=0-1,4-5", 200, lambda whole: whole),
    ("bytes=5-2", 200, lambda whole: whole),
]


@pytest.mark.parametrize(("asked", "status", "part"), PARTS, ids=[each[0] for each in PARTS])
def test_a_track_comes_in_parts(client: Client, asked: str, status: int, part: Any) -> None:
    media = public_audio()
    whole = file_of(client, media).body
    response = file_of(client, media, range=asked)
    assert (response.status_code, response.body) == (status, part(whole))
    if status == 416:
        assert response["Content-Range"] == f"bytes */{len(whole)}"


def test_a_part_is_only_of_the_file_it_began_with(client: Client) -> None:
    media = public_audio()
    etag = file_of(client, media)["ETag"]
    response = file_of(client, media, range="bytes=2-5", if_range=etag)
    assert (response.status_code, response["Content-Range"]) == (206, f"bytes 2-5/{media.bytes}")
    assert response["Content-Disposition"].startswith("inline; filename")
    assert file_of(client, media, range="bytes=2-5", if_range='"other"').status_code == 200


def test_a_file_is_only_read(client: Client) -> None:
    path = public_audio().file.name
    assert [ask(client, path, verb).status_code for verb in ("post", "put", "delete")] == [405] * 3
    response = ask(client, path, "head")
    assert (response.status_code, response.body, response["Accept-Ranges"]) == (200, b"", "bytes")


def test_a_draft_is_for_those_who_may_read_it(client: Client, cast: Any) -> None:
    media = audio(organizer=cast.ours)
    for user in (cast.stranger, cast.nobody):
        client.force_login(user)
        refused = file_of(client, media)
        assert (refused.status_code, refused["Cache-Control"]) == (404, "no-store")  # it may be there soon
    client.force_login(cast.editor)
    response = file_of(client, media)
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")


def test_a_file_that_was_replaced_stays_for_who_is_listening(client: Client) -> None:
    media = public_audio()
    old = media.file.name
    replace(media, frames(40, mark=7))
    assert media.duration == 1.44
    assert [ask(client, path).status_code for path in (old, media.file.name)] == [200, 200]
    assert MediaFile.objects.exclude(retired_at=None).get().path == old
    replace(media, frames(mark=int.from_bytes(_content(old)[4:8])))  # and comes back
    assert MediaFile.objects.get(retired_at=None).path == old


def _content(path: str) -> bytes:
    with renditions().open(path) as file:
        return file.read()


def test_a_track_is_not_replaced_by_a_document(english: None) -> None:
    with pytest.raises(ValidationError, match="another kind"):
        replace(audio(), pdf())


def test_a_file_that_the_store_has_lost_is_not_found(client: Client) -> None:
    media = public_audio()
    renditions().delete(media.file.name)
    assert file_of(client, media).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("files/", "files/../originals/x.png", f"files/ab/{'a' * 32}.mp3", f"files/ab/{'a' * 32}.exe"),
        *(f"files/ab/{'A' * 32}.mp3", f"files/ab/{'a' * 31}%00.mp3", f"files/ab/{'a' * 32}.mp3%0a", "files/ab/x.mp3"),
    ],
)
def test_any_other_path_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/uploads/{path}").status_code == 404
