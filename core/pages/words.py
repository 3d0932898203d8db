"""What pages say: times, days, amounts; and texts that are in another language than the page."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from core.api.language import in_script

# Currencies without a smaller unit (ISO 4217); every other amount is in hundredths.
WHOLE = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})


class Foreign(str):
    """A text in another language than the page: it is marked with that language's tag."""

    lang: str

    def __new__(cls, text: str, lang: str) -> "Foreign":
        made = super().__new__(cls, text)
        made.lang = lang
        return made


def marked(item: Mapping[str, Any], language: str, html_lang: str) -> dict[str, Any]:
    """A serialized item with every text that is not in the page's language made :class:`Foreign`.

    ``language`` is the content's, ``html_lang`` the one that the page declares: the labels'.
    """

    def walk(value: Any, path: str, fallbacks: Mapping[str, str]) -> Any:
        if isinstance(value, Mapping):
            own, start = (value["fallbacks"], "") if "fallbacks" in value else (fallbacks, path)
            return {name: walk(each, f"{start}{name}.", own) for name, each in value.items() if name != "fallbacks"}
        if isinstance(value, list):
            return [walk(each, f"{path}{place}.", fallbacks) for place, each in enumerate(value)]
        if isinstance(value, str):
            shown = fallbacks.get(path[:-1], language)
            return Foreign(value, shown) if shown != html_lang else value
        return value

    found: dict[str, Any] = walk(item, "", {})
    return found


def say(text: Any, tag: str) -> str:
    """A label or sentence of ours in the reader's script."""
    return in_script(str(text), tag)


def day_words(day: date) -> str:
    """``Friday, 27 November 2026`` in the language that is spoken."""
    return date_format(day, _("l, j F Y"))


def date_words(day: date) -> str:
    """``27 November 2026``."""
    return date_format(day, _("j F Y"))


def short_day(day: date) -> str:
    return date_format(day, _("D, j M"))


def days_words(first: date | None, last: date | None, precision: str = "day") -> str:
    """A day with its weekday, or two joined; only as exact as they are known."""
    formats = {"month": _("F Y"), "year": _("Y"), "day": _("j F Y")}
    days = list(dict.fromkeys(day for day in (first, last) if day))
    if precision == "day" and len(days) == 1:
        return day_words(days[0])
    return " – ".join(dict.fromkeys(date_format(day, formats[precision]) for day in days))


def time_words(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def moment_words(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return _("%(day)s, %(time)s") % {"day": day_words(local.date()), "time": f"{local:%H:%M}"}


def amount(value: int, currency: str) -> str:
    """Of the currency's smallest unit: ``3550`` fen -> ``"35.50"``, as machines read it."""
    return str(value) if currency in WHOLE else f"{value / 100:.2f}"


def money(value: int, currency: str) -> str:
    """As people read it: ``CN¥35``, without zeros behind the point."""
    whole = currency in WHOLE or value % 100 == 0
    shown = number_format(value if currency in WHOLE else value / 100, decimal_pos=0 if whole else 2)
    sign = _("CN¥") if currency == "CNY" else f"{currency} "
    return f"{sign}{shown}"


def price_words(price: Mapping[str, Any]) -> str:
    """Of the API's ``price``; empty where nothing is known."""
    kinds = {"free": _("Free"), "partly_free": _("Partly free"), "paid": "", "unknown": ""}
    amounts = [money(each, price["currency"]) for each in (price["min"], price["max"]) if each is not None]
    parts = [kinds.get(price["kind"], ""), "–".join(dict.fromkeys(amounts))]
    if not any(parts) and price["kind"] == "paid":
        return _("With a ticket")
    return " · ".join(part for part in parts if part)


def ages_words(ages: Mapping[str, Any]) -> str:
    least, most = ages["min"], ages["max"]
    if least and most is not None:
        return _("Ages %(min)d to %(max)d") % {"min": least, "max": most}
    if least:
        return _("From age %(min)d") % {"min": least}
    if most is not None:
        return _("Up to age %(max)d") % {"max": most}
    return _("All ages") if least == 0 else ""


def distance_words(metres: int) -> str:
    """``850 m``, ``1.2 km``; ``1,2 km`` in German."""
    return f"{metres} m" if metres < 1000 else f"{number_format(metres / 1000, decimal_pos=1)} km"


def duration_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [_("%(hours)d h") % {"hours": hours}] if hours else []
    return " ".join([*parts, *([_("%(minutes)d min") % {"minutes": rest}] if rest or not hours else [])])
