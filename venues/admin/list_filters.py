"""What staff look for in the list of venues."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.clock import district_day
from venues.models import HoursRule


def has_hours() -> Any:
    """Whether a venue has opening hours: rules of its own, or those of what it is part of."""
    return Q(follows_parent=True) | Exists(HoursRule._base_manager.filter(venue=OuterRef("pk")))


class FactsFilter(admin.SimpleListFilter):
    title = _("facts verified")
    parameter_name = "facts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("never", _("never")), ("old", _("over a year ago")), ("fresh", _("within the last year"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: Any = queryset
        old = rows.aged(district_day(timezone.now()))
        return {
            "never": rows.filter(verified_on=None),
            "old": old,
            "fresh": rows.exclude(verified_on=None).exclude(pk__in=old.order_by().values("pk")),
        }.get(self.value() or "", rows)


class HoursFilter(admin.SimpleListFilter):
    title = _("opening hours")
    parameter_name = "hours"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("nothing entered")), ("entered", _("entered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("none", "entered"):
            return queryset
        return queryset.filter(has_hours()) if self.value() == "entered" else queryset.exclude(has_hours())
