"""How the library's lists are narrowed."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.translations import label, languages


class UsedFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [("yes", _("shown somewhere")), ("no", _("shown nowhere"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        asked: dict[str | None, Callable[[], QuerySet[Any]]] = {"yes": queryset.used, "no": queryset.unused}
        return asked.get(self.value(), queryset.all)()


class NoAltFilter(admin.SimpleListFilter):
    """Pictures without an alternative text in a language. What is converted from another script is written."""

    title = _("alternative text missing in")
    parameter_name = "no_alt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(tag, label(tag)) for tag in languages()[1:]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        tag = self.value()
        if tag not in languages():
            return queryset
        written = Q(alt__has_key=tag)
        return queryset.exclude(written | Q(alt__has_key="zh-Hans") if tag == "zh-Hant" else written)
