"""The pages for people in a real browser: they fit every screen, and nothing on them is refused by their policy."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.changes.edits import edit
from tests import factories
from tests.factories import text
from venues.models import AccessFact, VenueLink

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def paths(site: Any) -> list[str]:
    with edit():
        museum = factories.museum(name=text("中国工业博物馆", en="China Industrial Museum", de=LONG))
        factories.shown(factories.image(), museum)
        AccessFact(venue=museum, fact="lift", value="yes").save()
        VenueLink(venue=museum, value=f"https://museum.example/{'a' * 200}").save()
        cup = factories.event(slug="cup", venues=[museum], title=text("厂杯", en="Factory Cup", de=LONG))
        begins = timezone.now() + timedelta(days=1)
        slot = factories.slot(
            cup, begins, ends_at=begins + timedelta(hours=2), venue=museum, title=text("决赛", de=LONG)
        )
        factories.release(cup)
        factories.route(slug="tour", stops=[{"venue": museum, "mode": "walk", "distance": 900}, museum])
    return ["/venues/museum/", "/events/cup/", f"/slots/{slot.uid}/", "/routes/tour/", "/venues/none/"]


def test_pages_fit_every_screen_in_every_language(open_page: Any, paths: list[str], complaints: list[str]) -> None:
    page = open_page("")
    too_wide = []
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths:
            for tag in ("zh-Hans", "de"):
                page.goto(f"{path}?lang={tag}")
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    too_wide.append((width, path, tag))
    assert too_wide == []
    assert [each for each in complaints if "404" not in each] == []  # the missing page is reported as such
    page.goto(f"{paths[0]}?lang=en")
    page.get_by_role("link", name="Deutsch").click()
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator(".code svg").bounding_box()["width"] > 90
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderTopStyle") == "solid"
