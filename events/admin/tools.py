"""What floors above add to the head of an event's page: the way to their own pages about it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest

from events.models import Event

# The addresses and the words of links, for a user who may read the event.
Tools = Callable[[HttpRequest, Event], Iterable[tuple[str, Any]]]
_tools: list[Tools] = []


def register_tools(tools: Tools) -> None:
    if tools not in _tools:
        _tools.append(tools)


def tools_for(request: HttpRequest, event: Event) -> list[tuple[str, Any]]:
    return [tool for tools in _tools for tool in tools(request, event)]
