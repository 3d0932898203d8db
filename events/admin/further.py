"""Pages about an event that floors above add to its admin, below its own address: its results."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache


class FurtherPage(NamedTuple):
    """``view`` is given the event's admin, the request, the event as the user may read it, and what the route names."""

    route: str
    name: str
    view: Callable[..., HttpResponse]


_pages: list[FurtherPage] = []


def register_page(page: FurtherPage) -> None:
    if page not in _pages:
        _pages.append(page)


def further_urls(admin: Any) -> list[URLPattern]:
    return [
        path(f"<path:object_id>/{page.route}", admin.admin_site.admin_view(_bound(admin, page)), name=page.name)
        for page in _pages
    ]


def _bound(admin: Any, page: FurtherPage) -> Callable[..., HttpResponse]:
    @never_cache
    def view(request: Any, object_id: str, **names: Any) -> HttpResponse:
        return page.view(admin, request, admin._readable_or_403(request, object_id), **names)

    return view
