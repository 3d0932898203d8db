"""A page for people as its readers take it: a browser, a search engine, a messenger."""

import json
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

VOID = {"source", "meta", "link", "img", "br", "hr", "input", "path"}


class Page(HTMLParser):
    """Its elements in order, its text, its JSON-LD; ``open`` is empty at the end when every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.data: list[Any] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside == "script":
            self.data.append(json.loads(data))
        elif data.strip():
            self.texts.append(" ".join(data.split()))
            if inside in ("h1", "h2", "h3"):
                self.headings.append((inside, data.strip()))

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def meta(self, name: str) -> str | None:
        found = [each["content"] for each in self.of("meta") if name in (each.get("name"), each.get("property"))]
        return found[0] if found else None

    def links(self, rel: str) -> dict[str, str]:
        return {each.get("hreflang", ""): each["href"] for each in self.of("link") if each["rel"] == rel}

    @property
    def text(self) -> str:
        return " | ".join(self.texts)


def checked(response: Any) -> Page:
    """A whole page: every element closed, one first heading, no level left out, a text for each picture, no script."""
    assert response.status_code == 200, response.content
    page = Page(response.content.decode())
    assert page.open == []
    levels = [int(name[1]) for name, _attrs in page.elements if name in ("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("alt" in each for each in page.of("img"))
    loaded = [each["src"] for each in page.of("img")] + [each["href"] for each in page.of("link") if "as" in each]
    assert all(address.startswith(("/", "https://tiexi.example/")) for address in loaded)
    scripts = page.of("script")
    assert all(each == {"type": "application/ld+json"} for each in scripts)
    assert not any("style" in attrs or any(name.startswith("on") for name in attrs) for _tag, attrs in page.elements)
    return page
