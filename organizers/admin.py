from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import ContentInline, OwnChoices, TabularRows
from core.admin.publishing import PUBLICATION_FIELDS, PublishedAdmin
from core.api.ask import Ask
from organizers.models import Membership, Organizer, OrganizerLink, acts_for_all
from organizers.serializers import OrganizerItem, split_links


class OwnOrganizer:
    """New rows of a member who works for one organizer are that organizer's."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)  # type: ignore[misc]
        if not acts_for_all(request.user):
            own = list(Organizer.objects.acted_for_by(request.user).values_list("pk", flat=True)[:2])
            if len(own) == 1:
                initial.setdefault("organizer", own[0])
        return initial


class LinkRows(TabularRows):
    model = OrganizerLink
    fields = ("kind", "value", "label", "position")


class MembershipRows(OwnChoices, admin.TabularInline):
    model = Membership
    autocomplete_fields = ("user",)
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ContentInline.has_view_permission(self, request, obj)  # type: ignore[arg-type]

    def _allowed(self, request: HttpRequest) -> bool:
        """Who belongs to an organizer is decided by those who act for all of them."""
        return request.user.has_perm("organizers.change_organizer") and request.user.has_perm("organizers.act_for_all")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)


@admin.register(Organizer)
class OrganizerAdmin(PublishedAdmin):
    serializer_class = OrganizerItem
    list_display = ("__str__", "slug", "state_badge", "missing", "sample", "changed_on")
    list_filter = ("state", "sample")
    search_fields = ("slug", "name", "summary")
    ordering = ("slug",)
    inlines: ClassVar[Any] = [LinkRows, MembershipRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("name", "summary", "description")}),
        (_("In lists and addresses"), {"fields": ("slug", "name_pinyin", "verified_on", "sample")}),
        (_("Time to appear and to vanish"), {"fields": PUBLICATION_FIELDS, "classes": ("collapse",)}),
    ]

    def load_preview(self, row: Any, ask: Ask) -> None:
        split_links([row])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("links")
