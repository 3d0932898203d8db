"""Import and export on the pages of an event: upload, columns, rows, all or nothing."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from core.changes.edits import edit
from events.admin import sheet_page
from events.models import ImportColumns, ImportFile, Slot
from events.sheets.uploads import KEPT_FOR
from tests import factories
from tests.factories import at, text
from tests.pages import enter, read_form, said, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(scope="module")
def scene(kept: None) -> SimpleNamespace:
    """A draft league of ``ours`` with one slot at 18:00 on 1 May 2026."""
    cast = factories.cast()
    event = factories.league(published=False, organizer=cast.ours, venues=[factories.venue(slug="museum")])
    slot = factories.slot(event, at(2026, 5, 1, 18), title=text("开幕战", en="Opening"), ends_at=at(2026, 5, 1, 20))
    event.refresh_from_db()
    return SimpleNamespace(cast=cast, event=event, slot=slot, editor=enter(cast.editor))


def upload(scene: SimpleNamespace, content: str | bytes, name: str = "season.csv", client: Any = None) -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile(name, data, "application/octet-stream")
    return (client or scene.editor).post(url(scene.event, "import"), {"file": file})


def opened(scene: SimpleNamespace, content: str) -> Any:
    """The page of the rows."""
    return scene.editor.get(upload(scene, content).url)


def shown(page: Any) -> list[tuple[int, str]]:
    return [(row["number"], row["state"]) for row in page.context["page"].rows()]


SHEET = "uid,date,start,title,venue\n{uid},2026-05-01,18:30,开幕战,\n,2026-05-02,18:00,第二场,museum\n"


def test_sheet_is_uploaded_looked_at_and_taken(scene: SimpleNamespace) -> None:
    answer = upload(scene, SHEET.format(uid=scene.slot.uid))
    page = scene.editor.get(answer.url)
    html = page.content.decode()
    assert (answer.status_code, shown(page)) == (302, [(2, "changed"), (3, "new")])
    assert ("2026-05-01 18:00" in html, "2026-05-01 18:30" in html, "Import 2 rows" in html) == (True, True, True)
    assert scene.event.slots.count() == 1
    done = scene.editor.post(answer.url, {**read_form(page, "import_form"), "_do": "apply"})
    assert done.url == url(scene.event, "schedule")
    assert said(done) == ["success: 2 slots are written to the draft. Visitors see them with the next release."]
    starts = scene.event.slots.values_list("starts_at", flat=True)
    assert (set(starts), ImportFile.objects.count()) == ({at(2026, 5, 1, 18, 30), at(2026, 5, 2, 18)}, 0)


def test_cells_can_be_pasted(scene: SimpleNamespace) -> None:
    pasted = "日期\t开始时间\t标题\r\n2026-05-02\t18:00\t第二场\r\n"
    answer = scene.editor.post(url(scene.event, "import"), {"pasted": pasted})
    assert shown(scene.editor.get(answer.url)) == [(2, "new")]


def test_wrong_rows_are_explained_and_keep_everything_back(scene: SimpleNamespace) -> None:
    page = opened(scene, "date,start,title\n2026-05-02,18:00,a\n2026-02-30,18:00,b\n2026-05-03,25:61,<b>c</b>\n")
    html = page.content.decode()
    assert shown(page) == [(3, "wrong"), (4, "wrong")]
    assert escape("“2026-02-30”: there is no such day in the calendar.") in html
    assert ("<b>c</b>" in html, "disabled" in html.partition('value="apply"')[2].partition(">")[0]) == (False, True)
    address = page.request["PATH_INFO"]
    assert shown(scene.editor.get(address, {"show": "all"})) == [(2, "new"), (3, "wrong"), (4, "wrong")]
    refused = scene.editor.post(address, {**read_form(page, "import_form"), "_do": "apply"})
    assert "2 rows are wrong: nothing is written." in refused.content.decode()
    assert scene.event.slots.count() == 1


def test_rows_that_changed_meanwhile_are_shown_again(scene: SimpleNamespace) -> None:
    page = opened(scene, SHEET.format(uid=scene.slot.uid))
    with edit():
        scene.slot.refresh_from_db()
        scene.slot.starts_at = at(2026, 5, 1, 17)
        scene.slot.save()
    address = page.request["PATH_INFO"]
    again = scene.editor.post(address, {**read_form(page, "import_form"), "_do": "apply"})
    assert ("Somebody changed the schedule meanwhile" in again.content.decode(), "17:00" in again.content.decode()) == (
        True,
        True,
    )
    assert scene.event.slots.count() == 1
    scene.editor.post(address, {**read_form(again, "import_form"), "_do": "apply"})
    assert scene.event.slots.count() == 2


def test_columns_that_nobody_knows_are_matched_once(scene: SimpleNamespace) -> None:
    sheet = "date,start,比赛名,remark\n2026-05-02,18:00,第二场,x\n"
    page = opened(scene, sheet)
    form = read_form(page, "columns_form")
    assert {name: form[name] for name in form if "column" in name} == {
        "column-0": "date",
        "column-1": "start",
        "column-2": "",
        "column-3": "",
    }
    address = page.request["PATH_INFO"]
    assert (page.context["plan"].sound, page.context["page"].asks) == (False, True)
    scene.editor.post(address, {**form, "column-2": "title.zh-Hans", "column-3": "-", "_do": "match"})
    matched = scene.editor.get(address)
    assert (matched.context["plan"].sound, shown(matched)) == (True, [(2, "new")])
    assert ImportColumns.objects.get(organizer=scene.cast.ours).mapping == {"比赛名": "title.zh-Hans", "remark": ""}
    assert shown(opened(scene, sheet)) == [(2, "new")]


def test_columns_posted_by_hand_break_nothing(scene: SimpleNamespace) -> None:
    page = opened(scene, "date,start,title\n2026-05-02,18:00,a\n")
    address = page.request["PATH_INFO"]
    odd = {"column-0": "password", "column-9": "title.en", "column-x": "date", "column-": "date", "column-1": "\x00"}
    scene.editor.post(address, {**odd, "_do": "match"})
    assert [column.field for column in scene.editor.get(address).context["plan"].table.unknown] == [None, None]
    assert scene.editor.post(address, {"_do": "nothing"}).status_code == 400
    for asked in ({"show": "x"}, {"page": "-1"}, {"page": "9" * 30}, {"show": "new", "page": "7"}):
        assert scene.editor.get(address, asked).status_code == 200


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.csv", "The submitted file is empty."),
        (b"%PDF-1.7", "a.xlsx", "This is a PDF. Send the table itself, as XLSX or CSV."),
        (b"x" * 5_000_001, "a.csv", "The file is larger than 5 MB. Divide it."),
    ],
)
def test_file_that_cannot_be_read_is_refused_at_the_upload(
    scene: SimpleNamespace, content: bytes, name: str, message: str
) -> None:
    page = upload(scene, content, name)
    assert (page.status_code, page.context["form"].errors["file"]) == (200, [message])
    assert ImportFile.objects.count() == 0


def test_upload_of_nothing_asks_for_something(scene: SimpleNamespace) -> None:
    page = scene.editor.post(url(scene.event, "import"))
    assert page.context["form"].errors == {"__all__": ["Choose a file, or paste the cells of a table."]}


def test_file_is_only_for_who_uploaded_it(scene: SimpleNamespace) -> None:
    address = upload(scene, SHEET.format(uid="")).url
    found = {}
    for who in ("publisher", "staff", "stranger", "reviewer", "nobody"):
        answer = enter(getattr(scene.cast, who)).get(address)
        found[who] = answer.status_code
        if who == "publisher":
            assert (answer.url, said(answer)) == (
                url(scene.event, "import"),
                ["warning: The file is no longer there. Choose it again."],
            )
    assert found == {"publisher": 302, "staff": 302, "stranger": 403, "reviewer": 403, "nobody": 403}
    other = factories.event(published=False, organizer=scene.cast.ours)
    moved = reverse("admin:events_import_file", args=[other.pk, ImportFile.objects.get().pk])
    assert scene.editor.get(moved).url == url(other, "import")
    assert scene.editor.get(reverse("admin:events_import_file", args=[other.pk, 10**30])).status_code == 302


def test_file_waits_for_a_day_and_one_for_each_event_and_user(scene: SimpleNamespace, clock: Any) -> None:
    now = timezone.now()
    first = upload(scene, SHEET.format(uid="")).url
    upload(scene, SHEET.format(uid=""), client=enter(scene.cast.staff))
    second = upload(scene, SHEET.format(uid="")).url
    assert (ImportFile.objects.count(), scene.editor.get(first).status_code) == (2, 302)
    clock(now + KEPT_FOR + timedelta(minutes=1))
    later = enter(scene.cast.editor)  # a session is shorter than that
    assert later.get(second).url == url(scene.event, "import")
    upload(scene, SHEET.format(uid=""), client=later)
    assert ImportFile.objects.count() == 1


def test_file_can_be_dropped(scene: SimpleNamespace) -> None:
    address = upload(scene, SHEET.format(uid="")).url
    assert scene.editor.post(address, {"_do": "drop"}).url == url(scene.event, "import")
    assert ImportFile.objects.count() == 0


def test_long_sheet_is_shown_in_parts(scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_page, "ROWS", 2)
    page = opened(scene, "date,start,title\n" + "".join(f"2026-05-02,18:00,{n}\n" for n in range(5)))
    assert (shown(page), "1–2 / 5" in page.content.decode()) == ([(2, "new"), (3, "new")], True)
    last = scene.editor.get(page.request["PATH_INFO"], {"show": "all", "page": "2"})
    assert (shown(last), "5–5 / 5" in last.content.decode()) == ([(6, "new")], True)


@pytest.mark.parametrize(("file_format", "kind"), [("csv", "text/csv; charset=utf-8"), ("xlsx", "application/vnd.")])
def test_export_is_a_download_that_imports_again_without_a_change(
    scene: SimpleNamespace, file_format: str, kind: str
) -> None:
    answer = scene.editor.get(url(scene.event, "export"), {"format": file_format})
    assert answer["Content-Disposition"] == f'attachment; filename="{scene.event.slug}.{file_format}"'
    assert (answer["Content-Type"].startswith(kind), "no-store" in answer["Cache-Control"]) == (True, True)
    page = scene.editor.get(upload(scene, answer.content, f"a.{file_format}").url)
    assert (shown(page), page.context["plan"].sound) == ([(2, "unchanged")], True)
    assert "The draft is like this already." in page.content.decode()


def test_export_speaks_the_language_of_the_page(scene: SimpleNamespace) -> None:
    answer = enter(scene.cast.editor, "zh-hans").get(url(scene.event, "export"), {"format": "csv"})
    assert answer.content.decode("utf-8-sig").startswith("UID,类型,名称,")
    assert scene.editor.get(url(scene.event, "export"), {"format": "ods"}).status_code == 400


def test_pages_of_the_event_and_of_its_slots_lead_to_import_and_export(scene: SimpleNamespace) -> None:
    slots = f"{url(Slot, 'changelist')}?event__id__exact={scene.event.pk}"
    found = {}
    for who in ("editor", "reviewer"):
        client = enter(getattr(scene.cast, who))
        for page in (url(scene.event), slots, url(Slot, "changelist"), url(scene.event, "schedule")):
            html = client.get(page).content.decode()
            found[who, page] = [url(scene.event, name) in html for name in ("import", "export")]
    both, out, none = [True, True], [False, True], [False, False]
    only_in = [True, False]
    assert list(found.values()) == [both, both, none, only_in, out, out, none, none]
