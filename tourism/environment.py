"""Reads settings from the environment; a bad value stops the start, naming the variable and a good value."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

env = environ.Env()

TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def refuse(name: str, problem: str, good: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {problem}. A good value: {name}={good}")


def read(name: str, parse: Callable[[str], T], default: str, good: str) -> T:
    """The variable, parsed; ``parse`` raises ValueError on what it cannot use."""
    raw = env.str(name, default=default)
    try:
        return parse(raw)
    except (ValueError, TypeError, environ.ImproperlyConfigured) as error:
        raise refuse(name, f"is {raw!r}: {error}", good) from error


def flag(name: str, default: bool) -> bool:
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}

    def parse(raw: str) -> bool:
        if raw.strip().lower() not in words:
            raise ValueError("expected true or false")
        return words[raw.strip().lower()]

    return read(name, parse, str(default), "true")


def number(name: str, default: int, *, least: int = 0) -> int:
    def parse(raw: str) -> int:
        value = int(raw)
        if value < least:
            raise ValueError(f"expected {least} or more")
        return value

    return read(name, parse, str(default), str(max(default, least)))


def required(name: str, *, development: str, debug: bool, good: str) -> str:
    """A text that production must set; development has a value of its own."""
    value = env.str(name, default="")
    if not value and not debug:
        raise refuse(name, "is not set", good)
    return value or development


def names(name: str, default: str) -> list[str]:
    return [part.strip() for part in env.str(name, default=default).split(",") if part.strip()]


def language_tags(name: str, default: str) -> list[str]:
    def parse(raw: str) -> list[str]:
        tags = [part.strip() for part in raw.split(",") if part.strip()]
        wrong = [tag for tag in tags if not TAG.fullmatch(tag)]
        if wrong or not tags or len(set(tags)) != len(tags):
            raise ValueError(f"expected different BCP 47 tags, wrong: {', '.join(wrong) or 'empty or repeated'}")
        return tags

    return read(name, parse, default, default)


def origin(name: str, *, development: str, debug: bool) -> str:
    value = required(name, development=development, debug=debug, good="https://travel.example.cn").rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        raise refuse(name, f"is {value!r}: expected a scheme and a host", "https://travel.example.cn")
    return value


def time_zone(name: str, default: str) -> str:
    def parse(raw: str) -> str:
        try:
            ZoneInfo(raw)
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError("no such IANA time zone") from error
        return raw

    return read(name, parse, default, default)


def position(name: str, default: str) -> tuple[float, float]:
    def parse(raw: str) -> tuple[float, float]:
        lat, lng = (float(part) for part in raw.split(","))
        if not (-90 <= lat <= 90 and -180 <= lng <= 180):
            raise ValueError("expected latitude,longitude in WGS-84 degrees")
        return lat, lng

    return read(name, parse, default, default)


def outline(name: str) -> list[tuple[float, float]]:
    """A ring of ``lat,lng`` pairs apart by blanks, or nothing."""

    def parse(raw: str) -> list[tuple[float, float]]:
        return [(float(lat), float(lng)) for lat, lng in (pair.split(",") for pair in raw.split())]

    return read(name, parse, "", "41.82,123.30 41.82,123.39 41.77,123.39")


def database(name: str, default: str) -> dict[str, Any]:
    """``DATABASE_URL``: SQLite opens in WAL mode with a busy timeout and immediate transactions."""
    good = "postgres://user:password@127.0.0.1:5432/tourism"
    try:
        config: dict[str, Any] = dict(env.db_url(name, default=default))
    except (ValueError, environ.ImproperlyConfigured) as error:
        raise refuse(name, f"cannot be read: {error}", good) from error
    if config["ENGINE"] not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
        raise refuse(name, "names neither SQLite nor PostgreSQL", good)
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        }
        # A file, not memory: the threads of a live server would share one in-memory connection.
        config["TEST"] = {"NAME": f"{config['NAME']}.test"}
    else:
        config |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return config


def cache(name: str, default: str) -> dict[str, Any]:
    try:
        return dict(env.cache_url(name, default=default))
    except (ValueError, environ.ImproperlyConfigured) as error:
        raise refuse(name, f"cannot be read: {error}", "redis://127.0.0.1:6379/1") from error
