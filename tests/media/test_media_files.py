"""The files of tracks and documents in the store: replaced ones stay two days, what nothing names is removed."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from media.models import MediaFile
from media.storages import renditions
from tests.factories_media import audio, document, frames, replace

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``old(days)``: files seem to have been stored so long ago, and the clock of the command stands there."""
    real = timezone.now

    def pretend(days: int) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: real() + timedelta(days=days))

    return pretend


def orphans() -> str:
    out = StringIO()
    call_command("orphans", remove=True, stdout=out)
    return out.getvalue()


def test_a_replaced_file_is_removed_when_no_answer_names_it_any_more(old: Any) -> None:
    media = audio(frames(33, mark=901))
    first = str(media.file.name)
    replace(media, frames(34, mark=902))
    old(1)
    assert first not in orphans()
    assert renditions().exists(first)
    old(3)
    assert first in orphans()
    assert (renditions().exists(first), renditions().exists(media.file.name)) == (False, True)
    assert [row.path for row in MediaFile.objects.all()] == [media.file.name]


def test_the_file_of_what_is_deleted_is_removed_unless_another_has_it(old: Any) -> None:
    one, twin, last = audio(frames(35, mark=903)), audio(frames(35, mark=903)), document()
    assert one.file.name == twin.file.name
    alone = str(last.file.name)
    one.delete()
    last.delete()
    old(3)
    said = orphans()
    assert (alone in said, twin.file.name in said) == (True, False)
    assert (renditions().exists(alone), renditions().exists(twin.file.name)) == (False, True)
