"""The scorer's desk: the matches of a court with their results, and the form of one. The page behind a scorer's link
and the admin's page share it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localtime

from core.translations import show
from events.freezing import placed
from events.league.knowledge import Knowledge, know, match_of
from events.league.models import Result, ResultState, Side, Sport
from events.league.results import record
from events.league.score_form import ResultForm
from events.models import Event, Precision, ReleasedSlot, SlotStatus

TONES = {
    ResultState.PROVISIONAL: "warn",
    ResultState.CONFIRMED: "good",
    ResultState.FORFEIT: "good",
    ResultState.VOID: "bad",
}


@dataclass(frozen=True)
class Card:
    """A match for the templates. ``ready``: both sides are known, and it takes place."""

    uid: UUID
    url: str
    number: int
    title: str
    day: date | None
    time: str
    place: str
    round: str
    sides: list[dict[str, Any]]
    state: str
    tone: str
    status: str
    ready: bool

    @property
    def names(self) -> tuple[str, str]:
        return self.sides[0]["name"], self.sides[1]["name"]


class Desk:
    """The released matches of an event, or those that a link is for; names in the language ``tag``."""

    def __init__(self, event: Event, url: Callable[[UUID], str], tag: str, only: Iterable[str] | None = None) -> None:
        self.event, self.url, self.tag = event, url, tag
        self.known: Knowledge = know(event)
        wanted = None if only is None else set(only)
        rows = [row for row in self.known.rows.values() if wanted is None or str(row.uid) in wanted]
        self.rows = {row.uid: row for row in sorted(rows, key=lambda row: (row.sort_start, match_of(row)["number"]))}
        placed(self.rows.values())

    @property
    def cards(self) -> list[Card]:
        return [self.card(row) for row in self.rows.values()]

    def card(self, row: ReleasedSlot) -> Card:
        match, result = match_of(row), self.known.results.get(row.uid)
        shown = result if result is not None and result.state != ResultState.NONE else None
        called_off = row.status in (SlotStatus.CANCELLED, SlotStatus.POSTPONED)
        dated = row.precision != Precision.TBA or row.on_date is not None
        return Card(
            uid=row.uid,
            url=self.url(row.uid),
            number=match["number"],
            title=show(row.title, self.tag),
            day=row.day if dated else None,
            time=date_format(localtime(row.starts_at), "H:i") if row.starts_at else "",
            place=show((row.space or row.venue).name, self.tag) if row.venue else show(row.place_name, self.tag),
            round=show(match["group"]["name"] if match["group"] else match["round"]["name"], self.tag),
            sides=self._sides(row, shown),
            state=shown.get_state_display() if shown else "",
            tone=TONES[ResultState(shown.state)] if shown else "",
            status=row.get_status_display() if called_off else "",
            ready=all((row.uid, side) in self.known.sides for side in Side.values)
            and row.status != SlotStatus.CANCELLED,
        )

    def _sides(self, row: ReleasedSlot, result: Result | None) -> list[dict[str, Any]]:
        people = {each["role"]: each["name"] for each in row.line_up}
        scores = (result.home_score, result.away_score) if result else (None, None)
        return [
            {"name": show(people.get(side, {}), self.tag) or "–", "score": score, "won": bool(result) and won == side}
            for side, score in zip(Side.values, scores, strict=True)
            for won in [result.winner if result else None]
        ]

    def form(self, uid: UUID, data: Any = None, *, staff: bool = False) -> ResultForm:
        result = self.known.results.get(uid) or Result(event=self.event, uid=uid)
        sport = self.known.competition.sport if self.known.competition else Sport.OTHER
        form = ResultForm(data, result, self.card(self.rows[uid]).names, sport, staff=staff)
        if not self.known.is_knock_out(self.rows[uid]):
            del form.fields["decided_for"]
        return form

    def enter(self, form: ResultForm, by: Any, scorer: str = "") -> bool:
        """Whether the result was recorded; what was refused is in the form."""
        if not form.is_valid():
            return False
        try:
            record(self.event, form.result.uid, form.changes(), by, form.cleaned_data["version"], scorer)
        except ValidationError as error:
            form.refuse(error)
            return False
        return True
