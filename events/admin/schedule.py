"""The workbench of a schedule: a page for each event, which does everything as a table, and quicker with its script."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

from core.admin.publishing import PublishedAdmin
from core.changes.edits import edit
from core.forms import TranslatedWidget
from events.admin.schedule_bulk import ACTS, URGENT, BulkForm, act_on, chosen_slots
from events.admin.schedule_page import SchedulePage, Typed, read_day
from events.admin.schedule_rows import Refusal, posted_rows, save_rows
from events.admin.tools import tools_for
from events.drafts import parts
from events.models import Event, Slot
from events.placing import Cells, places_of
from events.rearranging import Moved, Outdated, rearrange
from events.releases import Refused, forget_draft, hold
from events.workbench import Bench, load_bench


class ScheduleAdmin(PublishedAdmin):
    def get_urls(self) -> list[URLPattern]:
        """Three hundred slots are a megabyte of marks that are much alike: sent compressed."""
        day, slot = (
            self.admin_site.admin_view(never_cache(gzip_page(page)))
            for page in (self.schedule_view, self.schedule_slot_view)
        )
        own = [
            path("<path:object_id>/schedule/", day, name="events_event_schedule"),
            path("<path:object_id>/schedule/slots/<uuid:uid>/", slot, name="events_event_schedule_slot"),
        ]
        return [*own, *super().get_urls()]

    def may_publish(self, request: HttpRequest, row: Event) -> bool:
        return Event.objects.filter(pk=row.pk).publishable_by(request.user).exists()

    def schedule_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._readable_or_403(request, object_id)
        if request.method != "POST":
            return self._workbench(request, row, self._page(request, row))
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if "_act" in request.POST:
            return self._act_on_slots(request, row, request.POST["_act"])
        return self._save_table(request, row)

    # The table

    def _save_table(self, request: HttpRequest, row: Event) -> HttpResponse:
        posted = posted_rows(request.POST)
        try:
            with edit(by=request.user) as unit:
                saved, merged = save_rows(hold(row), posted, unit, by=request.user)
        except Refusal as refused:
            typed = Typed(refused.cells, refused.errors, set(request.POST.getlist("chosen")))
            if refused.lost:
                text = _("Somebody else deleted slots that you changed: %(count)d. The others are still below.")
                self.message_user(request, text % {"count": refused.lost}, messages.WARNING)
            row.refresh_from_db(fields=["version"])
            return self._workbench(request, row, self._page(request, row, typed))
        if saved:
            text = ngettext("%(count)d slot is saved as a draft.", "%(count)d slots are saved as drafts.", saved)
            self.message_user(request, text % {"count": saved}, messages.SUCCESS)
        else:
            self.message_user(request, _("Nothing was to be changed."), messages.INFO)
        if merged:
            self.message_user(
                request, _("Somebody else changed the same rows; both changes are kept."), messages.WARNING
            )
        return self._again(request, row)

    def _again(self, request: HttpRequest, row: Event) -> HttpResponse:
        query = urlencode({name: request.GET[name] for name in ("day", "places") if name in request.GET})
        return HttpResponseRedirect(f"{self._url('schedule', row)}{'?' if query else ''}{query}")

    # Acts on several slots

    def _act_on_slots(self, request: HttpRequest, row: Event, name: str) -> HttpResponse:
        if name not in ACTS:
            raise BadRequest("There is no such act.")
        form, refused = BulkForm(request.POST), None
        if form.is_valid():
            try:
                done = self._act(request, row, name, form)
            except Refused as error:
                refused = error
                form.refuse(error)
            except ValidationError as error:
                form.refuse(error)
            else:
                self.message_user(request, done, messages.SUCCESS)
                return self._again(request, row)
        typed = Typed(posted_rows(request.POST).cells, chosen=set(request.POST.getlist("chosen")))
        row.refresh_from_db(fields=["version"])
        warned = {"act": name, "conflicts": refused.conflicts} if refused else None
        return self._workbench(request, row, self._page(request, row, typed), form, warned)

    def _act(self, request: HttpRequest, row: Event, name: str, form: BulkForm) -> str:
        uids = chosen_slots(request.POST)
        if posted_rows(request.POST).touched():
            raise ValidationError(_("There are changed rows in the table. Save them first, or undo them."))
        out = row.released_slots.current()
        urgent = name in URGENT and any(out.filter(uid__in=part).exists() for part in parts(uids))
        if urgent and not self.may_publish(request, row):
            raise ValidationError(_("Visitors know these slots: only who may publish the event can do this."))
        how = {"accept": request.POST.getlist("accept")} if name == "reinstate" else {}
        return act_on(name, row, uids, form.cleaned_data, places_of(row), request.user, **how)

    # One slot, dragged

    def schedule_slot_view(self, request: HttpRequest, object_id: str, uid: UUID) -> HttpResponse:
        """``{"seen", "was"}`` with ``"date", "start", "end", "place"`` or ``"undo"``: what the answer to a move gave.

        Answers with the schedule as it is then: 400 says what is wrong with what was sent, 409 that somebody else has
        put the slot elsewhere meanwhile.
        """
        row = self._readable_or_403(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        sent = _read_json(request.body)
        try:
            moved = self._rearrange(request, row, uid, sent)
        except Slot.DoesNotExist as error:
            raise Http404 from error
        except Outdated as error:
            return self._answer(request, row, 409, {"said": " ".join(error.messages)})
        except ValidationError as error:
            return JsonResponse({"said": " ".join(error.messages)}, status=400)
        return self._answer(request, row, 200, _words(moved), uid)

    def _rearrange(self, request: HttpRequest, row: Event, uid: UUID, sent: dict[str, str]) -> Moved:
        was, seen = Cells.read(sent.get("was", "")), sent.get("seen", "")
        cells = replace(was, **{name: sent[name] for name in ("date", "start", "end", "place") if name in sent})
        with edit(by=request.user) as unit:
            return rearrange(hold(row), uid, cells, was, unit, by=request.user, seen=seen, undo=sent.get("undo", ""))

    def _answer(
        self, request: HttpRequest, row: Event, status: int, said: dict[str, Any], uid: UUID | None = None
    ) -> HttpResponse:
        row.refresh_from_db(fields=["version"])
        page = self._page(request, row)
        page.lean = True
        clashes = page.bench.clashes.get(uid, []) if uid else []
        self._forget_if_clean(row, page.bench)
        context = self._context(request, row, page)
        answer = {
            **said,
            "why": [each.message for each in clashes],
            "board": render_to_string("admin/events/schedule/board.html", context, request),
            "rows": render_to_string("admin/events/schedule/rows.html", context, request),
        }
        return JsonResponse(answer, status=status)

    # What all end with

    def _page(self, request: HttpRequest, row: Event, typed: Typed | None = None) -> SchedulePage:
        day, undated = read_day(request.GET.get("day", ""))
        bench = load_bench(row, timezone.now(), day, undated=undated)
        keys = dict(row.slots.values_list("uid", "pk"))
        page = SchedulePage(bench, places_of(row), keys, self.has_change_permission(request, row), typed or Typed())
        page.all_places = request.GET.get("places") == "all"
        return page

    def _forget_if_clean(self, row: Event, bench: Bench) -> None:
        """What was changed and changed back is not unreleased; the list of events then says so."""
        if bench.differences or not Event.objects.filter(pk=row.pk, draft_changed_at__isnull=False).exists():
            return
        with edit():
            if hold(row).version == row.version:
                forget_draft(row)

    def _context(self, request: HttpRequest, row: Event, page: SchedulePage) -> dict[str, Any]:
        return {
            "page": page,
            "original": row,
            "may_publish": self.may_publish(request, row),
            "has_releases": row.release_number is not None,
            "tools": tools_for(request, row, on="schedule"),
        }

    def _workbench(
        self,
        request: HttpRequest,
        row: Event,
        page: SchedulePage,
        bulk: BulkForm | None = None,
        warned: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if page.may_edit:
            self._forget_if_clean(row, page.bench)
        context = {
            **self.admin_site.each_context(request),
            **self._context(request, row, page),
            "opts": self.opts,
            "title": _("Schedule"),
            "media": TranslatedWidget().media,
            "bulk": bulk or BulkForm(),
            "bulk_open": bulk is not None,
            "warned": warned,
            "accepted": request.POST.getlist("accept"),
        }
        return TemplateResponse(request, "admin/events/schedule/page.html", context)


def _read_json(body: bytes) -> dict[str, str]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("This is no JSON.") from error
    if not isinstance(sent, dict) or not all(isinstance(value, str) for value in sent.values()):
        raise BadRequest("An object of texts is expected.")
    return sent


def _words(moved: Moved) -> dict[str, Any]:
    parts = [moved.words]
    if moved.others:
        parts.append(_("Somebody else changed the schedule meanwhile; it is shown as it is now."))
    return {"said": " ".join(parts), "undo": moved.undo, "was": str(moved.cells)}
