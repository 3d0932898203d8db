"""The base of the page of one object: a subclass binds a queryset, a serializer, a template and what it shows."""

from dataclasses import replace
from html import unescape
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.text import Truncator

from core.api.ask import Ask
from core.api.language import in_script, message_language
from core.api.serializers import Item, Words
from core.changes.models import Change
from core.pages.answers import Answer, Missing
from core.pages.links import qr_inline, short_url
from core.pages.words import Foreign, marked
from core.translations import default_language, label, languages

# The names that Facebook gave to the languages (Open Graph).
LOCALES = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW", "en": "en_GB", "de": "de_DE"}


def in_language(url: str, tag: str) -> str:
    return f"{url}?lang={tag}"


def locale(tag: str) -> str:
    return LOCALES.get(tag, tag.replace("-", "_"))


class ObjectPage(Answer):
    """The page of one public object, found by its public key.

    It shows what the API says of it, in the serializer's own words: what the API hides, it hides.
    """

    serializer_class: ClassVar[type[Item]]
    template: ClassVar[str]
    includes: ClassVar[frozenset[str]] = frozenset()

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        raise NotImplementedError(f"{type(self).__name__} shows nothing")

    def load(self, row: Any, ask: Ask) -> None:
        """Fetches what the serializer shows of other objects."""

    def shown(self, row: Any, item: dict[str, Any], ask: Ask) -> dict[str, Any]:
        """What the template shows beside the item; ``data`` is what it tells machines, a list of JSON-LD objects."""
        return {}

    def pictures(self, item: dict[str, Any]) -> list[dict[str, Any]]:
        return item["images"]

    def body(self, ask: Ask, **names: Any) -> str:
        ask = replace(ask, include=self.includes)
        row = self._found(ask, next(iter(names.values())))
        self.load(row, ask)
        serializer = self.serializer_class(row, context={"ask": ask, "words": Words(ask.language), "listing": False})
        html_lang = message_language(ask.language)
        item = marked(serializer.data, ask.language, html_lang)
        item["images"] = self.pictures(item)
        title = item.get("name") or item.get("title") or ""
        context = {
            "tag": ask.language,
            "html_lang": html_lang,
            "item": item,
            "heading": title,
            "head": head_of(row, item, title, ask.language),
            **self.shown(row, item, ask),
        }
        return render_to_string(self.template, context)

    def _found(self, ask: Ask, key: Any) -> Any:
        queryset = self.queryset(ask)
        model: Any = queryset.model
        row = queryset.filter(**{model.key_field: key}).first()
        if row is None:
            gone = Change.objects.filter(kind=model.kind, key=str(key), deleted=True).exists()
            raise Missing(410 if gone else 404)
        return row


def head_of(row: Any, item: dict[str, Any], title: str, tag: str) -> dict[str, Any]:
    """What stands in the head of the page: addresses in every language, the words and the picture of a shared link."""
    picture = next(iter(item["images"]), None)
    return {
        "title": title,
        "description": description_of(item),
        "canonical": in_language(row.share_url, tag),
        "neutral": row.share_url,
        "alternates": [
            {"tag": each, "label": label(each), "url": in_language(row.share_url, each), "locale": locale(each)}
            for each in languages()
        ],
        "locale": locale(tag),
        "picture": shared_picture(picture),
        "credits": list(dict.fromkeys(credit_of(each) for each in item["images"])),
        "short": short_url(row.code),
        "code": row.code,
        "qr": qr_inline(row.code),
    }


def description_of(item: dict[str, Any], most: int = 200) -> str:
    """The summary, else the beginning of the description, as plain text in one line."""
    text = item.get("summary") or unescape(strip_tags(item.get("description_html") or ""))
    return Truncator(" ".join(text.split())).chars(most)


def shared_picture(picture: dict[str, Any] | None) -> dict[str, Any] | None:
    """The JPEG of a picture in its full shape: messengers read nothing newer."""
    share = picture and picture["share_image"]
    return {**share, "alt": picture["alt"]} if picture and share else None


def credit_of(picture: dict[str, Any]) -> str:
    return f"{picture['credit']} ({picture['licence']})" if picture["licence"] else str(picture["credit"])


def site_name(tag: str) -> Foreign | str:
    """The district's name is in the default language; traditional characters are made of simplified ones."""
    own = default_language()
    name = in_script(settings.DISTRICT_NAME, tag) if own.startswith("zh") else settings.DISTRICT_NAME
    same = message_language(tag) == own or (own.startswith("zh") and tag.startswith("zh"))
    return name if same else Foreign(name, own)
