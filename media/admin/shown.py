"""What the library's pages have alike: whose a thing is, where it is shown; what is shown is replaced, not deleted."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import ContentAdmin, change_url
from core.admin.lists import is_key
from core.changes.models import locked
from media.admin.file_form import Given
from media.admin.places import place_list
from media.models import Shown
from media.places import places_of, shown_by
from organizers.admin import OwnOrganizer
from organizers.models import acts_for_all


class ShownAdmin(OwnOrganizer, ContentAdmin):
    """The rights are the rows' as everywhere; that a thing is shown is said on the page that would delete it."""

    change_form_template = "admin/media/form.html"
    ordering = ("-updated_at", "pk")
    autocomplete_fields = ("organizer",)
    # What stands first on the page: of a new thing, of one to change, of one that is only read.
    tops: ClassVar[Mapping[str, tuple[str, ...]]]

    class Media:
        css: ClassVar[Any] = {"all": ["media/library.css"]}

    # Writing

    def before_edit(self, request: HttpRequest) -> None:
        """The slow work is for those who may write."""
        match = request.resolver_match
        key = unquote(match.kwargs.get("object_id", "")) if match else ""
        row = self.editable(request).filter(pk=key).first() if is_key(self.model, key) else None
        if row is not None or (not key and self.has_add_permission(request)):
            self.read_posted(request, row)

    def read_posted(self, request: HttpRequest, row: Any) -> None:
        """Reads what was posted, for a new thing (None) or one as it stands before it is locked."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it reads")

    # Pages

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.given = Given(request.user, len(places_of(obj)) if obj else 0)
        if "organizer" in form.base_fields and not acts_for_all(request.user):
            form.base_fields["organizer"].required = True  # the district's own library is the staff's
            form.base_fields["organizer"].help_text = _("Whose it is.")
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is new is shown nowhere yet. Who may not change a thing gets no file to choose."""
        (title, first), *more = super().get_fieldsets(request, obj)
        if not self._edits(request, obj):
            top = self.tops["read"]
        elif obj is None:
            top, more = self.tops["add"], more[:1]
        else:
            top = self.tops["change"]
        return [(title, {**first, "fields": (*top, *first["fields"])}), *more]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the places that show each, as far as the user may know of them."""
        return super().get_queryset(request).prefetch_related(*shown_by(request.user, self.model))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        thing = context.get("original")
        if thing is not None and places_of(thing):
            context["show_delete"] = False
            context["kept"] = self.has_delete_permission(request, thing)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("shown on"))
    def shown_on(self, row: Shown) -> int:
        return len(places_of(row))

    @admin.display(description=_("shown on"))
    def places(self, row: Shown) -> SafeString | str:
        return place_list(places_of(row))

    # Deleting

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._unless_shown(super().delete_view, request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._unless_shown(super().changelist_view, request, *args, **kwargs)

    def _unless_shown(self, view: Callable[..., Any], request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Somebody may show the thing somewhere after it was looked at: then it stays, and the page looks anew."""
        try:
            return view(request, *args, **kwargs)
        except IntegrityError:
            return view(request, *args, **kwargs)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """All rows are locked before the first deletion takes the counter."""
        keys = [row.pk for row in queryset]
        list(locked(self.model._base_manager.filter(pk__in=keys).order_by("pk")))
        super().delete_queryset(request, queryset)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[str], list[Any]]:
        """As Django has it, without the rows of its files: the thing is what people know."""
        keys = [row.pk for row in objs]
        rows = list(self.get_queryset(request).filter(pk__in=keys).order_by("pk"))
        kept = [
            format_html("{}: {}", _line(row), gettext("you may not delete it"))
            for row in rows
            if not self.has_delete_permission(request, row)
        ]
        counts = {self.opts.verbose_name_plural: len(rows)}
        return [_line(row) for row in rows], counts, set(), [*why_kept(rows), *kept]


def with_more(row: Shown, more: str) -> SafeString:
    """Its name in a list, and a line below."""
    return format_html('{}<span class="m-more">{}</span>', row, more)


def why_kept(rows: list[Shown]) -> list[SafeString]:
    """A part for each thing that something shows."""
    return [format_html("{}{}", _line(row), place_list(places)) for row in rows if (places := places_of(row))]


def _line(row: Shown) -> SafeString:
    return format_html('{}: <a href="{}">{}</a>', capfirst(row._meta.verbose_name), change_url(row), row)
