"""What floors above add to the head of an event's page, and of its workbench: the way to their own pages about it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Literal

from django.http import HttpRequest

from events.models import Event

# The addresses and the words of links, for a user who may read the event.
Tools = Callable[[HttpRequest, Event], Iterable[tuple[str, Any]]]
On = Literal["event", "schedule"]
_tools: dict[On, list[Tools]] = defaultdict(list)


def register_tools(tools: Tools, on: On = "event") -> None:
    if tools not in _tools[on]:
        _tools[on].append(tools)


def tools_for(request: HttpRequest, event: Event, on: On = "event") -> list[tuple[str, Any]]:
    return [tool for tools in _tools[on] for tool in tools(request, event)]
