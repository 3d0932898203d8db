"""The page on which a season is made: the draw, the matches, the calendar. Nothing is written before it was seen."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.changes.edits import edit
from events.admin.parts import PartOfEventAdmin
from events.league import producing
from events.league.admin.draw_forms import STEPS
from events.league.admin.draw_page import DrawPage
from events.league.models import Stage
from events.models import Event
from events.releases import hold


class DrawingAdmin(PartOfEventAdmin):
    def get_urls(self) -> list[URLPattern]:
        draw = self.admin_site.admin_view(self.draw_view)
        return [path("draw/<int:event_id>/", draw, name="league_competition_draw"), *super().get_urls()]

    def draw_view(self, request: HttpRequest, event_id: int) -> HttpResponse:
        event = Event.objects.filter(pk=event_id).readable_by(request.user).first()
        if event is None or not request.user.has_perm("events.view_event"):
            raise PermissionDenied
        may_edit = self._may_edit(request, event)
        stages = list(Stage.objects.filter(event=event).prefetch_related("groups"))
        page = DrawPage(event, stages, {}, may_edit)
        if request.method != "POST":
            return self._shown(request, page)
        if not may_edit:
            raise PermissionDenied
        if "_take_back" in request.POST:
            return self._take_back(request, event, stages)
        page.asked = request.POST.get("step", "")
        return self._asked(request, page) or self._shown(request, page)

    def _may_edit(self, request: HttpRequest, event: Event) -> bool:
        editable = Event.objects.filter(pk=event.pk).editable_by(request.user)
        return request.user.has_perm("events.change_event") and editable.exists()

    def _asked(self, request: HttpRequest, page: DrawPage) -> HttpResponse | None:
        """Does a step that was seen as it is now; otherwise shows what it would do."""
        kind = next((each for each in STEPS if each.step == page.asked), None)
        if kind is None:
            raise BadRequest("There is no such step.")
        form = page.forms[page.asked] = kind(page.event, page.stages, request.POST)
        if not form.is_valid():
            return None
        try:
            with edit(by=request.user):
                form.event = page.event = hold(page.event)
                page.stale = "_write" in request.POST and form.cleaned_data["seen"] != str(form.event.version)
                if "_write" in request.POST and not page.stale:
                    self.message_user(request, form.write(request.user), messages.SUCCESS)
                    return HttpResponseRedirect(f"{request.path}#{page.asked}")
            page.seen = form.preview()
        except ValidationError as error:
            form.refuse(error)
        return None

    def _take_back(self, request: HttpRequest, event: Event, stages: list[Stage]) -> HttpResponse:
        stage = next((each for each in stages if each.slug == request.POST["_take_back"]), None)
        if stage is None:
            raise BadRequest("There is no such stage.")
        try:
            count = producing.take_back(stage, request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.message_user(request, gettext("%(count)d matches are deleted.") % {"count": count}, messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    def _shown(self, request: HttpRequest, page: DrawPage) -> HttpResponse:
        for each in STEPS:
            if each.step not in page.forms:
                page.forms[each.step] = each(page.event, page.stages)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Draw and timetable"),
            "original": page.event,
            "opts": Event._meta,
            "media": self.media,
            "page": page,
            "forms": page.forms,
        }
        return TemplateResponse(request, "admin/league/draw.html", context)


def draw_tool(event: Event) -> tuple[str, Any]:
    return reverse("admin:league_competition_draw", args=[event.pk]), _("Draw and timetable")
