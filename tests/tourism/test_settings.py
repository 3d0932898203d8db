"""What the environment may say, what it must say in production, and how the database opens."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler

from media.checks import addresses_lead_to_the_files
from tourism import environment

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Vb3k-only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz"
PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "travel.example.cn",
    "PUBLIC_ORIGIN": "https://travel.example.cn",
    "DATABASE_URL": "postgres://tourism@127.0.0.1/tourism",
    "CACHE_URL": "redis://127.0.0.1:6379/1",
    "TRUSTED_PROXIES": "1",
}


def start(tmp_path: Path, *arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Starts ``manage.py`` as production does: with nothing of this process's environment but its path."""
    (tmp_path / "static").mkdir(exist_ok=True)
    values = {**PRODUCTION, "PATH": os.environ["PATH"], "VAR": str(tmp_path), **changes}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={name: value for name, value in values.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=60,
    )


def refused(monkeypatch: pytest.MonkeyPatch, value: str | None, name: str, read: Any) -> str:
    if value is None:
        monkeypatch.delenv(name, raising=False)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as caught:
        read()
    return str(caught.value)


def test_production_starts_with_good_values_and_deploys_without_a_warning(tmp_path: Path) -> None:
    done = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_production_without_a_secret_does_not_start(tmp_path: Path) -> None:
    done = start(tmp_path, "check", SECRET_KEY=None)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: SECRET_KEY is not set. A good value: "
        "SECRET_KEY=the output of `python -c 'import secrets; print(secrets.token_urlsafe(50))'`"
    )


ORIGIN = "https://travel.example.cn"
POSTGRES = "postgres://user:password@127.0.0.1:5432/tourism"
SMTP = "smtp+tls://user:password@mail.example.cn:587"
QUEUE = "redis://127.0.0.1:6379/2"
REDIS = "redis://127.0.0.1:6379/1"
STORE = "s3://KEY:SECRET@s3.cn-north-1.amazonaws.com.cn/bucket?region=cn-north-1"
TO_ENCODE = "expected s3://KEY:SECRET@host/bucket, where KEY and SECRET are percent-encoded (/ as %2F, + as %2B)"
CDN = "https://cdn.example.cn/uploads/"
A_FOLDER = "expected the absolute address of a folder, without ? and #, or nothing"
TAGS = "zh-Hans,zh-Hant,en,de"
SECRET_HINT = "the output of `python -c 'import secrets; print(secrets.token_urlsafe(50))'`"
OUTLINE = "41.82,123.30 41.82,123.39 41.77,123.39"


# The variable, a value that must stop the start, the problem it is told by, the good value it is told with.
@pytest.mark.parametrize(
    ("name", "value", "problem", "good"),
    [
        ("DEBUG", "maybe", "is 'maybe': expected true or false", "true"),
        ("DEBUG", "", "is '': expected true or false", "true"),
        ("SECRET_KEY", None, "is not set", SECRET_HINT),
        ("SECRET_KEY", "  ", "is not set", SECRET_HINT),
        ("SECRET_KEY", "changeme", "is too short to be a secret", SECRET_HINT),
        ("SECRET_KEY", "a" * 60, "is too short to be a secret", SECRET_HINT),
        ("ALLOWED_HOSTS", None, "is not set", "travel.example.cn"),
        ("ALLOWED_HOSTS", " , ", "is ',': expected names of hosts, without scheme and port", "travel.example.cn"),
        ("ALLOWED_HOSTS", ORIGIN, f"is '{ORIGIN}': expected names of hosts, without scheme and port", ORIGIN[8:]),
        ("PUBLIC_ORIGIN", None, "is not set", ORIGIN),
        ("PUBLIC_ORIGIN", "travel.cn", "is 'travel.cn': expected a scheme and a host", ORIGIN),
        ("PUBLIC_ORIGIN", "https://a.cn/x", "is 'https://a.cn/x': expected a scheme and a host", ORIGIN),
        ("TIME_ZONE", "Shenyang", "is 'Shenyang': no such IANA time zone", "Asia/Shanghai"),
        ("LANGUAGES", "chinese", "is 'chinese': expected different BCP 47 tags, wrong: chinese", TAGS),
        ("LANGUAGES", "en,en", "is 'en,en': expected different BCP 47 tags, wrong: empty or repeated", TAGS),
        ("LANGUAGES", "", "is '': expected different BCP 47 tags, wrong: empty or repeated", TAGS),
        ("DISTRICT_NAME", " ", "is ' ': expected a name", "铁西"),
        ("DISTRICT_POSITION", "41.8", "is '41.8': expected latitude,longitude in WGS-84 degrees", "41.80,123.35"),
        ("DISTRICT_POSITION", "99,1", "is '99,1': expected latitude,longitude in WGS-84 degrees", "41.80,123.35"),
        ("DISTRICT_OUTLINE", "1,2 3", "is '1,2 3': expected latitude,longitude in WGS-84 degrees", OUTLINE),
        ("DISTRICT_OUTLINE", "1,2 3,4", "is '1,2 3,4': expected three points or more", OUTLINE),
        ("REVIEWS_REQUIRED", "two", "is 'two': expected a whole number, 0 or more", "1"),
        ("REVIEWS_REQUIRED", "-1", "is '-1': expected a whole number, 0 or more", "1"),
        ("IMAGE_MAX_PIXELS", "90000000", "is '90000000': expected a whole number, 1 to 89000000", "50000000"),
        ("DATABASE_URL", "", "cannot be read: expected an address that begins with one of ", POSTGRES),
        ("DATABASE_URL", "mysql://u:pw@h/d", "cannot be read: expected an address that begins with one of ", POSTGRES),
        ("DATABASE_URL", "postgres://u:pw@h:port/d", "cannot be read: Port could not be cast", POSTGRES),
        ("DATABASE_URL", "postgres://u@h", "names no database that lasts", POSTGRES),
        ("DATABASE_URL", "sqlite://:memory:", "names no database that lasts", POSTGRES),
        ("CACHE_URL", "memory", "cannot be read: expected an address that begins with one of ", REDIS),
        ("CACHE_URL", "memcached://h", "cannot be read: expected an address that begins with one of ", REDIS),
        ("EMAIL_URL", "pop3://h", "cannot be read: expected an address that begins with one of ", SMTP),
        ("EMAIL_URL", "mail.example.cn", "cannot be read: expected an address that begins with one of ", SMTP),
        ("QUEUE_URL", "amqp://u:pw@h", "cannot be read: expected redis://, the word sqlite, or nothing", QUEUE),
        ("STORAGE_URL", "oss://k:s@h/bucket", f"cannot be read: {TO_ENCODE}", STORE),
        ("STORAGE_URL", "s3://key:se/cret@h/bucket", f"cannot be read: {TO_ENCODE}", STORE),
        ("STORAGE_URL", "s3://key@h/bucket", f"cannot be read: {TO_ENCODE}", STORE),
        ("STORAGE_URL", "s3://key:secret@h", f"cannot be read: {TO_ENCODE}", STORE),
        ("STORAGE_URL", "s3://k:s@h:65536/bucket", "cannot be read: expected a port up to 65535", STORE),
        ("STORAGE_URL", "s3://k:s@h/bucket/../other", "cannot be read: expected a port up to 65535", STORE),
        ("STORAGE_URL", "s3://k:s@h/bucket?tls=no", "cannot be read: after the question mark region=", STORE),
        ("STORAGE_URL", "s3://k:s@h/bucket?acl=private", "cannot be read: after the question mark region=", STORE),
        ("STORAGE_URL", "s3://k:s@h/bucket?zone=1", "cannot be read: after the question mark region=", STORE),
        ("MEDIA_URL", "cdn.example.cn", f"is 'cdn.example.cn': {A_FOLDER}", CDN),
        ("MEDIA_URL", "/pictures/", f"is '/pictures/': {A_FOLDER}", CDN),
        ("MEDIA_URL", "https://a.cn/?x=", f"is 'https://a.cn/?x=': {A_FOLDER}", CDN),
        ("QUEUE_URL", "redis://", "cannot be read: expected redis://, the word sqlite, or nothing", QUEUE),
    ],
)
def test_environment_refuses_a_bad_value_naming_variable_and_good_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, problem: str, good: str
) -> None:
    readers: dict[str, Any] = {
        "DEBUG": lambda: environment.flag(name, default=False),
        "SECRET_KEY": lambda: environment.secret(name, development="", debug=False),
        "ALLOWED_HOSTS": lambda: environment.hosts(name, development="", debug=False),
        "PUBLIC_ORIGIN": lambda: environment.origin(name, development="", debug=False),
        "TIME_ZONE": lambda: environment.time_zone(name, "Asia/Shanghai"),
        "LANGUAGES": lambda: environment.language_tags(name, TAGS),
        "DISTRICT_NAME": lambda: environment.text(name, "铁西", pattern=r".*\S.*", expected="a name"),
        "DISTRICT_POSITION": lambda: environment.position(name, "41.80,123.35"),
        "DISTRICT_OUTLINE": lambda: environment.outline(name),
        "REVIEWS_REQUIRED": lambda: environment.number(name, 1),
        "IMAGE_MAX_PIXELS": lambda: environment.number(name, 50_000_000, least=1, most=89_000_000),
        "DATABASE_URL": lambda: environment.database(name, ""),
        "CACHE_URL": lambda: environment.cache(name, "locmemcache://"),
        "EMAIL_URL": lambda: environment.email(name, "consolemail://"),
        "STORAGE_URL": lambda: environment.storages(name),
        "MEDIA_URL": lambda: environment.media_url(name, "/uploads/"),
        "QUEUE_URL": lambda: environment.queue(name, ROOT / "var"),
    }
    message = refused(monkeypatch, value, name, readers[name])
    assert message.startswith(f"{name} {problem}")
    assert message.endswith(f". A good value: {name}={good}")


def test_environment_never_shows_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgres://u:hunter2@h:port/d"
    message = refused(monkeypatch, address, "DATABASE_URL", lambda: environment.database("DATABASE_URL", ""))
    assert "hunter2" not in message


@pytest.mark.parametrize(
    "address", ["s3://key:hunter2@h", "s3://key:hun/ter2@h/bucket", "s3://key:hunter2@h/bucket?x=hunter2"]
)
def test_environment_never_shows_the_key_of_a_store(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    message = refused(monkeypatch, address, "STORAGE_URL", lambda: environment.storages("STORAGE_URL"))
    assert not any(word in message for word in ("key", "hun", "ter2"))


def test_environment_takes_a_secret_that_begins_with_a_dollar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", f"$HOME{SECRET}")
    assert environment.secret("SECRET_KEY", development="", debug=False) == f"$HOME{SECRET}"


def test_development_needs_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_ORIGIN"):
        monkeypatch.delenv(name, raising=False)
    assert environment.secret("SECRET_KEY", development="short", debug=True) == "short"
    assert environment.hosts("ALLOWED_HOSTS", development="localhost,[::1]", debug=True) == ["localhost", "[::1]"]
    assert environment.origin("PUBLIC_ORIGIN", development="http://a:8000", debug=True) == "http://a:8000"


def test_database_address_survives_a_path_with_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    file = Path("/srv/a new place/#1 100%/tourism.sqlite3")
    assert environment.database("DATABASE_URL", environment.sqlite_url(file))["NAME"] == str(file)


@pytest.mark.django_db
def test_sqlite_opens_in_wal_mode_with_a_busy_timeout_and_immediate_transactions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "a new place.sqlite3"
    monkeypatch.setenv("DATABASE_URL", environment.sqlite_url(file))
    connection = ConnectionHandler({"default": environment.database("DATABASE_URL", "")})["default"]
    with connection.cursor() as cursor:
        answers = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "busy_timeout")]
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)  # what atomic() does
    with closing(sqlite3.connect(file, timeout=0)) as second, pytest.raises(sqlite3.OperationalError) as caught:
        second.execute("BEGIN IMMEDIATE")
    connection.close()
    assert answers == ["wal", 20_000]
    assert str(caught.value) == "database is locked"


def test_readme_documents_every_variable() -> None:
    code = "".join((ROOT / "tourism" / name).read_text(encoding="utf-8") for name in ("settings.py", "environment.py"))
    read = set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', code))
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", table, flags=re.MULTILINE))
    assert documented == read


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", {"immediate": True, "huey_class": "huey.MemoryHuey"}),
        (
            "sqlite",
            {"immediate": False, "huey_class": "huey.SqliteHuey", "connection": {"filename": "/var/q/queue.sqlite3"}},
        ),
        (QUEUE, {"immediate": False, "huey_class": "huey.RedisHuey", "connection": {"url": QUEUE}}),
    ],
)
def test_queue_is_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: dict[str, Any]) -> None:
    monkeypatch.setenv("QUEUE_URL", value)
    assert environment.queue("QUEUE_URL", Path("/var/q")) == {"name": "tourism", **expected}


OPTIONS = {"location": "", "addressing_style": "path", "signature_version": "s3v4", "region_name": "us-east-1"}
KEYS = {"access_key": "k", "secret_key": "s/+:@"}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "s3://k:s%2F%2B%3A%40@127.0.0.1:9000/pictures/tiexi/?tls=false",
            {"endpoint_url": "http://127.0.0.1:9000", "bucket_name": "pictures", "location": "tiexi", **KEYS},
        ),
        (
            "s3://s3.cn-north-1.amazonaws.com.cn/pictures?region=cn-north-1&addressing=virtual",
            {
                "endpoint_url": "https://s3.cn-north-1.amazonaws.com.cn",
                "bucket_name": "pictures",
                "region_name": "cn-north-1",
                "addressing_style": "virtual",
            },
        ),
        (
            "s3://k:s%2F%2B%3A%40@s3.oss-cn-beijing.aliyuncs.com/pictures?addressing=virtual&signature=v2",
            {
                "endpoint_url": "https://s3.oss-cn-beijing.aliyuncs.com",
                "bucket_name": "pictures",
                "addressing_style": "virtual",
                "signature_version": "s3",
                **KEYS,
            },
        ),
    ],
)
def test_store_is_read(monkeypatch: pytest.MonkeyPatch, address: str, expected: dict[str, Any]) -> None:
    monkeypatch.setenv("STORAGE_URL", address)
    found = environment.storages("STORAGE_URL")
    assert found == {
        "default": {"BACKEND": "media.objects.PrivateObjects", "OPTIONS": OPTIONS | expected},
        "renditions": {"BACKEND": "media.objects.Objects", "OPTIONS": OPTIONS | expected},
    }
    assert "s/+" not in repr(found)
    monkeypatch.setenv("STORAGE_URL", f"{address}&acl=public-read")
    opened = environment.storages("STORAGE_URL")
    assert opened["renditions"]["OPTIONS"] == OPTIONS | expected | {"default_acl": "public-read"}
    assert opened["default"] == found["default"]


def test_without_a_store_files_lie_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORAGE_URL", raising=False)
    assert environment.storages("STORAGE_URL") == {
        "default": {"BACKEND": "media.storages.PrivateFiles"},
        "renditions": {"BACKEND": "media.storages.WholeFiles"},
    }


IN_A_BUCKET = "s3://key:hunter2@s3.oss-cn-beijing.aliyuncs.com/pictures?addressing=virtual&signature=v2"
ASK = """
from django.conf import settings
from django.views.debug import SafeExceptionReporterFilter
from core.pages.answers import POLICY
for rules in (settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], POLICY):
    print(*[name for name in ("img-src", "media-src") if "https://cdn.example.cn" in rules[name]])
print("hunter2" in repr(settings.STORAGES))
print("hunter2" in str(SafeExceptionReporterFilter().get_safe_settings()))
"""


def test_production_starts_with_a_store_and_lets_pages_show_its_pictures(tmp_path: Path) -> None:
    store = {"STORAGE_URL": IN_A_BUCKET, "MEDIA_URL": "https://cdn.example.cn/pictures"}
    done = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **store)
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr
    done = start(tmp_path, "shell", "--no-imports", "--command", ASK, **store)
    assert done.stdout.splitlines() == ["img-src media-src", "img-src media-src", "False", "False"], done.stderr


LOADED = """
import sys, tourism.urls
print([name for name in ("boto3", "pypinyin", "pikepdf") if name in sys.modules])
"""


def test_what_takes_much_memory_is_loaded_only_where_it_is_used(tmp_path: Path) -> None:
    done = start(tmp_path, "shell", "--no-imports", "--command", LOADED)
    assert done.stdout.splitlines() == ["[]"], done.stderr


@pytest.mark.parametrize(
    ("store", "media", "ids"),
    [
        ("", "/uploads/", []),
        ("", "https://cdn.example.cn/uploads/", []),
        ("", "https://cdn.example.cn/", ["media.W001"]),
        ("", "http://cdn.example.cn/uploads/", ["media.W002"]),
        (IN_A_BUCKET, "/uploads/", []),
        (IN_A_BUCKET, "https://cdn.example.cn/", []),
        (f"{IN_A_BUCKET}&acl=public-read", "/uploads/", ["media.E001"]),
        (f"{IN_A_BUCKET}&acl=public-read", "https://cdn.example.cn/", []),
    ],
)
def test_checks_find_addresses_that_do_not_lead_to_the_files(
    monkeypatch: pytest.MonkeyPatch, settings: Any, store: str, media: str, ids: list[str]
) -> None:
    monkeypatch.setenv("STORAGE_URL", store)
    settings.STORAGES = settings.STORAGES | environment.storages("STORAGE_URL")
    settings.MEDIA_URL = media
    found = addresses_lead_to_the_files()
    assert [each.id for each in found] == ids
    assert "hunter2" not in str(found)
