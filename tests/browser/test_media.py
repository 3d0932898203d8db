"""Guide tracks in a real browser: the player on a page knows how long they are, and jumps by asking for a part."""

from typing import Any

import pytest

from tests import factories
from tests.factories import text
from tests.factories_media import audio, document, frames, placed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FRAMES = 200_000  # two hours: more than a browser fetches ahead
MEASURE = """player => new Promise(done => {
    player.onloadedmetadata = () => done(player.duration);
    player.preload = "metadata";
    player.load();
})"""
JUMP = """(player, to) => new Promise(done => {
    player.onseeked = () => done(player.currentTime);
    player.currentTime = to;
})"""


@pytest.fixture(autouse=True)
def _files_by_our_view(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's live server would answer for uploads by itself, and knows no parts."""
    monkeypatch.setattr("django.test.testcases._MediaFilesHandler._should_handle", lambda *_args: False)


def test_a_track_is_played_from_the_middle(open_page: Any, site: Any, settings: Any, complaints: list[str]) -> None:
    settings.AUDIO_MAX_SECONDS = 3 * 3600
    venue = factories.venue(slug="hall")
    placed(audio(frames(FRAMES), title=text("蒸汽锤"), transcript=text("请听：这是蒸汽锤。")), venue)
    placed(document(title=text("导览图")), venue, position=1)
    page, parts = open_page(""), []
    page.on("response", lambda answer: parts.append((answer.status, answer.headers.get("content-range", ""))))
    page.goto("/venues/hall/?lang=zh-Hans")
    player = page.get_by_label("蒸汽锤")
    assert [each for each in parts if "bytes" in each[1]] == []  # nothing is fetched before somebody listens
    assert player.evaluate(MEASURE) == pytest.approx(FRAMES * 0.036, rel=0.01)
    assert player.evaluate(JUMP, 6000) == pytest.approx(6000, abs=1)
    begins = [int(said.removeprefix("bytes ").split("-")[0]) for status, said in parts if status == 206]
    assert begins[0] == 0
    assert max(begins) > FRAMES * 36 / 2
    assert not page.get_by_text("请听：这是蒸汽锤。").is_visible()
    page.get_by_text("文字稿").press("Enter")  # by keyboard
    assert page.get_by_text("请听：这是蒸汽锤。").is_visible()
    assert page.get_by_role("link", name="导览图").get_attribute("type") == "application/pdf"
    assert complaints == []
