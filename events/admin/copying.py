"""The page that copies an event to new dates."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import change_url
from core.admin.merging import sensible_year
from core.admin.publishing import PublishedAdmin
from core.forms import TranslatedFormField
from core.slugs import validate_slug
from events.copying import Keep, copy_event
from events.models import Event
from venues.admin.week_form import DayInput


class CopyForm(forms.Form):
    first_day = forms.DateField(label=_("new first day"), widget=DayInput, validators=[sensible_year])
    keep = forms.ChoiceField(
        label=_("what stays of its dates"), choices=Keep, widget=forms.RadioSelect, initial=Keep.WEEKDAY
    )
    title = TranslatedFormField(label=_("title"), max_length=160)
    slug = forms.CharField(
        label=_("name in URLs"),
        max_length=80,
        required=False,
        validators=[validate_slug],
        help_text=_("Left empty, it is made from the name. It cannot change after the first publication."),
    )
    participants = forms.BooleanField(label=_("who takes part is the same"), required=False)

    def refuse(self, error: ValidationError) -> None:
        """Shows what the act said beside the fields of the form, or above them."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, problems in by_field.items():
            self.add_error(name if name in self.fields else None, cast(Any, problems))


class CopyingAdmin(PublishedAdmin):
    change_form_template = "admin/events/event/form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.copy_view)
        return [path("<path:object_id>/copy/", view, name="events_event_copy"), *super().get_urls()]

    def copy_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._readable_or_403(request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CopyForm(request.POST if request.method == "POST" else None, initial={"title": row.title})
        if form.is_valid() and (made := self._copy(request, row, form)):
            text = gettext("“%(event)s” is a draft now, with %(count)d slots. Check dates, prices and booking.")
            self.message_user(request, text % {"event": made, "count": made.slots.count()}, messages.SUCCESS)
            return HttpResponseRedirect(change_url(made))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Copy to new dates"),
            "form": form,
            "original": row,
            "opts": self.opts,
            "media": self.media + form.media,
            "slots": row.slots.count(),
        }
        return TemplateResponse(request, "admin/events/event/copy.html", context)

    def _copy(self, request: HttpRequest, row: Event, form: CopyForm) -> Event | None:
        values = form.cleaned_data
        try:
            return copy_event(
                row,
                values["first_day"],
                values["keep"],
                by=request.user,
                slug=values["slug"],
                title=values["title"],
                participants=values["participants"],
            )
        except ValidationError as error:
            form.refuse(error)
            return None
