"""The page on which a season is made: the draw, the matches, the calendar. Nothing is written before it was seen."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.changes.edits import edit
from events.admin.further import FurtherPage
from events.league import producing
from events.league.admin.competition import PLAYED
from events.league.admin.draw_forms import STEPS
from events.league.admin.draw_page import DrawPage
from events.league.models import Competition, Stage
from events.models import Event
from events.releases import hold


def draw_view(admin: Any, request: HttpRequest, event: Event) -> HttpResponse:
    may_edit = admin.has_change_permission(request, event)
    stages = list(Stage.objects.filter(event=event).prefetch_related("groups"))
    page = DrawPage(event, stages, {}, may_edit)
    if request.method != "POST":
        return _shown(admin, request, page)
    if not may_edit:
        raise PermissionDenied
    if "_take_back" in request.POST:
        return _take_back(request, stages)
    page.asked = request.POST.get("step", "")
    return _answer(request, page) or _shown(admin, request, page)


def _answer(request: HttpRequest, page: DrawPage) -> HttpResponse | None:
    """Does a step that was seen as it is now; otherwise the page shows what it would do."""
    kind = next((each for each in STEPS if each.step == page.asked), None)
    if kind is None:
        raise BadRequest("There is no such step.")
    form = page.forms[page.asked] = kind(page.event, page.stages, request.POST)
    if not form.is_valid():
        return None
    try:
        if "_write" in request.POST:
            with edit(by=request.user):
                form.event = page.event = hold(page.event)
                page.stale = form.cleaned_data["seen"] != str(page.event.version)
                if not page.stale:
                    messages.success(request, form.write(request.user))
                    return HttpResponseRedirect(f"{request.path}#{page.asked}")
        page.seen = form.preview()
    except ValidationError as error:
        form.refuse(error)
    return None


def _take_back(request: HttpRequest, stages: list[Stage]) -> HttpResponse:
    stage = next((each for each in stages if each.slug == request.POST["_take_back"]), None)
    if stage is None:
        raise BadRequest("There is no such stage.")
    try:
        count = producing.take_back(stage, request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("%(count)d matches are deleted.") % {"count": count})
    return HttpResponseRedirect(request.path)


def _shown(admin: Any, request: HttpRequest, page: DrawPage) -> HttpResponse:
    for each in STEPS:
        if each.step not in page.forms:
            page.forms[each.step] = each(page.event, page.stages)
    context = {
        **admin.admin_site.each_context(request),
        "title": gettext("Draw and timetable"),
        "original": page.event,
        "opts": admin.opts,
        "media": admin.media,
        "page": page,
        "forms": page.forms,
    }
    return TemplateResponse(request, "admin/league/draw.html", context)


def tools_of(_request: HttpRequest, event: Event) -> list[tuple[str, Any]]:
    """What leads from the pages of an event to where its matches are made."""
    if event.event_kind not in PLAYED and not Competition.objects.filter(event=event).exists():
        return []
    return [(reverse("admin:events_event_draw", args=[event.pk]), _("Draw and timetable"))]


PAGE = FurtherPage("draw/", "events_event_draw", draw_view)
