"""The commands of ``core``: time passes, and derived rows are written anew."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.models import IdempotentAnswer
from organizers.models import Token
from tests import factories
from tests.factories import text
from venues.models import Venue, VenueSortKey

pytestmark = pytest.mark.django_db


def said(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_tick_shows_what_is_due_and_tells_the_number(clock: Callable[[datetime], None]) -> None:
    start = timezone.now()
    venue = factories.venue(appear_at=start + timedelta(minutes=5))
    number = factories.revision()
    assert (venue.public, said("tick")) == (False, "Nothing has changed.\n")
    clock(start + timedelta(minutes=6))
    assert said("tick") == f"Content revision {number + 1}.\n"
    assert list(Venue.objects.visible()) == [venue]
    assert said("tick") == "Nothing has changed.\n"


def test_rebuild_writes_the_derived_rows_of_a_new_language(settings: Any) -> None:
    settings.CONTENT_LANGUAGES = ["zh-Hans", "en"]
    venue = factories.venue(name=text("铁西", en="Tiexi"))
    draft = factories.venue(published=False, name=text("草稿"))
    settings.CONTENT_LANGUAGES = ["zh-Hans", "en", "fr"]
    number = factories.revision()
    assert said("rebuild") == f"2 objects rebuilt: content revision {number + 1}.\n"
    keys = VenueSortKey.objects.filter(venue=venue).values_list("language", "key")
    assert dict(keys) == {"zh-Hans": "tiexi", "en": "tiexi", "fr": "tiexi"}
    assert VenueSortKey.objects.filter(venue=draft, language="fr").count() == 1


def test_rebuild_numbers_public_objects_only_and_raises_no_version() -> None:
    venue = factories.venue()
    factories.venue(published=False)
    version = Venue.objects.get(pk=venue.pk).version
    number = factories.revision()
    said("rebuild")
    assert factories.feed() == {("venue", venue.slug): (number + 1, False)}
    assert Venue.objects.get(pk=venue.pk).version == version


def test_forget_removes_what_has_been_kept_long_enough(clock: Callable[[datetime], None]) -> None:
    now = timezone.now()
    user = factories.user("editor")
    ages = {"yesterday": timedelta(hours=24), "today": timedelta(hours=23), "left": timedelta(minutes=1)}
    for key, age in ages.items():
        status = None if key == "left" else 201
        IdempotentAnswer.objects.create(user=user, key=key, created_at=now - age, status=status)
    factories.token(user, moment=now - timedelta(days=30), name="old")
    factories.token(user, moment=now - timedelta(days=29), name="new")
    clock(now)
    assert said("forget") == "2 answers and 1 tokens removed.\n"
    assert [row.key for row in IdempotentAnswer.objects.all()] == ["today"]
    assert [row.name for row in Token.objects.all()] == ["new"]
    assert said("forget") == "0 answers and 0 tokens removed.\n"


def test_rebuild_of_nothing_takes_no_number() -> None:
    assert said("rebuild") == "0 objects rebuilt: nothing was public.\n"
    assert factories.revision() == 0
