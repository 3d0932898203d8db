from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import OwnChoices, badge
from core.admin.lists import ListedAdmin
from organizers.models import acts_for_all
from venues.models import LiveStatus, Venue
from venues.models.live import AHEAD, LASTS


class LiveForm(forms.ModelForm):
    """A new report begins with now, whatever the last one said of its time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        self.initial["observed_at"], self.initial["expires_at"] = now, now + LASTS

    def clean_observed_at(self) -> Any:
        observed_at = self.cleaned_data["observed_at"]
        if observed_at > timezone.now() + AHEAD:
            raise ValidationError(_("This lies ahead: enter when it was seen."))
        return observed_at


@admin.register(LiveStatus)
class LiveStatusAdmin(OwnChoices, ListedAdmin):
    """How full it is now, entered at the door. Not content: it has no state, no history and no number."""

    form = LiveForm
    list_display = ("venue", "crowding", "count", "capacity", "waiting_minutes", "observed_at", "holds")
    list_filter = ("crowding",)
    list_select_related = ("venue",)
    search_fields = ("venue__slug",)
    autocomplete_fields = ("venue",)
    fields = ("venue", "crowding", ("count", "capacity"), "waiting_minutes", ("observed_at", "expires_at"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[LiveStatus]:
        return LiveStatus.objects.readable_by(request.user)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return super().get_autocomplete_fields(request) if acts_for_all(request.user) else []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("venue",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = Venue.objects.run_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: LiveStatus, form: Any, change: bool) -> None:
        obj.report(request.user, timezone.now())

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing keeps yesterday's crowds."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The same."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The same."""

    @admin.display(description=_("holds"))
    def holds(self, row: LiveStatus) -> SafeString:
        if row.is_valid(timezone.now()):
            return badge("published", _("holds"))
        return badge("withdrawn", _("expired"))
