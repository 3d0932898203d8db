"""Formatted text is Markdown and nothing else: what comes out needs no second look."""

from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.markdown import SCHEMES, TAGS, to_html, validate_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Built in **1934**.", "<p>Built in <strong>1934</strong>.</p>"),
        ("## Halls\n- one\n- two", "<h2>Halls</h2>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        (
            "[site](https://cim.example)",
            '<p><a href="https://cim.example" rel="nofollow noopener">site</a></p>',
        ),
        ("a <b>bold</b> word", "<p>a &lt;b&gt;bold&lt;/b&gt; word</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x]\n\n[x]: javascript:alert(1)", "<p>[x]</p>\n<p>[x]: javascript:alert(1)</p>"),
        ("# 一楼", "一楼"),
        ("", ""),
    ],
)
def test_markdown_becomes_clean_html(text: str, html: str) -> None:
    assert to_html(text) == html


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@given(
    text=st.text(alphabet="<>\"'()[]!:/&;#x=aejsvcript\n *_`|-\\", max_size=80)
    | st.sampled_from(["<img src=x onerror=alert(1)>", "<javascript:alert(1)>", "![x](https://evil.example/x.png)"])
)
def test_markdown_never_yields_foreign_tags_or_links(text: str) -> None:
    found = _Links()
    found.feed(to_html(text))
    assert {tag for tag, _attrs in found.seen} <= TAGS
    for _tag, attrs in found.seen:
        assert set(attrs) <= {"href", "rel"}
        scheme, colon, _rest = (attrs.get("href") or "").partition(":")
        assert not colon or scheme.lower() in SCHEMES or not scheme.isalpha()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<b>bold</b>", "html"),
        ("a <br> b", "html"),
        ("[x](javascript:alert(1))", "scheme"),
        ("[x]( data:text/html,hi)", "scheme"),
    ],
)
def test_markdown_refuses_html_and_foreign_links(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_markdown({"zh-Hans": "好", "en": text})
    assert [error.code for error in caught.value.error_list] == [code]


@pytest.mark.parametrize("text", ["5 < 6 > 4", "`<b>`", "**bold**, [site](https://cim.example), I <3 it", "a & b"])
def test_markdown_accepts_ordinary_prose(text: str) -> None:
    validate_markdown({"en": text})
