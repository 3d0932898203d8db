"""What the library's pages have alike: whose a thing is, where it is shown, two editors who replace its file."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import ContentAdmin
from core.admin.merging import RootForm, ShownField
from media.admin.places import place_list, places_of, shown_by
from media.models import Shown
from organizers.admin import OwnOrganizer
from organizers.models import acts_for_all


class FileForm(RootForm):
    """The form of a thing that has a file, known by its ``sha256``."""

    shown_file = ShownField()
    replaced_message: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_file"].initial = self.instance.sha256
        self.fields["shown_file"].show_hidden_initial = False

    def check_replaced(self, sha256: str) -> None:
        """A file that somebody else put here meanwhile is seen before it is replaced."""
        shown, stored = self.data.get(self.add_prefix("shown_file")), self.instance.sha256
        if self.instance._state.adding or shown in (None, stored) or sha256 == stored:
            return
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("shown_file")] = stored
        self.data = data
        raise ValidationError(self.replaced_message, code="conflict")


class ShownAdmin(OwnOrganizer, ContentAdmin):
    """Says where a thing is shown, and keeps it there."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "organizer" in form.base_fields and not acts_for_all(request.user):
            form.base_fields["organizer"].required = True  # the district's own library is the staff's
        return form

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the places that show each, as far as the user may know of them."""
        return super().get_queryset(request).prefetch_related(*shown_by(request.user, self.model))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not any(obj.placements()))

    @admin.display(description=_("shown on"))
    def shown_on(self, row: Shown) -> int:
        return len(places_of(row))

    @admin.display(description=_("shown on"))
    def places(self, row: Shown) -> SafeString | str:
        return place_list(places_of(row))
