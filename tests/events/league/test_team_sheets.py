"""Teams as a sheet: told row by row, taken as a whole or not at all, given back unchanged; by API and on the pages."""

import csv
import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.changes.edits import edit
from core.models import Act
from events.league.models import Competition, Entry, Group, Stage, Team
from events.league.sheets.kind import TEAMS
from events.models import ImportColumns, Participant
from events.sheets.doors import foretold, table_with, taken
from tests import factories
from tests import factories_teams as league
from tests.factories import text
from tests.pages import enter, read_form, said, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SHEET = """球队名称,名称（英文）,简称,单位,颜色,分组,种子
铸造厂队,Foundry,铸造,沈阳铸造厂,#c8102e,A,1
压力机队,Press,,,,B,2
电缆厂队,,,,,A,
"""


@pytest.fixture
def scene(cast: SimpleNamespace) -> SimpleNamespace:
    cast.cup = factories.league(slug="cup", event_kind="cup", organizer=cast.ours, title=text("厂杯"))
    return cast


def told(scene: SimpleNamespace, sheet: str, by: Any = None) -> dict[str, Any]:
    table = table_with(scene.cup, sheet.encode(), kind=TEAMS)
    return foretold(scene.cup, table, by or scene.publisher, TEAMS)


def take(scene: SimpleNamespace, sheet: str, by: Any = None) -> dict[str, Any]:
    table = table_with(scene.cup, sheet.encode(), kind=TEAMS)
    return taken(scene.cup, table, by or scene.publisher, kind=TEAMS)


def states(report: dict[str, Any]) -> list[tuple[int, str]]:
    return [(row["row"], row["state"]) for row in report["rows"]]


def wrong(report: dict[str, Any]) -> dict[int, list[tuple[str, str]]]:
    return {
        row["row"]: [(each["field"], each["code"]) for each in row["errors"]] for row in report["rows"] if row["errors"]
    }


def entered(event: Any) -> list[tuple[str, str | None, int | None]]:
    rows = Entry.objects.filter(event=event).select_related("team", "group").order_by("team__slug")
    return [(row.team.slug, row.group.slug if row.group else None, row.seed) for row in rows]


def test_team_sheet_makes_teams_groups_and_entries(scene: SimpleNamespace) -> None:
    report = told(scene, SHEET)
    assert states(report) == [(2, "new"), (3, "new"), (4, "new")]
    assert report["rows"][0] == {
        "row": 2,
        "state": "new",
        "slug": "foundry",
        "name": {"zh-Hans": "铸造厂队", "en": "Foundry"},
        "group": "A",
        "seed": 1,
        "hidden": False,
        "changes": report["rows"][0]["changes"],
        "errors": [],
    }
    assert not Team.objects.exists()
    assert take(scene, SHEET)["applied"] is True
    assert entered(scene.cup) == [("dian-lan-chang-dui", "a", None), ("foundry", "a", 1), ("press", "b", 2)]
    team = Team.objects.get(slug="foundry")
    assert (team.state, team.organizer, team.company, team.colour) == (
        "draft",
        scene.ours,
        {"zh-Hans": "沈阳铸造厂"},
        "#c8102e",
    )
    assert [(group.slug, group.name["en"]) for group in Group.objects.all()] == [("a", "Group A"), ("b", "Group B")]
    assert (Stage.objects.count(), Competition.objects.count(), Participant.objects.count()) == (1, 1, 3)
    acts = Act.objects.filter(kind="event").values_list("verb", "fields", "note")
    assert list(acts) == [("changed", ["entries"], "+3")]
    assert Act.objects.filter(kind="team", verb="created", by=scene.publisher).count() == 3


def test_team_sheet_taken_again_changes_nothing(scene: SimpleNamespace) -> None:
    take(scene, SHEET)
    before, version = factories.revision(), scene.cup
    assert states(told(scene, SHEET)) == [(2, "unchanged"), (3, "unchanged"), (4, "unchanged")]
    assert take(scene, SHEET)["applied"] is True
    version.refresh_from_db()
    assert factories.revision() == before


def test_team_sheet_changes_what_it_says_and_leaves_the_rest(scene: SimpleNamespace) -> None:
    take(scene, SHEET)
    sheet = "slug,name (en),seed,group\nfoundry,The Foundry,2,B\npress,Press,1,B\n"
    report = told(scene, sheet)
    assert states(report) == [(2, "changed"), (3, "changed")]
    assert report["rows"][0]["changes"] == [
        {"field": "name.en", "before": "Foundry", "after": "The Foundry"},
        {"field": "group", "before": "A组", "after": "B组"},
        {"field": "seed", "before": "1", "after": "2"},
    ]
    assert report["counts"]["left"] == 1
    assert take(scene, sheet)["applied"] is True
    assert entered(scene.cup) == [("dian-lan-chang-dui", "a", None), ("foundry", "b", 2), ("press", "b", 1)]
    team = Team.objects.get(slug="foundry")
    assert (team.name, team.short_name) == ({"zh-Hans": "铸造厂队", "en": "The Foundry"}, {"zh-Hans": "铸造"})
    assert team.participant.name["en"] == "The Foundry"


def test_team_sheet_enters_a_team_that_is_there(scene: SimpleNamespace) -> None:
    guests = league.team(slug="guests", name=text("客队", en="Guests"), organizer=scene.theirs)
    assert states(told(scene, "name,seed\n客队,3\n")) == [(2, "new")]
    assert take(scene, "slug,seed\nguests,3\n")["applied"] is True
    assert (entered(scene.cup), Team.objects.count()) == ([("guests", None, 3)], 1)
    refused = told(scene, "slug,name,seed\nguests,改名,3\n")
    assert wrong(refused) == {2: [("", "forbidden")]}
    guests.refresh_from_db()
    assert guests.name["zh-Hans"] == "客队"
    assert states(told(scene, "slug,name,seed\nguests,改名,3\n", scene.staff)) == [(2, "changed")]


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        ("name,colour\n甲队,red\n", {2: [("colour", "invalid")]}),
        ("name,seed\n甲队,first\n", {2: [("seed", "no_number")]}),
        ("name,seed\n甲队,0\n", {2: [("seed", "seed")]}),
        ("name,seed\n甲队,1\n乙队,1\n", {2: [("seed", "seed_twice")], 3: [("seed", "seed_twice")]}),
        ("name,group\n甲队,A\n甲队,B\n", {2: [("", "twice")], 3: [("", "twice")]}),
        (
            "slug,group\njia,A\njia,B\n",
            {
                2: [("name.zh-Hans", "required"), ("slug", "twice")],
                3: [("name.zh-Hans", "required"), ("slug", "twice")],
            },
        ),
        ("slug,name\nNot a slug,甲队\n", {2: [("slug", "invalid")]}),
        ("slug,name\nsinger,甲队\n", {2: [("slug", "invalid")]}),
        ("slug,name\nsecret,甲队\n", {2: [("slug", "invalid")]}),
        ("name (en),seed\nFoundry,1\n", {2: [("name.en", "required")]}),
        ("name,founded\n甲队,99\n", {2: [("founded", "min_value")]}),
    ],
)
def test_team_sheet_that_cannot_be_is_refused_row_by_row(
    scene: SimpleNamespace, sheet: str, found: dict[int, list[tuple[str, str]]]
) -> None:
    factories.participant(slug="singer", kind="person")
    league.team(slug="secret", published=False, organizer=scene.theirs)
    report = take(scene, sheet)
    assert wrong(report) == found
    assert report["applied"] is False
    assert (Team.objects.count(), Entry.objects.count(), Group.objects.count()) == (1, 0, 0)


def test_team_sheet_names_the_team_the_groups_and_the_rows_of_a_double(scene: SimpleNamespace) -> None:
    report = told(scene, "name,group\n铸造厂队,A\n压力机队,A\n铸造厂队,B\n")
    details = [each["detail"] for row in report["rows"] for each in row["errors"]]
    assert details == [
        "“铸造厂队” is in A here, and in another row too: row 4 (B). Keep one of them.",
        "“铸造厂队” is in B here, and in another row too: row 2 (A). Keep one of them.",
    ]


def test_team_sheet_makes_no_group_where_there_are_some(scene: SimpleNamespace) -> None:
    with edit():
        league.groups(scene.cup, "a", "b")
    report = told(scene, "name,group\n甲队,a\n乙队,B\n丙队,A组\n丁队,C\n")
    assert wrong(report) == {5: [("group", "unknown_group")]}
    assert "A组, B组" in report["rows"][3]["errors"][0]["detail"]


def test_team_sheet_of_an_unknown_column_asks(scene: SimpleNamespace) -> None:
    report = take(scene, "name,shoe size\n甲队,44\n")
    assert [each["code"] for each in report["errors"]] == ["unknown_column"]
    assert not Team.objects.exists()


def test_team_sheet_gives_two_teams_of_one_sound_two_addresses(scene: SimpleNamespace) -> None:
    take(scene, "name\n金刚队\n金钢队\n")
    assert sorted(Team.objects.values_list("slug", flat=True)) == ["jin-gang-dui", "jin-gang-dui-2"]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_team_sheet_exported_and_imported_changes_nothing(scene: SimpleNamespace, file_format: str) -> None:
    take(scene, SHEET)
    data = TEAMS.export(scene.cup, "en", file_format)
    report = foretold(scene.cup, table_with(scene.cup, data, kind=TEAMS), scene.publisher, TEAMS)
    assert {state for _row, state in states(report)} == {"unchanged"}
    if file_format == "csv":
        header, *rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert header[:3] == ["Name in URLs", "Name", "Name (English)"]
        assert [(row[0], row[-2], row[-1]) for row in rows] == [
            ("foundry", "a", "1"),
            ("dian-lan-chang-dui", "a", ""),
            ("press", "b", "2"),
        ]


# By the manage API


def post(who: Any, body: Any, query: str, expect: int = 200) -> Any:
    path = f"/api/v1/manage/events/cup/import?kind=teams{query}"
    response = enter(who).post(path, body, content_type="text/csv", headers={"accept-language": "en"})
    assert response.status_code == expect, response.content.decode()[:1500]
    return response.json()


def test_manage_import_of_teams_tells_first_and_takes_then(scene: SimpleNamespace) -> None:
    report = post(scene.publisher, SHEET.encode(), "&dry_run=true")
    assert (report["dry_run"], report["counts"]["new"]) == (True, 3)
    done = post(scene.publisher, SHEET.encode(), f"&plan={report['plan']}")
    assert (done["applied"], len(entered(scene.cup))) == (True, 3)
    again = post(scene.publisher, SHEET.encode(), f"&plan={report['plan']}", expect=409)
    assert [each["code"] for each in again["errors"]] == ["stale"]
    post(scene.editor, SHEET.encode(), "&dry_run=true", expect=403)
    post(scene.stranger, SHEET.encode(), "&dry_run=true", expect=404)


def test_manage_import_of_teams_remembers_its_own_columns(scene: SimpleNamespace) -> None:
    file = SimpleUploadedFile("teams.csv", "Mannschaft,seed\n甲队,1\n".encode())
    body = {"file": file, "columns": json.dumps({"Mannschaft": "name.zh-Hans"})}
    client = enter(scene.publisher)
    scene.cup.refresh_from_db()
    path = "/api/v1/manage/events/cup/import?kind=teams"
    response = client.post(path, body, headers={"if-match": f'"{scene.cup.version}"'})
    assert response.status_code == 200, response.content
    assert ImportColumns.objects.get().mapping == {"teams:mannschaft": "name.zh-Hans"}
    assert post(scene.publisher, "Mannschaft,seed\n甲队,1\n".encode(), "&dry_run=true")["counts"]["unchanged"] == 1


def test_manage_export_gives_teams(scene: SimpleNamespace) -> None:
    take(scene, SHEET)
    response = enter(scene.editor).get("/api/v1/manage/events/cup/export?kind=teams&format=csv")
    assert response["Content-Disposition"] == 'attachment; filename="cup-teams.csv"'
    assert "foundry" in response.content.decode("utf-8-sig")


# On the pages


def test_teams_are_uploaded_looked_at_and_taken(scene: SimpleNamespace) -> None:
    browser = enter(scene.publisher)
    address = f"{url(scene.cup, 'import')}?kind=teams"
    page = browser.get(address).content.decode()
    assert ("Import teams from a sheet" in page, "Which team a row is" in page) == (True, True)
    answer = browser.post(address, {"file": SimpleUploadedFile("teams.csv", SHEET.encode())})
    rows = browser.get(answer.url)
    html = rows.content.decode()
    assert answer.url.endswith("?kind=teams")
    assert [(row["when"], row["title"]) for row in rows.context["page"].rows()] == [
        ("A · seed 1", "铸造厂队"),
        ("B · seed 2", "压力机队"),
        ("A", "电缆厂队"),
    ]
    assert ("Import 3 rows" in html, "?kind=teams&amp;show=all" in html, "Group and seed" in html) == (True, True, True)
    done = browser.post(answer.url, {**read_form(rows, "import_form"), "_do": "apply"})
    assert done.url == f"/admin/league/competition/teams/{scene.cup.pk}/"
    assert said(done) == ["success: 3 teams are written. New ones are drafts: publish them for their pages to appear."]
    assert len(entered(scene.cup)) == 3
    file = browser.get(url(scene.cup, "export"), {"kind": "teams", "format": "csv"})
    assert file["Content-Disposition"] == 'attachment; filename="cup-teams.csv"'


def test_team_rows_that_are_wrong_are_explained_on_the_page(scene: SimpleNamespace) -> None:
    browser = enter(scene.publisher)
    address = f"{url(scene.cup, 'import')}?kind=teams"
    answer = browser.post(address, {"pasted": "name\tseed\tshoe\n甲队\tx\t44\n"})
    html = browser.get(answer.url).content.decode()
    assert "is no whole number" in html
    assert ("Company" in html, "Capacity" in html) == (True, False)  # fields to match with are those of teams
    matched = browser.post(answer.url, {"_do": "match", "column-2": "-"})
    assert matched.url == answer.url
    assert ImportColumns.objects.get().mapping == {"teams:shoe": ""}
    dropped = browser.post(answer.url, {"_do": "drop"})
    assert dropped.url == address


def test_team_sheet_costs_the_same_to_look_at_for_few_and_for_many(
    scene: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    """Of what is there; each new team asks whether its address is free."""
    lines = [league.team(organizer=scene.ours).slug for _number in range(12)]
    take(scene, "slug\n" + "\n".join(lines))
    for number in (2, 12):
        with django_assert_max_num_queries(8):
            told(scene, "slug,seed\n" + "\n".join(f"{slug},{seed}" for seed, slug in enumerate(lines[:number], 1)))
