"""Reads settings from the environment; a bad value stops the start, naming the variable and a good value."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

DATABASES = frozenset({"sqlite", "postgres", "postgresql"})
CACHES = frozenset({"redis", "rediss", "locmemcache", "dummycache"})
MAIL = frozenset({"smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "dummymail"})
TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def refuse(name: str, problem: str, good: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {problem}. A good value: {name}={good}")


def read(name: str, parse: Callable[[str], T], default: str, good: str) -> T:
    """The variable, parsed; ``parse`` raises ValueError on what it cannot use."""
    raw = os.environ.get(name, default)
    try:
        return parse(raw)
    except ValueError as error:
        raise refuse(name, f"is {raw!r}: {error}", good) from error


def text(name: str, default: str, *, pattern: str, expected: str, good: str = "") -> str:
    """A text that matches ``pattern`` as a whole."""

    def parse(raw: str) -> str:
        if not re.fullmatch(pattern, raw):
            raise ValueError(f"expected {expected}")
        return raw

    return read(name, parse, default, good or default)


def folder(name: str, default: Path) -> Path:
    """A folder; where the variable is relative, below the working directory."""
    return Path(os.environ.get(name) or default).absolute()


def flag(name: str, default: bool) -> bool:
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}

    def parse(raw: str) -> bool:
        if raw.strip().lower() not in words:
            raise ValueError("expected true or false")
        return words[raw.strip().lower()]

    return read(name, parse, str(default), "true")


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    expected = f"{least} or more" if most is None else f"{least} to {most}"

    def parse(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,15}", raw.strip()) or int(raw) < least or (most and int(raw) > most):
            raise ValueError(f"expected a whole number, {expected}")
        return int(raw)

    return read(name, parse, str(default), str(max(default, least)))


def required(name: str, *, development: str, debug: bool, good: str) -> str:
    """A text that production must set; development has a value of its own."""
    value = os.environ.get(name, "").strip()
    if not value and not debug:
        raise refuse(name, "is not set", good)
    return value or development


def secret(name: str, *, development: str, debug: bool) -> str:
    good = "the output of `python -c 'import secrets; print(secrets.token_urlsafe(50))'`"
    value = required(name, development=development, debug=debug, good=good)
    if not debug and (len(value) < 50 or len(set(value)) < 5):
        raise refuse(name, "is too short to be a secret", good)  # the message never shows the value
    return value


def hosts(name: str, *, development: str, debug: bool) -> list[str]:
    value = required(name, development=development, debug=debug, good="travel.example.cn")
    found = [part.strip() for part in value.split(",") if part.strip()]
    wrong = [host for host in found if not re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9a-fA-F:]+\]", host)]
    if wrong or not found:
        raise refuse(name, f"is {value!r}: expected names of hosts, without scheme and port", "travel.example.cn")
    return found


def language_tags(name: str, default: str) -> list[str]:
    def parse(raw: str) -> list[str]:
        tags = [part.strip() for part in raw.split(",") if part.strip()]
        wrong = [tag for tag in tags if not TAG.fullmatch(tag)]
        if wrong or not tags or len(set(tags)) != len(tags):
            raise ValueError(f"expected different BCP 47 tags, wrong: {', '.join(wrong) or 'empty or repeated'}")
        return tags

    return read(name, parse, default, default)


def origin(name: str, *, development: str, debug: bool) -> str:
    good = "https://travel.example.cn"
    value = required(name, development=development, debug=debug, good=good).rstrip("/")
    if not re.fullmatch(r"https?://[\w.\-\[\]:]+", value):
        raise refuse(name, f"is {value!r}: expected a scheme and a host", good)
    return value


def time_zone(name: str, default: str) -> str:
    def parse(raw: str) -> str:
        try:
            ZoneInfo(raw)
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError("no such IANA time zone") from error
        return raw

    return read(name, parse, default, default)


def _point(raw: str) -> tuple[float, float]:
    found = re.fullmatch(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*", raw)
    lat, lng = (float(part) for part in found.groups()) if found else (999.0, 999.0)
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        raise ValueError("expected latitude,longitude in WGS-84 degrees")
    return lat, lng


def position(name: str, default: str) -> tuple[float, float]:
    return read(name, _point, default, default)


def outline(name: str) -> list[tuple[float, float]]:
    """A ring of ``lat,lng`` pairs apart by blanks, or nothing."""

    def parse(raw: str) -> list[tuple[float, float]]:
        points = [_point(pair) for pair in raw.split()]
        if len(points) in (1, 2):
            raise ValueError("expected three points or more")
        return points

    return read(name, parse, "", "41.82,123.30 41.82,123.39 41.77,123.39")


def sqlite_url(file: Path) -> str:
    """An address that survives blanks and other signs in the path."""
    return f"sqlite:///{quote(str(file))}"


def _address(name: str, default: str, schemes: frozenset[str], reader: Callable[..., Any], good: str) -> dict[str, Any]:
    """The settings that an address stands for. Messages never show it: it may hold a password."""
    raw = os.environ.get(name, default)
    known = ", ".join(sorted(schemes))
    try:
        if urlsplit(raw).scheme not in schemes or "://" not in raw:
            raise ValueError(f"expected an address that begins with one of {known}")
        return dict(reader(raw))
    except (ValueError, ImproperlyConfigured) as error:
        raise refuse(name, f"cannot be read: {error}", good) from None


def database(name: str, default: str) -> dict[str, Any]:
    """``DATABASE_URL``: SQLite opens in WAL mode with a busy timeout and immediate transactions."""
    good = "postgres://user:password@127.0.0.1:5432/tourism"
    config = _address(name, default, DATABASES, environ.Env.db_url_config, good)
    if not config["NAME"] or config["NAME"] == ":memory:":
        raise refuse(name, "names no database that lasts", good)
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        }
        # A file, not memory: the threads of a live server would share one in-memory connection.
        config["TEST"] = {"NAME": f"{config['NAME']}.test"}
        config["CONN_MAX_AGE"] = None  # opening the file costs more than most requests
    else:
        config |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return config


def cache(name: str, default: str) -> dict[str, Any]:
    return _address(name, default, CACHES, environ.Env.cache_url_config, "redis://127.0.0.1:6379/1")


def email(name: str, default: str) -> dict[str, Any]:
    """``EMAIL_URL`` as the settings of Django's mail."""
    return _address(name, default, MAIL, environ.Env.email_url_config, "smtp+tls://user:password@mail.example.cn:587")


def queue(name: str, folder: Path) -> dict[str, Any]:
    """``QUEUE_URL`` as Huey's settings. Nothing: what would wait in the queue is done at once."""
    raw = os.environ.get(name, "")
    kind: dict[str, Any]
    if not raw:
        kind = {"huey_class": "huey.MemoryHuey"}
    elif raw == "sqlite":
        kind = {"huey_class": "huey.SqliteHuey", "connection": {"filename": str(folder / "queue.sqlite3")}}
    elif re.fullmatch(r"rediss?://\S+", raw):
        kind = {"huey_class": "huey.RedisHuey", "connection": {"url": raw}}
    else:  # never shown: it may hold a password
        raise refuse(name, "cannot be read: expected redis://, the word sqlite, or nothing", "redis://127.0.0.1:6379/2")
    return {"name": "tourism", "immediate": not raw, **kind}


class Secret(str):
    """A text that no dump of the settings shows."""

    def __repr__(self) -> str:
        return "'********'"


STORE = "s3://KEY:SECRET@s3.cn-north-1.amazonaws.com.cn/bucket?region=cn-north-1"
STORE_WORDS = {
    "region": r"[a-z0-9-]{1,40}",
    "tls": "true|false",
    "addressing": "path|virtual",
    "signature": "v4|v2",
    "acl": "public-read",
}


def storages(name: str) -> dict[str, Any]:
    """``STORAGE_URL`` as Django's settings of both stores: files in ``MEDIA_ROOT``, or in a bucket of an S3-compatible
    server, ``s3://KEY:SECRET@host:port/bucket/folder?region=…``. Messages never show it.

    ``tls=false`` speaks plain HTTP; ``addressing=virtual`` puts the bucket's name into the host's, as the large clouds
    want it; ``signature=v2`` is for stores that read no newer one; ``acl=public-read`` marks each rendition as public.
    Without KEY and SECRET the machine's role, or what else boto3 finds, is asked.
    """
    raw = os.environ.get(name, "")
    if not raw:
        kinds = {"default": "PrivateFiles", "renditions": "WholeFiles"}
        return {alias: {"BACKEND": f"media.storages.{kind}"} for alias, kind in kinds.items()}
    try:
        options, acl = _store(raw)
    except ValueError as error:
        raise refuse(name, f"cannot be read: {error}", STORE) from None
    public = {**options, "default_acl": acl} if acl else options
    return {
        "default": {"BACKEND": "media.objects.PrivateObjects", "OPTIONS": options},
        "renditions": {"BACKEND": "media.objects.Objects", "OPTIONS": public},
    }


def _store(raw: str) -> tuple[dict[str, Any], str]:
    whole = r"s3://(?:([^:/@]+):([^:/@]+)@)?([\w.-]+(?::[0-9]{1,5})?)/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/[\w./-]+)?/?"
    address, _mark, query = raw.partition("?")
    found = re.fullmatch(whole, address)
    if not found:
        raise ValueError(
            "expected s3://KEY:SECRET@host/bucket, where KEY and SECRET are percent-encoded (/ as %2F, + as %2B)"
        )
    if not _port_is_one(found[3]) or not {".", ".."}.isdisjoint((found[5] or "").split("/")):
        raise ValueError("expected a port up to 65535, and a folder without . and ..")
    words = parse_qsl(query, keep_blank_values=True)
    for word, value in words:
        if word not in STORE_WORDS or not re.fullmatch(STORE_WORDS[word], value):
            raise ValueError(
                "after the question mark " + ", ".join(f"{key}={good}" for key, good in STORE_WORDS.items())
            )
    key, secret, host, bucket, folder = found.groups()
    asked = dict(words)
    options: dict[str, Any] = {
        "endpoint_url": f"{'http' if asked.get('tls') == 'false' else 'https'}://{host}",
        "bucket_name": bucket,
        "location": (folder or "").strip("/"),
        "region_name": asked.get("region", "us-east-1"),
        "addressing_style": asked.get("addressing", "path"),
        "signature_version": {"v2": "s3", "v4": "s3v4"}[asked.get("signature", "v4")],
    }
    if key:
        options |= {"access_key": Secret(unquote(key)), "secret_key": Secret(unquote(secret))}
    return options, asked.get("acl", "")


def _port_is_one(host: str) -> bool:
    _name, colon, port = host.partition(":")
    return not colon or 0 < int(port) < 65_536


def media_url(name: str, default: str) -> str:
    """Our own path, or the absolute address of a folder."""
    raw = os.environ.get(name, "")
    if not raw:
        return default
    if not re.fullmatch(r"https?://[\w.\-\[\]:]+(/[\w.~%/-]*)?", raw):
        good = "https://cdn.example.cn/uploads/"
        raise refuse(name, f"is {raw!r}: expected the absolute address of a folder, without ? and #, or nothing", good)
    return f"{raw.rstrip('/')}/"
