"""Deleting pictures: what shows one keeps it, and is named as far as the user may read it."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.admin.base import change_url
from media.admin.places import place_list, places_of, shown_by
from media.models import Image


class KeptWhileShown(ModelAdmin[Any]):
    """The rights are the rows' as everywhere; that a picture is shown is said on the page that would delete it."""

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._unless_shown(super().delete_view, request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._unless_shown(super().changelist_view, request, *args, **kwargs)

    def _unless_shown(self, view: Callable[..., Any], request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Somebody may show the picture somewhere after it was looked at: then it stays, and the page looks anew."""
        try:
            return view(request, *args, **kwargs)
        except IntegrityError:
            return view(request, *args, **kwargs)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[str], list[Any]]:
        """As Django has it, without the rows of the renditions: the picture is what people know."""
        keys = [row.pk for row in objs]
        images = list(Image.objects.filter(pk__in=keys).order_by("pk").prefetch_related(*shown_by(request.user)))
        kept = [
            format_html("{}: {}", _line(row), _("you may not delete it"))
            for row in images
            if not self.has_delete_permission(request, row)
        ]
        counts = {self.opts.verbose_name_plural: len(images)}
        return [_line(row) for row in images], counts, set(), [*why_kept(images), *kept]


def why_kept(images: list[Image]) -> list[SafeString]:
    """A part for each picture that something shows."""
    return [format_html("{}{}", _line(row), place_list(places)) for row in images if (places := places_of(row))]


def _line(image: Image) -> SafeString:
    return format_html('{}: <a href="{}">{}</a>', capfirst(image._meta.verbose_name), change_url(image), image)
