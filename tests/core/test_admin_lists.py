"""Lists cost the same number of queries however long they are; forms to read show what they should."""

from types import SimpleNamespace

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.models import Event, Participant, Slot
from media.models import Image
from organizers.models import Organizer
from tests import factories
from tests.pages import enter, url
from venues.models import Venue


@edit()
def _fill(number: int) -> None:
    for _index in range(number):
        hall = factories.venue()
        venue = factories.venue(parent=hall)
        event = factories.event(venues=[venue])
        slot = factories.slot(event, venue=venue)
        factories.takes_part(slot, factories.participant())
        factories.release(event)
        image = factories.image(organizer=event.organizer)
        factories.shown(image, venue)
        factories.shown(image, event)


MODELS = (Venue, Event, Slot, Image, Organizer, Participant)


def _costs(client: Client) -> dict[str, int]:
    """Queries for each list; the first visit of a page fills what the session and the site keep."""
    found = {}
    for model in MODELS:
        client.get(url(model, "changelist"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(model, "changelist")).status_code == 200
        found[model.__name__] = len(queries)
    return found


def test_lists_cost_the_same_for_one_row_and_for_three(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    _fill(1)
    one = _costs(staff)
    _fill(2)
    assert _costs(staff) == one
    assert max(one.values()) <= 22


def test_pages_to_read_show_every_language_and_no_inputs(cast: SimpleNamespace) -> None:
    reviewer = enter(cast.reviewer)
    venue = factories.venue(name=factories.text("铸造馆", en="Foundry", de="Gießerei"))
    factories.space(venue, name=factories.text("一号", en="Court one"))
    event = factories.event(venues=[venue])
    slot = factories.slot(event, title=factories.text("决赛", en="Final"), venue=venue)
    image = factories.image(alt=factories.text("塔", en="Tower"))
    shown = {venue: ("鑄造館", "Gießerei", "Court one"), event: ("Final",), slot: ("Final",), image: ("Tower",)}
    for row, words in {**shown, event.organizer: (str(event.organizer),)}.items():
        html = reviewer.get(url(row)).content.decode()
        assert [word for word in words if word not in html] == [], row
        for sign in ("__zh-Hans", 'name="_save"', "zh-Hans&quot;", "zh-Hans&#x27;"):
            assert sign not in html, row


def test_search_finds_a_name_in_every_language(cast: SimpleNamespace) -> None:
    venue = factories.venue(name=factories.text("铸造馆", en="Foundry", de="Gießerei"))
    factories.venue()
    for word in ("铸造", "foundry", "Gießer", venue.slug):
        found = enter(cast.staff).get(url(Venue, "changelist"), {"q": word})
        assert list(found.context["cl"].result_list) == [venue], word
