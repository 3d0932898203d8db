"""Two writers at once: what is published never lacks its transcript, whoever comes first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests import factories
from tests.core.test_changes_writers import race, races
from tests.factories_media import audio, placed

pytestmark = pytest.mark.django_db(transaction=True)


@races
@pytest.mark.parametrize("publishes_first", [True, False])
def test_a_transcript_does_not_go_while_its_venue_is_published(publishes_first: bool) -> None:
    media, venue = audio(), factories.venue(published=False)
    placed(media, venue)
    media.transcript = {}
    acts: list[Callable[[], Any]] = [lambda: factories.public(venue), media.save]
    wrong = race(*(acts if publishes_first else acts[::-1]))
    assert [type(each) for each in wrong] == [ValidationError]
    media.refresh_from_db()
    venue.refresh_from_db()
    assert (venue.public, bool(media.transcript)) == (publishes_first, publishes_first)


@races
@pytest.mark.parametrize("places_first", [True, False])
def test_a_transcript_does_not_go_while_its_track_is_put_on_something_public(places_first: bool) -> None:
    media, venue = audio(), factories.venue()
    media.transcript = {}
    acts: list[Callable[[], Any]] = [lambda: placed(type(media).objects.get(pk=media.pk), venue), media.save]
    wrong = race(*(acts if places_first else acts[::-1]))
    assert [type(each) for each in wrong] == [ValidationError]
    media.refresh_from_db()
    assert (venue.media_placements.count(), bool(media.transcript)) == (int(places_first), places_first)
