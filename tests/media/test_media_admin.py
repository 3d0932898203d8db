"""Audio and documents in the admin: uploads, what is refused, two editors, where they are shown, deletion."""

import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test.utils import CaptureQueriesContext

from media.admin.shown import why_kept
from media.models import MediaObject
from tests import factories
from tests.core.test_changes_writers import threads
from tests.factories import text
from tests.factories_media import audio, document, frames, pdf, placed
from tests.media.looking import look_together
from tests.pages import enter, errors, open_form, read_form, save, url

ADD = url(MediaObject, "add")
WORDS = {"title__zh-Hans": "蒸汽锤", "language": "zh-Hans", "transcript__zh-Hans": "听。", "credit": "Museum"}


def _text(response: Any) -> str:
    return str(response.content.decode())


def _file(content: bytes, name: str = "IMG_0815 (my phone).mp3") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


@pytest.mark.parametrize("kind", ["audio", "document"])
def test_a_file_is_uploaded_and_tells_its_facts(cast: SimpleNamespace, kind: str) -> None:
    content = frames(100) if kind == "audio" else pdf(2)
    staff = enter(cast.staff)
    response = save(staff, ADD, open_form(staff, ADD), file=_file(content), **{**WORDS, "language": "EN-gb"})
    assert errors(response) == {}
    made = MediaObject.objects.get()
    assert (made.media_kind, made.language, made.transcript) == (kind, "en-GB", {"zh-Hans": "听。"})
    assert "phone" not in str(made.file.name)
    page = staff.get(url(made)).content.decode()
    assert ("MP3 · 0:03 · 4 KB" if kind == "audio" else "PDF · 2 pages") in page
    assert (f'<audio class="m-player" controls preload="metadata" src="{made.url}">' in page) is (kind == "audio")
    listed = staff.get(url(MediaObject, "changelist")).content.decode()
    more = "MP3 · 0:03 · English" if kind == "audio" else "PDF · 2 pages · English"
    assert (f'>蒸汽锤<span class="m-more">{more}' in listed, "<h1>Audio and documents</h1>" in listed) == (True, True)


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The submitted file is empty."),
    "other": (b"OggS" + bytes(90), "OGG files are not taken. Save it as MP3 or M4A (AAC)."),
    "text": (b"no sound", "This is no readable MP3, M4A or PDF file."),
    "broken": (pdf()[:100], "The PDF is damaged. Open it and save it anew."),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_by_name(cast: SimpleNamespace, kind: str) -> None:
    content, said = BAD[kind]
    staff = enter(cast.staff)
    response = save(staff, ADD, open_form(staff, ADD), file=_file(content), **WORDS)
    assert errors(response) == {"file": [said]}
    assert read_form(response)["title__zh-Hans"] == "蒸汽锤"
    assert MediaObject.objects.count() == 0


def test_what_is_required_is_named(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    assert errors(save(staff, ADD, open_form(staff, ADD))) == {
        "file": ["This field is required."],
        "title": ["Write this in 简体中文: the other languages fall back to it."],
        "language": ["This field is required."],
        "credit": ["This field is required."],
    }
    wrong = save(staff, ADD, open_form(staff, ADD), file=_file(frames()), **{**WORDS, "language": "中文"})
    assert errors(wrong) == {"language": ["“中文” is no language tag. Write one like zh-Hans, en or de-AT."]}


def test_the_transcript_of_what_is_shown_in_public_cannot_be_emptied(cast: SimpleNamespace) -> None:
    media = audio(title=text("讲解"), transcript=text("听。"))
    placed(media, factories.venue())
    staff = enter(cast.staff)
    refused = save(staff, url(media), open_form(staff, url(media)), **{"transcript__zh-Hans": ""})
    assert errors(refused) == {
        "transcript": ["“讲解” is shown in public and has no transcript in 简体中文. Write it, or take the track off."]
    }


def test_a_track_without_transcript_is_refused_on_the_page_of_what_is_published(cast: SimpleNamespace) -> None:
    venue, media = factories.venue(), audio(title=text("讲解"), transcript={})
    staff = enter(cast.staff)
    form = open_form(staff, url(venue))
    row = {"media_placements-0-media": str(media.pk), "media_placements-0-position": "0"}
    refused = save(staff, url(venue), form, **row, **{"media_placements-TOTAL_FORMS": "1"})
    assert "media_placements-0-media" in str(errors(refused)) or "讲解" in refused.content.decode()
    assert venue.media_placements.count() == 0
    media.transcript = text("听。")
    media.save()
    assert errors(save(staff, url(venue), form, **row, **{"media_placements-TOTAL_FORMS": "1"})) == {}
    assert venue.media_placements.get().media == media


def test_a_track_without_transcript_is_stored_and_says_what_it_lacks(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    words = {**WORDS, "language": "en"}
    response = save(staff, ADD, open_form(staff, ADD), file=_file(frames()), **words)
    said = "It has no transcript in English yet: what is published cannot show it before."
    assert said in staff.get(response.url).content.decode()
    page = url(MediaObject.objects.get())
    response = save(staff, page, open_form(staff, page), transcript__en="Listen.")
    assert said not in staff.get(response.url).content.decode()


@pytest.mark.parametrize("kind", ["venue", "exhibit", "event", "route"])
def test_the_section_is_closed_while_it_is_empty(cast: SimpleNamespace, kind: str) -> None:
    owner = factories.route(stops=[factories.venue()]) if kind == "route" else getattr(factories, kind)()

    def classes() -> str:
        sections = enter(cast.staff).get(url(owner)).context["inline_admin_formsets"]
        return next(each.classes for each in sections if each.formset.prefix == "media_placements")

    assert "collapse" in classes()
    placed(audio(), owner)
    assert "collapse" not in classes()


def test_a_member_uploads_for_their_organizer_only(cast: SimpleNamespace) -> None:
    member = enter(cast.editor)
    form = open_form(member, ADD)
    refused = save(member, ADD, form, **WORDS, file=_file(frames()), organizer="")
    assert errors(refused) == {"organizer": ["This field is required."]}
    assert errors(save(member, ADD, form, **WORDS, file=_file(frames()))) == {}
    assert MediaObject.objects.get().organizer == cast.ours


def test_it_is_edited_by_who_may_edit_everything_that_shows_it(cast: SimpleNamespace) -> None:
    who = (cast.staff, cast.publisher, cast.editor, cast.stranger)
    media = audio(organizer=cast.ours)

    def may() -> list[bool]:
        return [MediaObject.objects.filter(pk=media.pk).editable_by(user).exists() for user in who]

    assert may() == [True, True, True, False]
    placed(media, factories.event(organizer=cast.ours))
    assert may() == [True, True, False, False]
    placed(media, factories.venue())
    assert may() == [True, False, False, False]
    page = enter(cast.editor).get(url(media)).content.decode()
    assert ('name="title__en"' in page, 'type="file"' in page) == (False, False)


def test_no_file_is_read_for_who_may_not_write(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    media = audio(organizer=cast.ours)
    placed(media, factories.venue())
    staff, member = enter(cast.staff), enter(cast.editor)
    form, new = open_form(staff, url(media)), open_form(staff, ADD)
    monkeypatch.setattr("media.admin.media_object.take", None)
    assert save(member, url(media), form, file=_file(frames())).status_code == 403
    assert save(enter(cast.reviewer), ADD, new, file=_file(frames()), **WORDS).status_code == 403


def test_what_is_in_use_is_not_deleted_and_says_where(cast: SimpleNamespace) -> None:
    """Nor by the list; and a place that the user may not read is counted."""
    media, other = audio(organizer=cast.ours, title=text("钟声")), audio(organizer=cast.ours)
    ours = factories.event(title=text("我们的杯"), organizer=cast.ours, published=False)
    theirs = factories.event(title=text("他们的杯"), organizer=cast.theirs, published=False)
    for event in (ours, theirs):
        placed(media, event)
    staff, member = enter(cast.staff), enter(cast.publisher)
    page = _text(staff.get(url(media)))
    assert (f'<a href="{url(ours)}">我们的杯</a>' in page, url(media, "delete") in page) == (True, False)
    assert "It cannot be deleted while something shows it." in page
    for response in (staff.get(url(media, "delete")), staff.post(url(media, "delete"), {"post": "yes"})):
        page = _text(response)
        assert (response.status_code, "Take it off these places first" in page) == (200, True)
        assert (url(ours) in page, url(theirs) in page, 'name="post"' in page) == (True, True, False)
        assert f'class="button cancel-link" href="{url(media)}"' in page
    chosen = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [str(media.pk), str(other.pk)], "post": "yes"}
    page = _text(member.post(url(MediaObject, "changelist"), chosen))
    assert ("我们的杯" in page, "他们的杯" in page, "1 more place that you may not see." in page) == (True, False, True)
    assert MediaObject.objects.count() == 2


def test_what_somebody_shows_meanwhile_stays(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    media = audio()
    placed(media, factories.venue(name=text("铸造馆")))
    looks = [lambda _rows: [], why_kept] * 2
    monkeypatch.setattr("media.admin.shown.why_kept", lambda rows: looks.pop(0)(rows))
    staff = enter(cast.staff)
    chosen = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [str(media.pk)], "post": "yes"}
    for page, posted in ((url(media, "delete"), {"post": "yes"}), (url(MediaObject, "changelist"), chosen)):
        assert "铸造馆" in _text(staff.post(page, posted))
    assert (MediaObject.objects.count(), looks) == (1, [])


def test_the_list_is_narrowed_to_what_is_used_in_a_constant_number_of_queries(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    page = url(MediaObject, "changelist")

    def listed(**asked: str) -> tuple[list[str], int]:
        with CaptureQueriesContext(connection) as found:
            rows = staff.get(page, asked).context["cl"].result_list
        return sorted(str(row) for row in rows), len(found)

    placed(audio(title=text("用")), factories.venue(published=False))
    document(title=text("闲"))
    asked: list[dict[str, str]] = [{"used": "yes"}, {"used": "no"}, {}]
    first = [listed(**each) for each in asked]
    assert [names for names, _count in first] == [["用"], ["闲"], ["用", "闲"]]
    for _number in range(3):
        placed(audio(), factories.event(published=False))
        document()
    assert [listed(**each)[1] for each in asked] == [count for _names, count in first]


def test_what_nothing_shows_is_deleted(cast: SimpleNamespace) -> None:
    media = audio()
    assert enter(cast.staff).post(url(media, "delete"), {"post": "yes"}).status_code == 302
    assert MediaObject.objects.count() == 0


def test_replacing_the_file_keeps_its_places(cast: SimpleNamespace) -> None:
    media, venue = audio(), factories.venue()
    placed(media, venue)
    staff = enter(cast.staff)
    page = _text(staff.get(url(media)))
    assert ("Replace the file" in page, "1 place shows it, and will show the new one." in page) == (True, True)
    assert errors(save(staff, url(media), open_form(staff, url(media)), file=_file(frames(56)))) == {}
    media.refresh_from_db()
    assert (media.duration, venue.media_placements.get().media) == (2.016, media)
    refused = save(staff, url(media), open_form(staff, url(media)), file=_file(pdf()))
    assert errors(refused) == {
        "file": ["This is a file of another kind. Upload it as a new one, and put that where it belongs."]
    }


def test_the_same_file_is_found_and_added_once_more_only_if_asked(cast: SimpleNamespace) -> None:
    old = document(pdf(mark="same"), title=text("旧"))
    document(title=text("别的"))
    staff, same = enter(cast.staff), lambda: _file(pdf(mark="same"))
    refused = save(staff, ADD, open_form(staff, ADD), file=same(), **WORDS)
    said = "This file is in the library already. Use that one; or choose the file again, and tick “Add it anyway”."
    assert errors(refused) == {"file": [said]}
    page = _text(refused)
    assert (f'<a href="{url(old)}"><span>旧</span></a>' in page, "别的" in page) == (True, False)
    assert '<input type="checkbox" name="again"' in page
    assert MediaObject.objects.count() == 2
    assert errors(save(staff, ADD, read_form(refused), file=same(), again="on")) == {}
    assert MediaObject.objects.filter(sha256=old.sha256).count() == 2


def test_a_file_that_the_user_may_not_read_is_not_told_of(cast: SimpleNamespace) -> None:
    document(pdf(mark="same"), organizer=cast.theirs)
    member, same = enter(cast.editor), lambda: _file(pdf(mark="same"))
    assert errors(save(member, ADD, open_form(member, ADD), file=same(), **WORDS)) == {}
    assert list(errors(save(member, ADD, open_form(member, ADD), file=same(), **WORDS))) == ["file"]


def test_a_file_is_replaced_by_one_that_is_there_too(cast: SimpleNamespace) -> None:
    old, media = audio(frames(56)), audio()
    staff = enter(cast.staff)
    assert errors(save(staff, url(media), open_form(staff, url(media)), file=_file(frames(56)))) == {}
    media.refresh_from_db()
    assert media.sha256 == old.sha256


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_twice_at_once_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    look_together(monkeypatch, "media.admin.file_form")
    refused: list[list[str]] = []
    senders = [enter(factories.user(name, "content-staff")) for name in ("one", "two")]
    form = open_form(senders[0], ADD)
    with threads() as crew:
        for sender in senders:
            sent = {"file": _file(pdf(mark="same")), **WORDS}
            crew.start(lambda sender=sender, sent=sent: refused.append(list(errors(save(sender, ADD, form, **sent)))))
    assert (crew.errors, sorted(refused), MediaObject.objects.count()) == ([], [[], ["file"]], 1)


def test_a_form_that_comes_back_asks_for_its_file_again(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    refused = save(staff, ADD, open_form(staff, ADD), file=_file(frames()), **{**WORDS, "credit": ""})
    assert list(errors(refused)) == ["credit"]
    assert "Choose the file again: a form that comes back has lost it." in _text(refused)


def test_a_file_replaced_by_another_editor_is_seen_before_it_is_replaced_again(cast: SimpleNamespace) -> None:
    first, second = enter(cast.staff), enter(factories.user("second", "content-staff"))
    media = audio()
    page = url(media)
    form = open_form(second, page)
    assert errors(save(first, page, open_form(first, page), file=_file(frames(56)))) == {}
    refused = save(second, page, form, file=_file(frames(84)), credit="Second")
    assert errors(refused) == {
        "file": ["Somebody else put another file here. Look at it; to replace it, choose your file again."]
    }
    assert errors(save(second, page, read_form(refused), file=_file(frames(84)), credit="Second")) == {}
    media.refresh_from_db()
    assert (media.duration, media.credit) == (3.024, "Second")


def test_the_form_states_the_limits(cast: SimpleNamespace, settings: Any) -> None:
    settings.AUDIO_MAX_SECONDS, settings.DOCUMENT_MAX_PAGES = 600, 12
    page = enter(cast.staff).get(ADD).content.decode()
    assert 'accept=".mp3,.m4a,.pdf,audio/mpeg,audio/mp4,application/pdf"' in page
    assert "up to 60 MB and 10 minutes; a document as PDF, up to 30 MB and 12 pages" in page
    assert '<option value="zh-Hans">简体中文</option>' in page
