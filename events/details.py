"""What a floor above adds to slots of its kind: a match, a wave, a road closure.

It writes ``detail`` of a draft, a JSON object with one key for each that adds to it; a release freezes that with the
slot. Under ``placeholders`` it says who is not known yet: ``[{"role": "home", "name": {"en": "Winner of match 12"},
"billing": 1}]``; whoever takes the role takes the place.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.changes.edits import Edit
from events.models import Event, ReleasedSlot, Slot


def _nothing(*_given: Any) -> None:
    return None


@dataclass(frozen=True)
class Keeper:
    """What such a floor does when something happens to slots, within the unit of work that does it.

    ``drafted``: the drafts of the event are about to be released; what they say may be brought up to date before that.
    ``released``: a release of the event was written. ``restored``: these drafts say again what an older release said.
    ``load``: puts what is live into released slots of any events, in a constant number of queries.
    """

    drafted: Callable[[Event, Edit], None] = _nothing
    released: Callable[[Event, Edit], None] = _nothing
    restored: Callable[[Event, list[Slot], Edit], None] = _nothing
    load: Callable[[list[ReleasedSlot]], None] = _nothing


_keepers: list[Keeper] = []


def register_keeper(keeper: Keeper) -> None:
    if keeper not in _keepers:
        _keepers.append(keeper)


def keepers() -> Iterable[Keeper]:
    return tuple(_keepers)


def detail_of(slot: ReleasedSlot | Slot, name: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (slot.detail or {}).get(name)
    return found
