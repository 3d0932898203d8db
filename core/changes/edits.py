"""The unit of work: every write of public content happens inside ``with edit():``.

At its end the touched objects are compared with their change records, and whatever is or was public takes the next
number of the one counter row. The counter is locked *before* publicness is read, and held until the commit: a
transaction that publishes a venue and one that changes a picture it shows would otherwise each miss the other.
Locks are always taken in the order content rows, then counter, so that writers cannot wait for each other in a ring.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import connection, transaction
from django.utils import timezone

K = TypeVar("K", str, int)


class Key(NamedTuple):
    """The public name of a content object: ``Key("venue", "china-industrial-museum")``."""

    kind: str
    key: str


class ForeignTransaction(transaction.TransactionManagementError):
    """Content was written inside a plain ``atomic()`` block, whose end the unit of work cannot see."""


class _Marker:
    """Remembers a touch in Django's list of commit hooks, because a rolled-back savepoint is forgotten there."""

    __slots__ = ("keys", "shown", "unit")

    def __init__(
        self, unit: "Edit", keys: Iterable[Key] = (), shown: Callable[[], Iterable[Key]] | None = None
    ) -> None:
        self.unit = unit
        self.keys = keys
        self.shown = shown

    def __call__(self) -> None:
        """Django calls this after the commit; everything has been done before it."""


class Edit:
    """A running unit of work: when it happens, who does it, and which objects it touched."""

    def __init__(self, moment: datetime, by: Any, *, is_tick: bool = False) -> None:
        self.moment = moment
        self.by = by
        self.is_tick = is_tick
        self.revision: int | None = None

    def touch(self, *keys: Key) -> None:
        transaction.on_commit(_Marker(self, keys))

    def touch_shown(self, shown: Callable[[], Iterable[Key]]) -> None:
        """Touches what shows a row, as it will be under the counter: another editor may be about to commit one more
        place that shows it, with the row as it was."""
        transaction.on_commit(_Marker(self, shown=shown))

    def _markers(self) -> list[_Marker]:
        """Without those of rolled-back savepoints."""
        hooks = [waiting[1] for waiting in connection.run_on_commit]  # (savepoints, hook, robust)
        return [hook for hook in hooks if isinstance(hook, _Marker) and hook.unit is self]

    def touched(self) -> dict[str, set[str]]:
        """The touched keys by kind."""
        found: dict[str, set[str]] = defaultdict(set)
        for marker in self._markers():
            for kind, key in marker.keys:
                found[kind].add(key)
        return found

    def shown(self) -> list[Callable[[], Iterable[Key]]]:
        """What to ask, under the counter, for more touched keys."""
        return [marker.shown for marker in self._markers() if marker.shown is not None]


_running: ContextVar[Edit | None] = ContextVar("edit", default=None)
_at_end: list[Callable[[Edit], None]] = []


def at_end(finish: Callable[[Edit], None]) -> None:
    """Registers what ends every unit of work. The numbering stands on the models, and they on this file."""
    if finish not in _at_end:
        _at_end.append(finish)


def running() -> Edit | None:
    return _running.get()


def _refuse_foreign_block() -> None:
    # A test case's own transaction is marked by Django; any other open block is somebody's plain atomic().
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise ForeignTransaction(
            "Content is written inside a transaction that is not a unit of work. "
            "Wrap the outermost block in `with edit():` instead of `transaction.atomic()`."
        )


@contextmanager
def edit(*, moment: datetime | None = None, by: Any = None, is_tick: bool = False) -> Iterator[Edit]:
    """Opens a unit of work, or a savepoint inside the one that runs.

    ``moment`` is the instant the work counts as done (default: now), ``by`` the user who does it. Raises
    ForeignTransaction inside a plain ``atomic()`` block.
    """
    outer = _running.get()
    if outer is not None:
        with transaction.atomic():
            yield outer
        return
    _refuse_foreign_block()
    unit = Edit(moment or timezone.now(), by, is_tick=is_tick)
    token = _running.set(unit)
    try:
        with transaction.atomic(durable=True):
            yield unit
            for finish in _at_end:
                finish(unit)
    finally:
        _running.reset(token)


@contextmanager
def ensure_edit() -> Iterator[Edit]:
    """The running unit, without a savepoint of its own, or a new one for this single write."""
    outer = _running.get()
    if outer is not None:
        yield outer
    else:
        with edit() as unit:
            yield unit


def chunks(keys: Iterable[K], size: int = 500) -> Iterator[list[K]]:
    """Parts small enough for one ``IN (…)`` on every database."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
