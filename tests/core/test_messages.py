"""Every word of the interface is translated: Chinese for the admin and the API, German for the API's messages.

The machine that runs the project has no gettext tools, so the compiled catalogues are kept beside their sources.
After a string has been added or changed, where gettext is installed:

    DEBUG=true python manage.py makemessages -l zh_Hans -l de -i .venv -i var --no-location --no-obsolete --no-wrap
    # Translate the new entries and delete their `fuzzy` marks; German only for what the public reads.
    msgattrib --translated --no-fuzzy --no-wrap -o locale/de/LC_MESSAGES/django.po locale/de/LC_MESSAGES/django.po
    DEBUG=true python manage.py compilemessages -i .venv
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
import pytest
from django.test import Client
from django.utils.translation.template import templatize

from core.changes.edits import edit
from core.changes.models import Act, log
from tests import factories, factories_media
from tourism.settings import BASE_DIR

Message = tuple[str | None, str]  # context, singular

APPS = ("core", "organizers", "media", "venues", "events", "discovery", "tourism")
FUNCTIONS = {"gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1}  # where the singular stands
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|`\w+`|</?\w+>")
HAN = re.compile(r"[\u3400-\u9fff]+")
WORD = re.compile(r"[A-Za-z]{2,}")


def catalogue(language: str, suffix: str = "po") -> Any:
    path = str(BASE_DIR / "locale" / language / "LC_MESSAGES" / f"django.{suffix}")
    return polib.pofile(path) if suffix == "po" else polib.mofile(path)


def calls(tree: ast.AST) -> Iterator[tuple[str, list[ast.expr]]]:
    """The calls of gettext and its sisters, under whatever name they were imported."""
    names = {"_": "gettext"} | {name: name for name in FUNCTIONS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {each.asname or each.name: re.sub("_(lazy|noop)$", "", each.name) for each in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and names.get(node.func.id) in FUNCTIONS:
            yield names[node.func.id], node.args


def of_python(source: str) -> set[Message]:
    found = set()
    for name, arguments in calls(ast.parse(source)):
        place = FUNCTIONS[name]
        if isinstance(arguments[place], ast.Name):  # a text that was marked elsewhere
            continue
        texts = [ast.literal_eval(each) for each in arguments[: place + 1]]
        found.add((texts[0] if place else None, texts[place]))
    return found


def of_template(source: str) -> set[Message]:
    """Django turns a template into Python-like text for xgettext; the calls in it are Python."""
    text = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
    found = re.findall(rf"(?<!\w)(?:n?p?gettext|_)\({text}(?:, ?{text})*", templatize(source))
    return {message for call in found for message in of_python(f"{call})")}


@cache
def messages_of(path: Path) -> set[Message]:
    source = path.read_text()
    return of_python(source) if path.suffix == ".py" else of_template(source)


def sources() -> list[Path]:
    files = [path for app in APPS for suffix in ("py", "html", "txt") for path in (BASE_DIR / app).rglob(f"*.{suffix}")]
    return [path for path in files if "migrations" not in path.parts and "static" not in path.parts]


def said_by_the_api(path: Path) -> bool:
    """To the public, in JSON or on a page."""
    answered = {"views", "serializers", "pages"}.intersection(path.relative_to(BASE_DIR).parts)
    named = path.name in ("filters.py", "views.py", "serializers.py", "notations.py", "calendars.py")
    named = named or path.name in ("pages.py", "page_words.py", "evening_page.py", "documents.py")
    return bool(answered) or named or path.is_relative_to(BASE_DIR / "core" / "api")


def known(language: str) -> set[Message]:
    return {(entry.msgctxt, entry.msgid) for entry in catalogue(language) if not entry.obsolete}


def test_messages_collector_reads_every_way_of_marking() -> None:
    python = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext as many, pgettext_lazy
_("one" " half"); gettext_lazy("two"); many("three", "threes", 3); pgettext_lazy("count", "four"); print("five")
"""
    template = """
<p title="{% translate "six" %}">{% translate 'seven' context "count" %}{{ x|default:_("eight") }}
{% blocktranslate trimmed %}nine
  {{ ten }}{% endblocktranslate %}{% blocktranslate count n=x %}a{% plural %}b{% endblocktranslate %}eleven</p>"""
    assert of_python(python) == {(None, "one half"), (None, "two"), (None, "three"), ("count", "four")}
    assert of_template(template) == {
        (None, "six"),
        ("count", "seven"),
        (None, "eight"),
        (None, "nine %(ten)s"),
        (None, "a"),
    }


def test_messages_chinese_has_every_string_of_the_sources_and_no_other() -> None:
    written = {message for path in sources() for message in messages_of(path)}
    assert len(written) > 400
    assert (sorted(map(str, written - known("zh_Hans"))), sorted(map(str, known("zh_Hans") - written))) == ([], [])


def test_messages_german_has_every_string_of_the_api_and_no_other() -> None:
    """A string that German lacks would be answered in Chinese, the site's language."""
    written = {message for path in sources() if said_by_the_api(path) for message in messages_of(path)}
    assert len(written) > 40
    assert (sorted(map(str, written - known("de"))), sorted(map(str, known("de") - written))) == ([], [])


@pytest.mark.parametrize("language", ["zh_Hans", "de"])
def test_messages_are_all_translated_with_the_same_placeholders(language: str) -> None:
    wrong = []
    for entry in catalogue(language):
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        # The text of several names what the text of one does; code and markup stay as they are.
        wanted = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        kept = all(sorted(PLACEHOLDER.findall(text)) == wanted for text in texts)
        if entry.obsolete or entry.fuzzy or not all(texts) or not kept:
            wrong.append((entry.msgid, texts))
    assert wrong == []


@pytest.mark.parametrize("language", ["zh_Hans", "de"])
def test_messages_compiled_file_is_of_the_same_text(language: str) -> None:
    def content(entries: Any) -> dict[Message, Any]:
        return {(each.msgctxt, each.msgid): (each.msgid_plural, each.msgstr, each.msgstr_plural) for each in entries}

    source, compiled = catalogue(language), catalogue(language, "mo")
    assert content(compiled) == content(source)
    assert compiled.metadata["Plural-Forms"] == source.metadata["Plural-Forms"]


class Visible(HTMLParser):
    """What a person reads on a page or hears of it; not the content that inputs hold."""

    SPOKEN = ("title", "alt", "aria-label", "placeholder", "label")
    SILENT = ("script", "style", "textarea", "code")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = ""
        self.hidden = 0  # how many <div> deep inside a row that is not shown
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "div" and (self.hidden or "hidden" in given.get("class", "").split()):
            self.hidden += 1
        self.silent = tag if tag in self.SILENT else self.silent
        said = [name for name in self.SPOKEN if name in given]
        said += [name for name in given if name.startswith("data-") and " " in given[name]]  # for the scripts
        if tag == "input" and given.get("type") in ("submit", "button"):
            said.append("value")
        for name in said:
            if not given[name].startswith(("{", "[")):
                self.hear(given[name])

    def handle_endtag(self, tag: str) -> None:
        self.silent = "" if tag == self.silent else self.silent
        if tag == "div" and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.hear(data)

    def hear(self, text: str) -> None:
        if text.strip() and not self.hidden:
            self.texts.append(" ".join(text.split()))


PAGES = [
    "login/",
    "",
    "venues/venue/",
    "venues/venue/add/",
    "venues/venue/{venue}/change/",
    "venues/venue/{venue}/history/",
    "venues/venue/{venue}/preview/",
    "venues/venue/{venue}/hours/",
    "venues/venue/holiday-hours/",
    "venues/exhibit/",
    "venues/exhibit/add/",
    "events/event/",
    "events/event/add/",
    "events/event/{event}/change/",
    "events/event/{event}/preview/",
    "events/event/{event}/copy/",
    "events/series/",
    "events/series/add/",
    "events/slot/",
    "events/slot/add/",
    "media/image/",
    "media/image/add/",
    "media/image/upload/",
    "media/image/{image}/change/",
    "media/mediaobject/",
    "media/mediaobject/add/",
    "media/mediaobject/{media}/change/",
    "organizers/organizer/add/",
    "organizers/token/",
    "organizers/token/add/",
    "core/act/",
    "core/tag/add/",
]


@pytest.fixture
def read(db: Any, client: Client, cast: Any) -> Callable[[str, str], dict[str, list[str]]]:
    """``read("en", "Park")``: what stands on each page of the admin; all content bears the word."""

    def pages(language: str, word: str) -> dict[str, list[str]]:
        name = {"zh-Hans": word}
        venue = factories.venue(slug="a1", name=name)
        event = factories.event(slug="a2", title=name, venues=[venue], organizer=cast.ours)
        factories.slot(event, venue=venue, title=name, status="tentative")
        picture = factories.image(alt=name, credit=word)
        factories.shown(picture, venue)
        track = factories_media.audio(title=name, transcript=name, credit=word)
        factories_media.placed(track, venue)
        client.cookies["django_language"] = language
        found = {}
        for page in PAGES:
            response = client.get(
                "/admin/" + page.format(venue=venue.pk, event=event.pk, image=picture.pk, media=track.pk)
            )
            assert (page, response.status_code) == (page, 200)
            found[page] = Visible(response.content.decode()).texts
            client.force_login(cast.superuser)  # after the first page, the log-in
        return found

    return pages


def test_messages_admin_in_chinese_shows_no_english(read: Any) -> None:
    """Of the words of our sources none is left; names like Markdown stand in the translations too."""
    entries = list(catalogue("zh_Hans"))
    ours = {text.casefold() for entry in entries for text in (entry.msgid, entry.msgid_plural) if text}
    ours -= {entry.msgstr.casefold() for entry in entries}
    words = {word.casefold() for entry in entries for word in WORD.findall(PLACEHOLDER.sub("", entry.msgid))}
    kept = {word.casefold() for entry in entries for word in WORD.findall(entry.msgstr)}

    def english(text: str) -> bool:
        own = {word.casefold() for word in WORD.findall(text)} & (words - kept)
        return bool(own) or text.strip(" :").casefold() in ours

    left = {page: [text for text in texts if english(text)] for page, texts in read("zh-hans", "公园").items()}
    assert left == {page: [] for page in PAGES}


def test_messages_admin_in_english_shows_no_chinese(read: Any) -> None:
    """But for the names of languages, of the organizers of the cast, and an example in a help text."""
    allowed = {"中文", "简体中文", "繁體中文", "主办方", "重庆路"}
    pages = read("en", "Park")
    left = {page: {run for text in texts for run in HAN.findall(text)} - allowed for page, texts in pages.items()}
    assert left == {page: set() for page in PAGES}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lang", "title", "detail"),
    [
        ("de", "Fehlerhafte Anfrage", "Geben Sie eine ganze Zahl von 1 bis 100 an."),
        ("zh-Hans", "请求有误", "请填写 1 到 100 之间的整数。"),
        ("zh-Hant", "請求有誤", "請填寫 1 到 100 之間的整數。"),
        ("en", "Bad request", "Give a whole number from 1 to 100."),
    ],
)
def test_messages_api_speaks_the_asked_language(client: Client, lang: str, title: str, detail: str) -> None:
    response = client.get("/api/v1/venues", {"limit": "0", "lang": lang})
    assert response["Content-Language"] == lang
    assert (response.json()["title"], response.json()["errors"][0]["detail"]) == (title, detail)


@pytest.mark.django_db
def test_messages_log_names_fields_in_the_readers_language(client: Client, cast: Any) -> None:
    venue = factories.venue()
    with edit() as unit:
        log(venue, Act.Verb.CHANGED, by=cast.superuser, at=unit.moment, fields=["Name", "links and contacts", "AMap"])
    client.force_login(cast.superuser)
    shown = {}
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        texts = Visible(client.get(f"/admin/venues/venue/{venue.pk}/history/").content.decode()).texts
        shown[language] = [text for text in texts if "AMap" in text or "高德地图" in text]
    assert shown == {"zh-hans": ["名称, 链接与联系方式, 高德地图"], "en": ["Name, links and contacts, AMap"]}
