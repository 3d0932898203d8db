"""What a race shows on the page of its event: its courses, who passes when, closed roads, who may run."""

from typing import Any

from django.utils.translation import gettext as _

from core.api.ask import Ask
from core.api.language import message_language
from core.api.serializers import Words
from core.pages.words import marked
from events.models import Event, EventImage
from events.page_words import STATUSES, slot_when
from events.race.answers import ShownCourse, ShownRace, load_race
from events.race.drawing import Mark, line_svg, profile_svg
from events.race.page_words import POINTS, course_facts, eligibility_lines, km_words, passing_words, wave_words
from events.race.serializers import RaceItem
from media.serializers import load_pictures

Values = dict[str, Any]


def on_page(event: Event, ask: Ask) -> Values | None:
    """None for an event that has no courses and closes no roads."""
    race = load_race(event)
    if not race.courses and not race.closures:
        return None
    load_pictures(EventImage, [event])
    item = RaceItem(race, context={"ask": ask.alone(), "words": Words(ask.language), "listing": False}).data
    told = marked(item, ask.language, message_language(ask.language))
    return {
        "template": "pages/race.html",
        "slug": event.slug,
        "courses": [_course(shown, each) for shown, each in zip(race.courses, told["courses"], strict=True)],
        "closures": _closures(race, told["closures"]),
        "eligibility": told["eligibility"] and {**told["eligibility"], "lines": eligibility_lines(told["eligibility"])},
    }


def _course(shown: ShownCourse, told: Values) -> Values:
    places = [
        {**each, "at": km_words(each["km"]), "what": POINTS[each["kind"]], "when": passing_words(each)}
        for each in told["points"]
    ]
    marks = [
        Mark(each.point.lng, each.point.lat, each.kind, f"{place['at']} · {place['name'] or place['what']}")
        for each, place in zip(shown.shown_points, places, strict=True)
        if each.point is not None
    ]
    elevation = told["elevation"]
    return {
        **told,
        "length": km_words(shown.course.distance / 1000),
        "facts": course_facts(told),
        "map": line_svg(shown.line, marks, _("The course on a map")) if shown.line else "",
        "heights": profile_svg(elevation["profile"], _("The heights along the course")) if elevation else "",
        "starts": [
            {
                **each,
                "clock": each["starts_at"] and each["starts_at"][11:16],
                "words": wave_words(each),
                "badge": STATUSES.get(each["status"]),
            }
            for each in told["waves"]
        ],
        "places": places,
    }


def _closures(race: ShownRace, told: list[Values]) -> list[Values]:
    return [
        {
            **each,
            "when": slot_when(shown.slot),
            "badge": STATUSES.get(shown.slot.status),
            "paths": [
                {"name": venue["name"], "path": row.page_path}
                for venue, row in zip(each["venues"], shown.venues, strict=True)
            ],
        }
        for shown, each in zip(race.closures, told, strict=True)
    ]
