"""``/events/{slug}/running-order``: an evening with all its stages in one answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from core.api.ask import Ask
from core.api.filters import Parameter, comma_list, parse_day, read_parameters
from events.evenings import evenings_of, kinds_by_day, next_evening, slots_in
from events.models import Event
from events.running_order import Evening
from events.schedules import published_at
from events.serializers.running_order import RunningOrderItem
from events.views.release import OfReleases


@dataclass(frozen=True)
class RunningOrder:
    event: Event
    release: int | None
    published_at: datetime | None
    dates: list[date]
    days: list[Evening]


class EventRunningOrder(OfReleases):
    """The running order of an event: for each stage doors, sets with who plays, changeovers, breaks, the curfew.

    Without a day it is the evening that is on or comes next, or the last one of an event that is over; and what is to
    be announced without a date. An evening ends at four in the morning.
    """

    serializer_class = RunningOrderItem  # type: ignore[assignment]
    parameters: ClassVar[dict[str, Parameter]] = {
        "day": Parameter(
            comma_list(parse_day),
            {"type": "string", "examples": ["2026-05-01", "2026-05-01,2026-05-02"]},
            "District days, with commas; `dates` of the answer names those that there are.",
        )
    }

    def shown(self, row: Any, ask: Ask) -> Any:
        asked = read_parameters(ask.params, self.parameters).get("day")
        dates = list(kinds_by_day(row))
        days = next_evening(dates, ask.moment) if asked is None else asked
        evenings = evenings_of(row, days, undated=asked is None)
        self.load_slots(row, slots_in(evenings))
        number = row.release_number
        return RunningOrder(row, number, published_at(row, number), dates, evenings)
