"""``/admin/events/event/<id>/results/``: results of an event's matches, on a phone too, and the links for scorers.

For whoever may publish the event: what is entered here is public at once.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.lists import is_number
from core.changes.edits import edit
from core.pages.links import drawn
from core.translations import default_language, match_tag
from events.admin.further import FurtherPage
from events.league.desk import Desk
from events.league.links import address_of, make_link, revoke
from events.league.models import ScorerLink
from events.models import Event
from events.releases import hold


class LinkForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Made for"), max_length=80)
    expires_at = forms.DateTimeField(
        label=gettext_lazy("Open until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def refuse(self, error: ValidationError) -> None:
        by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, problems in by_field.items():
            shown: Any = ValidationError(problems)
            self.add_error(name if name in self.fields else None, shown)


def _check_rights(request: HttpRequest, event: Event) -> None:
    if not Event.objects.filter(pk=event.pk).publishable_by(request.user).exists():
        raise PermissionDenied


def _desk(request: HttpRequest, event: Event) -> Desk:
    def url(uid: UUID) -> str:
        return reverse("admin:events_event_result", args=[event.pk, uid])

    tag = match_tag(str(getattr(request, "LANGUAGE_CODE", ""))) or default_language()
    return Desk(event, url, tag)


def results_view(admin: Any, request: HttpRequest, event: Event) -> HttpResponse:
    _check_rights(request, event)
    now = timezone.now()
    form = LinkForm(request.POST if "_link" in request.POST else None)
    made = ""
    if "_revoke" in request.POST:
        return _revoke(admin, request, event, now)
    chosen = _chosen(request) if "_link" in request.POST else []
    if "_link" in request.POST and form.is_valid():
        made = _make(request, event, form, chosen)
        form = LinkForm() if made else form
    context = {
        "cards": _desk(request, event).cards,
        "choosing": True,
        "chosen": [] if made else chosen,
        "form": form,
        "made": made,
        "drawing": drawn(made) if made else "",
        "links": [link for link in ScorerLink.objects.filter(event=event) if link.is_open(now)],
        "title": _("Results"),
    }
    return _page(admin, request, event, "admin/events/event/results.html", context)


def _chosen(request: HttpRequest) -> list[UUID]:
    found = []
    for text in request.POST.getlist("slots"):
        try:
            found.append(UUID(text))
        except ValueError as error:
            raise BadRequest("A box names no match.") from error
    return found


def _make(request: HttpRequest, event: Event, form: LinkForm, chosen: list[UUID]) -> str:
    """The address of the new link, told this once; empty where it was refused."""
    values = form.cleaned_data
    try:
        with edit(by=request.user) as unit:
            held = hold(event)
            made = make_link(held, values["label"], chosen, values["expires_at"], request.user, unit.moment)
    except ValidationError as error:
        form.refuse(error)
        return ""
    return address_of(made[1])


def _revoke(admin: Any, request: HttpRequest, event: Event, now: datetime) -> HttpResponse:
    key = request.POST["_revoke"]
    link = ScorerLink.objects.select_related("event").filter(event=event, pk=key if is_number(key) else 0).first()
    if link is None:
        raise Http404
    with edit(by=request.user):
        revoke(link, request.user, now)
    admin.message_user(request, _("The link “%(label)s” is closed.") % {"label": link.label}, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:events_event_results", args=[event.pk]))


def result_view(admin: Any, request: HttpRequest, event: Event, uid: UUID) -> HttpResponse:
    _check_rights(request, event)
    desk = _desk(request, event)
    if uid not in desk.rows:
        raise Http404
    data = request.POST if request.method == "POST" else None
    card, form = desk.card(desk.rows[uid]), desk.form(uid, data, staff=True)
    if data is not None and desk.enter(form, request.user):
        text = _("Match %(number)d is saved. Everybody can see it now.") % {"number": card.number}
        admin.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:events_event_results", args=[event.pk]))
    context = {"card": card, "form": form, "title": _("Match %(number)s") % {"number": card.number}}
    return _page(admin, request, event, "admin/events/event/result.html", context)


def _page(admin: Any, request: HttpRequest, event: Event, template: str, context: dict[str, Any]) -> HttpResponse:
    common = {**admin.admin_site.each_context(request), "original": event, "opts": admin.opts, "media": admin.media}
    return TemplateResponse(request, template, {**common, **context})


def tools_of(request: HttpRequest, event: Event) -> list[tuple[str, Any]]:
    """The way there, from the page of an event that has a competition."""
    rows = Event.objects.filter(pk=event.pk, competition__isnull=False).publishable_by(request.user)
    return [(reverse("admin:events_event_results", args=[event.pk]), _("Results"))] if rows.exists() else []


PAGES = (
    FurtherPage("results/", "events_event_results", results_view),
    FurtherPage("results/<uuid:uid>/", "events_event_result", result_view),
)
