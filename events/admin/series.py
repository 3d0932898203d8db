"""The pages of series: nothing is saved before its preview has been seen."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter
from core.admin.lists import is_key
from core.admin.merging import MergingForm
from core.changes.edits import edit
from core.forms import TranslatedFormField
from events.admin.parts import PartOfEventAdmin
from events.admin.series_page import PreviewPage
from events.drafts import clean_reason
from events.models import Event, Series
from events.releases import hold
from events.series import REASON, Preview, apply, end, occurrences, preview, preview_end
from events.times import read_times, times_text
from venues.models.hours import WEEKDAYS
from venues.timetables import load_calendar


class SeriesForm(MergingForm):
    def is_valid(self) -> bool:
        """Sent back from the preview it is shown once more as it is."""
        return "_back" not in self.data and super().is_valid()

    def _post_clean(self) -> None:
        super()._post_clean()
        row = self.instance
        if not self.errors:
            try:
                occurrences(row, load_calendar(row.first, row.last))
            except ValidationError as error:  # too many
                self.add_error(None, error)


class ApplyForm(forms.Form):
    """What the preview asks: why released slots are off, and whether those deleted by hand are made again."""

    reason = TranslatedFormField(label=_("reason"), max_length=300, required=False)
    again = forms.BooleanField(label=_("make those again that were deleted by hand"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput)  # the version of the event that the preview was made of

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            clean_reason(cleaned.get("reason", {}))
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned


NO_FIELDS = ("csrfmiddlewaretoken", "again", "seen")


@admin.register(Series)
class SeriesAdmin(PartOfEventAdmin):
    form = SeriesForm
    actions = None
    change_form_template = "admin/events/series/form.html"
    list_display = ("__str__", "event", "days", "times_of_day", "first", "last", "count")
    list_filter = (("event", ReadableRelatedFilter),)
    list_select_related = ("event",)
    search_fields = ("title", "event__slug")
    ordering = ("-first", "pk")
    autocomplete_fields = ("event", "venue")
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("event", "title", ("slot_kind", "capacity"))}),
        (_("When"), {"fields": (("first", "last"), WEEKDAYS, "times", "holidays", "extra_dates", "excluded_dates")}),
        (_("Where"), {"fields": (("venue", "space"), "place_name")}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(made_slots=Count("slots"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Its slots are its event's."""
        return ("event",) if obj is not None and self.has_change_permission(request, obj) else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What its event says already."""
        initial = super().get_changeform_initial_data(request)
        event = Event.objects.filter(pk=initial.get("event") or 0).first()
        if event is not None:
            places = list(event.event_venues.values_list("venue", flat=True)[:2])
            initial |= {"title": event.title, "first": event.starts_on, "last": event.ends_on}
            initial |= {"venue": places[0]} if len(places) == 1 else {}
        return initial

    # Saving

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """A valid form leads to the preview; what is posted from there is saved, if it is still what was seen."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with edit(by=request.user):
            form = self._posted(request, object_id)
            if form is not None and form.is_valid():
                row = form.instance
                row.event = hold(row.event)
                choice = ApplyForm(request.POST) if "_apply" in request.POST else None
                if choice is None or not choice.is_valid() or choice.cleaned_data["seen"] != str(row.event.version):
                    return self._preview(request, row, choice)
                request.applying = choice.cleaned_data  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _posted(self, request: HttpRequest, object_id: str | None) -> Any:
        """The form as it was posted, or None where the user may not save it."""
        row = self._row(request, object_id) if object_id else None
        allowed = self.has_change_permission(request, row) if row else self.has_add_permission(request)
        if (object_id and row is None) or not allowed:
            return None
        return self.get_form(request, row, change=row is not None)(request.POST, instance=row)

    def _row(self, request: HttpRequest, object_id: str) -> Any:
        return self.get_queryset(request).filter(pk=object_id).first() if is_key(Series, object_id) else None

    def _preview(self, request: HttpRequest, row: Series, choice: ApplyForm | None) -> HttpResponse:
        stale = choice is not None and choice.is_valid()
        again = "again" in request.POST
        seen = preview(row, timezone.now(), again=again)
        if choice is None or stale:
            choice = ApplyForm(initial={"reason": dict(REASON), "again": again})
        page = PreviewPage(row, seen)
        context = {
            "title": gettext("Preview: nothing is written yet"),
            "page": page,
            "stale": stale,
            "choice": choice,
            "seen": row.event.version,
            "carried": [(name, value) for name, value in _carried(request)],
            **self._page(request, row),
        }
        return TemplateResponse(request, "admin/events/series/preview.html", context)

    def _page(self, request: HttpRequest, row: Series) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "original": row,
            "opts": self.opts,
            "media": self.media + ApplyForm().media,
        }

    def save_model(self, request: HttpRequest, obj: Series, form: Any, change: bool) -> None:
        chosen = request.applying  # type: ignore[attr-defined]
        self._said(request, apply(obj, by=request.user, again=chosen["again"], reason=chosen["reason"]))

    def _said(self, request: HttpRequest, seen: Preview) -> None:
        told = ", ".join(f"{fate.label} ({count})" for fate, count in seen.counts())
        words = gettext("Done: %(what)s.") % {"what": told} if told else gettext("Done.")
        self.message_user(request, words, messages.SUCCESS)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The act has written its own line."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The same."""

    def response_add(self, request: HttpRequest, obj: Series, post_url_continue: Any = None) -> HttpResponse:
        return _to_slots(obj)

    def response_change(self, request: HttpRequest, obj: Series) -> HttpResponse:
        return _to_slots(obj)

    # Deleting

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self._row(request, object_id)
        if not self.has_delete_permission(request, row):
            raise PermissionDenied
        if row is None:
            return HttpResponseRedirect(reverse("admin:index"))
        choice = ApplyForm(request.POST if request.method == "POST" else None, initial={"reason": dict(REASON)})
        keep = request.POST.get("keep")
        if keep in ("yes", "no") and choice.is_valid():
            reason = choice.cleaned_data["reason"]
            self._said(request, end(row, by=request.user, keep=keep == "yes", reason=reason))
            return _to_slots(row)
        context = {
            "title": gettext("Delete the series"),
            "page": PreviewPage(row, preview_end(row, timezone.now())),
            "choice": choice,
            "keep": keep or "yes",
            **self._page(request, row),
        }
        return TemplateResponse(request, "admin/events/series/delete.html", context)

    # Columns

    @admin.display(description=_("weekdays"))
    def days(self, row: Series) -> str:
        return " ".join(str(WEEKDAYS_ABBR[day]) for day in sorted(row.weekdays)) or "–"

    @admin.display(description=_("times"))
    def times_of_day(self, row: Series) -> str:
        return times_text(read_times(row.times)) or "–"

    @admin.display(description=_("slots"))
    def count(self, row: Any) -> SafeString:
        address = f"{reverse('admin:events_slot_changelist')}?series__id__exact={row.pk}"
        return format_html('<a href="{}">{}</a>', address, row.made_slots)


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """The posted values of the form, for the preview to post again."""
    names = [name for name in request.POST if name not in NO_FIELDS and not name.startswith(("_", "reason__"))]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _to_slots(row: Series) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('admin:events_slot_changelist')}?event__id__exact={row.event_id}")
