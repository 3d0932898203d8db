"""One form for the holiday arrangement of many venues: a preview of what becomes of each day, then one act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.changes.edits import Edit, edit
from core.changes.models import Act, locked, log
from core.clock import district_day
from core.forms import TranslatedWidget
from core.translations import show
from venues.admin.holiday_form import HolidayForm, occasion_values
from venues.admin.hours import LOGGED, HoursAdmin
from venues.arrangement import Arrangement, Steps, Turn, carry_out, entry_for, outcome, steps_for, turns
from venues.entered import is_fixed
from venues.hours_words import day_words, hours_words, run_list, run_words, source_words, text
from venues.models.calendar import Holiday
from venues.models.hours import HoursException, Service
from venues.models.venue import Venue
from venues.opening_hours import Calendar, Day
from venues.spans import read_spans
from venues.timetables import Timetable, load_calendar, main_timetables
from venues.year import Occasion, occasions

AHEAD = timedelta(days=400)
WORD = "holiday-hours"


@dataclass
class Plan:
    """What an arrangement comes to at one venue. ``own``: the venue's exceptions that have days in common with it."""

    venue: Venue
    table: Timetable
    steps: Steps
    turns: list[Turn]
    own: list[HoursException]
    possible: bool

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "days": run_list(turn.runs, turn.before.date.year),
                "before": day_words(turn.before),
                "before_why": _why(turn.before),
                "before_state": turn.before.state,
                "after": day_words(turn.after),
                "after_state": turn.after.state,
                "same": (turn.before.state, turn.before.spans) == (turn.after.state, turn.after.spans),
            }
            for turn in self.turns
        ]

    def exceptions(self) -> list[dict[str, str]]:
        return [{"words": _words(row), "fate": self._fate(row)} for row in self.own]

    def _fate(self, row: HoursException) -> str:
        if row.pk in self.steps.drop:
            return _("is replaced")
        if is_fixed(row):
            return _("stays: it comes from a notice")
        held = all(not (first <= row.last and row.first <= last) for first, last in self.steps.write)
        return _("stays") if held else _("stays for its other days")


def _why(day: Day) -> str:
    return text(day.reason) or source_words(day)


def _words(row: HoursException) -> str:
    hours = hours_words(row.state, read_spans(row.spans))
    return f"{run_words([(row.first, row.last)])} {hours} ({text(row.reason)})"


def make_plans(venues: list[Venue], wanted: Arrangement, calendar: Calendar) -> list[Plan]:
    """A number of queries that does not grow with the venues."""
    tables = main_timetables(venues)
    rows = HoursException._base_manager.filter(
        venue__in=venues, service=Service.MAIN, space=None, first__lte=wanted.last, last__gte=wanted.first
    )
    own: dict[int, list[HoursException]] = {venue.pk: [] for venue in venues}
    for row in rows.order_by("first", "pk"):
        own[row.venue_id].append(row)
    return [_plan(venue, tables[venue.pk], own[venue.pk], wanted, calendar) for venue in venues]


def _plan(venue: Venue, table: Timetable, own: list[HoursException], wanted: Arrangement, calendar: Calendar) -> Plan:
    possible = entry_for(table, wanted) is not None
    steps = steps_for(table, wanted) if possible else Steps()
    after = outcome(table, wanted, steps)
    return Plan(venue, table, steps, turns(table, after, wanted, calendar), own, possible)


class HolidayHoursAdmin(HoursAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.holiday_view)
        return [path(f"{WORD}/", view, name="venues_venue_holiday_hours"), *super().get_urls()]

    def holiday_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        today = district_day(timezone.now())
        known = upcoming(today)
        if request.method != "POST":
            wanted = next((each for each in known if each.first.isoformat() == request.GET.get("holiday")), None)
            initial = occasion_values(wanted) if wanted else None
            return self._holiday_form(request, HolidayForm(self._arrangeable(request), initial=initial), known)
        do, _dash, word = request.POST.get("_do", "").partition("-")
        form = HolidayForm(self._arrangeable(request), request.POST)
        if do == "holiday":
            found = next((each for each in known if each.first.isoformat() == word), None)
            if found:
                form.fill(found)
        elif do == "choose":
            form.choose(word)
        elif do in ("preview", "apply"):
            if form.is_valid():
                return self._preview(request, form) if do == "preview" else self._apply(request, form)
        elif do != "back":
            raise BadRequest("This is not a button of the form.")
        return self._holiday_form(request, form, known)

    def _arrangeable(self, request: HttpRequest) -> list[Venue]:
        """Those that keep another venue's hours change with it."""
        rows: Any = self.editable(request)
        mine = self.get_queryset(request).filter(pk__in=rows.values("pk"), follows_parent=False)
        return list(mine.prefetch_related(None))

    def _holiday_form(self, request: HttpRequest, form: HolidayForm, known: Iterable[Occasion]) -> HttpResponse:
        shown = [
            {"first": each.first, "days": run_words([(each.first, each.last)]), "name": name_of(each)} for each in known
        ]
        context = {"form": form, "occasions": shown, "title": _("Holiday hours of many venues")}
        return self._holiday_page(request, "admin/venues/holiday_hours.html", context)

    def _holiday_page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "media": TranslatedWidget().media}
        return TemplateResponse(request, template, {**frame, **context})

    def _preview(self, request: HttpRequest, form: HolidayForm, changed: Iterable[Venue] = ()) -> HttpResponse:
        wanted = form.arrangement()
        plans = make_plans(form.chosen(), wanted, load_calendar(wanted.first, wanted.last))
        context = {
            "form": form,
            "plans": plans,
            "wanted": wanted,
            "days": run_words([(wanted.first, wanted.last)]),
            "reason": text(wanted.reason),
            "writing": sum(bool(plan.steps.write) for plan in plans),
            "versions": ",".join(f"{plan.venue.pk}:{plan.venue.version}" for plan in plans),
            "changed": list(changed),
            "title": _("Preview"),
        }
        return self._holiday_page(request, "admin/venues/holiday_preview.html", context)

    def _apply(self, request: HttpRequest, form: HolidayForm) -> HttpResponse:
        wanted = form.arrangement()
        with edit(by=request.user) as unit:
            venues = self._locked(form.chosen())
            seen = set(request.POST.get("versions", "").split(","))
            changed = [venue for venue in venues if f"{venue.pk}:{venue.version}" not in seen]
            if not changed:
                plans = make_plans(venues, wanted, load_calendar(wanted.first, wanted.last))
                done = sum(_carry_out(plan, wanted, request.user, unit) for plan in plans)
        if changed:
            fresh = HolidayForm(self._arrangeable(request), request.POST)
            fresh.full_clean()
            return self._preview(request, fresh, changed) if fresh.is_valid() else self._back(request)
        said = ngettext(
            "The arrangement is entered for %(count)d venue.", "The arrangement is entered for %(count)d venues.", done
        ) % {"count": done}
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:venues_venue_changelist"))

    def _locked(self, venues: list[Venue]) -> list[Venue]:
        """In the order of their keys, as every writer of several takes them."""
        rows = locked(Venue._base_manager.filter(pk__in=[venue.pk for venue in venues]))
        return list(rows.order_by("pk"))

    def _back(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:venues_venue_holiday_hours"))


def _carry_out(plan: Plan, wanted: Arrangement, by: Any, unit: Edit) -> bool:
    if not carry_out(plan.venue, plan.table, wanted, plan.steps):
        return False
    plan.venue.refresh_from_db(fields=["version"])  # its rows raised it
    note = f"{run_words([(wanted.first, wanted.last)])}: {show(wanted.reason)}"
    log(plan.venue, Act.Verb.CHANGED, by=by, at=unit.moment, note=note, fields=[LOGGED])
    return True


def upcoming(today: date) -> list[Occasion]:
    """The holidays of the next year and a bit; also one that is running."""
    calendar = load_calendar(today - timedelta(days=10), today + AHEAD)
    return [each for each in occasions(calendar, today - timedelta(days=10), today + AHEAD) if each.last >= today]


def name_of(occasion: Occasion) -> str:
    return str(dict(Holiday.choices).get(occasion.holiday, occasion.holiday))
