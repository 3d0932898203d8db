"""The page of a venue's opening hours: timetables as week grids, exceptions, and the year that they come to."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from core.admin.lists import is_number
from core.admin.publishing import PublishedAdmin
from core.changes.edits import Edit, edit
from core.changes.models import Act, acts_of, log
from core.clock import district_day
from core.forms import TranslatedWidget
from venues.admin.exception_form import ExceptionForm
from venues.admin.hours_page import HoursPage, desk_value, grid_heading, read_desk
from venues.admin.week_form import WeekForm
from venues.entered import Grid, delete_grid, is_fixed, mondays_on_holidays, write_week
from venues.models.venue import Venue
from venues.week_grid import NO_WEEK, closed_mondays

# The name in the log of acts, which keeps it in English and shows it in the reader's language.
LOGGED = "opening hours"
FIRST_YEAR, LAST_YEAR = 1950, 2200


class HoursAdmin(PublishedAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.hours_view)
        return [path("<path:object_id>/hours/", view, name="venues_venue_hours"), *super().get_urls()]

    def hours_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        venue = self._readable_or_403(request, object_id)
        if request.method != "POST":
            return self._hours_page(request, _page(request, venue, self.may_read_acts(request, venue)))
        if not self.has_change_permission(request, venue):
            raise PermissionDenied
        with edit(by=request.user) as unit:
            venue = self.get_object(request, object_id)  # locked: nobody else writes its hours now
            page = _page(request, venue, self.may_read_acts(request, venue))
            return self._hours_post(request, page, unit)

    def _hours_post(self, request: HttpRequest, page: HoursPage, unit: Edit) -> HttpResponse:
        form, do = request.POST.get("_form", ""), request.POST.get("_do", "")
        if not form or page.owner != page.venue.pk:
            raise BadRequest("This is not a form of the page.")
        if form == "x":
            return self._post_exception(request, page, unit, do)
        return self._post_week(request, page, unit, form, do)

    # Timetables

    def _post_week(self, request: HttpRequest, page: HoursPage, unit: Edit, prefix: str, do: str) -> HttpResponse:
        grid = next((each for each in page.grids if each.key == prefix), None)
        if do == "delete":
            return self._delete_week(request, page, unit, grid)
        lost = grid is None and prefix != "new"
        data = _renamed(request.POST, prefix) if lost else request.POST
        form = WeekForm(page.venue, grid, page.spaces, data)
        if do.startswith("copy-"):
            source, _dash, targets = do.removeprefix("copy-").partition("-")
            form.copy(*_days(source, targets))
            return self._hours_page(request, page, week=form)
        if form.is_valid() and not lost:
            self._check_head(form, page)
        if lost:
            form.add_error(
                None,
                _(
                    "Somebody else deleted this timetable or changed when it holds. What you wrote is "
                    "kept as a new one: save again, or leave the page."
                ),
            )
        if not form.is_valid():
            form.show_stored()
            return self._hours_page(request, page, week=form)
        return self._save_week(request, page, unit, form, do)

    def _check_head(self, form: WeekForm, page: HoursPage) -> None:
        before = form.grid.head.when if form.grid else None
        if before != form.head.when and any(each.head.when == form.head.when for each in page.grids):
            form.add_error(None, _("There is a timetable for this already: enter the hours there."))

    def _save_week(self, request: HttpRequest, page: HoursPage, unit: Edit, form: WeekForm, do: str) -> HttpResponse:
        if do != "mondays":
            wrote = write_week(page.venue, form.grid, form.head, form.week)
            return self._done(request, page, unit, wrote, form.merged)
        found = closed_mondays(form.week)
        if found is None:
            form.add_error("opens_1", _("Enter the hours of a day first: on public holidays the Mondays take them."))
            return self._hours_page(request, page, week=form)
        week, monday = found
        wrote = write_week(page.venue, form.grid, form.head, week)
        grid, head = mondays_on_holidays(page.grids, form.head)
        wrote |= write_week(page.venue, grid, head, (monday, *(grid.week if grid else NO_WEEK)[1:]))
        return self._done(request, page, unit, wrote, form.merged)

    def _delete_week(self, request: HttpRequest, page: HoursPage, unit: Edit, grid: Grid | None) -> HttpResponse:
        if grid is None:
            return self._done(request, page, unit, False)
        if WeekForm(page.venue, grid, page.spaces, request.POST).others_changed():
            message = _("Somebody else changed this timetable meanwhile. Look at it, then delete it again.")
            self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(self._hours_url(page))
        delete_grid(grid)
        return self._done(request, page, unit, True)

    # Exceptions

    def _post_exception(self, request: HttpRequest, page: HoursPage, unit: Edit, do: str) -> HttpResponse:
        pk = request.POST.get("_exception", "")
        row = next((each for each in page.exceptions if str(each.pk) == pk), None)
        if row is not None and is_fixed(row):
            raise PermissionDenied
        form = ExceptionForm(page.venue, row, page.spaces, request.POST)
        if do == "delete":
            if row is None:
                return self._done(request, page, unit, False)
            if any(form.others_changed(name) for name in form.remembered()):
                message = _("Somebody else changed this exception meanwhile. Look at it, then delete it again.")
                self.message_user(request, message, messages.ERROR)
                return HttpResponseRedirect(f"{self._hours_url(page)}&exception={row.pk}#exception")
            row.delete()
            return self._done(request, page, unit, True)
        form.full_clean()
        if pk and row is None:
            form.add_error(
                None, _("Somebody else deleted this exception. What you wrote is kept: save again to enter it anew.")
            )
        if not form.is_valid():
            return self._hours_page(request, page, exception=form)
        wrote = row is None or form.has_changed()
        if wrote:
            form.save()
        return self._done(request, page, unit, wrote)

    # What both end with

    def _done(
        self, request: HttpRequest, page: HoursPage, unit: Edit, wrote: bool, merged: bool = False
    ) -> HttpResponse:
        others = _others(request, page.venue) if merged else []
        if wrote:
            page.venue.refresh_from_db(fields=["version"])  # its rows raised it
            log(page.venue, Act.Verb.CHANGED, by=request.user, at=unit.moment, fields=[LOGGED])
            self.message_user(request, _("The opening hours are saved."), messages.SUCCESS)
        else:
            self.message_user(request, _("Nothing was to be changed."), messages.INFO)
        if others:
            people = ", ".join(sorted({str(act.by) for act in others}))
            text = _("%(people)s saved this meanwhile (%(names)s); both changes are kept.")
            self.message_user(request, text % {"people": people, "names": _("opening hours")}, messages.WARNING)
        return HttpResponseRedirect(self._hours_url(page))

    def _hours_url(self, page: HoursPage) -> str:
        return f"{self._url('hours', page.venue)}?{_query(page)}"

    def _hours_page(
        self,
        request: HttpRequest,
        page: HoursPage,
        week: WeekForm | None = None,
        exception: ExceptionForm | None = None,
    ) -> HttpResponse:
        follows = page.owner != page.venue.pk
        may_edit = self.has_change_permission(request, page.venue) and not follows
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": page.venue,
            "title": _("Opening hours"),
            "page": page,
            "summary": page.summary(),
            "may_edit": may_edit,
            "may_arrange": self.has_change_permission(request),
            "leads": Venue.objects.readable_by(request.user).filter(pk=page.owner).first() if follows else None,
            "follows": follows,
            "version": page.venue.version,
            "query": _query(page),
            "timetables": [_timetable(page, grid, week) for grid in page.grids],
            "media": TranslatedWidget().media,
            **(_new_forms(request, page, week, exception) if may_edit else {}),
        }
        return TemplateResponse(request, "admin/venues/hours.html", context)


def _page(request: HttpRequest, venue: Venue, acts: bool) -> HoursPage:
    today = district_day(timezone.now())
    year = request.GET.get("year", "")
    shown = int(year) if is_number(year) and FIRST_YEAR <= int(year) <= LAST_YEAR else today.year
    return HoursPage(venue, today, shown, read_desk(request.GET.get("desk", "")), acts)


def _query(page: HoursPage) -> str:
    return urlencode({"year": page.year, "desk": desk_value(page.shown_desk)})


def _timetable(page: HoursPage, grid: Grid, refused: WeekForm | None) -> dict[str, Any]:
    """A refused form is shown in the place of the one for the same timetable."""
    mine = refused is not None and refused.grid is grid
    form = refused if mine else WeekForm(page.venue, grid, page.spaces)
    return {"form": form, "open": mine or grid is page.grids[0], **grid_heading(page, grid)}


def _new_forms(
    request: HttpRequest, page: HoursPage, week: WeekForm | None, exception: ExceptionForm | None
) -> dict[str, Any]:
    new = week if week is not None and week.grid is None else WeekForm(page.venue, None, page.spaces)
    chosen = request.GET.get("exception", "")
    row = next((each for each in page.exceptions if str(each.pk) == chosen), None)
    if exception is None:
        exception = ExceptionForm(page.venue, row, page.spaces)
        if row is None:
            exception.initial.update(_first_day(request.GET.get("day", "")))
    asked = exception.is_bound or row is not None or "day" in request.GET
    others = _others(request, page.venue) if (week and week.conflicting) or exception.conflicts else []
    return {
        "new": new,
        "new_open": new is week or not page.grids,
        "exception": exception,
        "exception_open": asked,
        "conflict": _conflict(week, exception, others),
    }


def _conflict(week: WeekForm | None, exception: ExceptionForm, others: Any) -> dict[str, Any] | None:
    names = week.conflicting if week else [str(exception.fields[name].label) for name in exception.conflicts]
    if not names:
        return None
    newest = next(iter(others), None)
    return {"by": newest.by if newest else None, "at": newest.at if newest else None, "fields": names}


def _others(request: HttpRequest, venue: Venue) -> list[Act]:
    """What was done to the venue since the page was shown, newest first."""
    shown = request.POST.get("shown_version", "")
    if not is_number(shown):
        return []
    return list(acts_of(venue).filter(version__gt=min(int(shown), 2**31 - 1)))


def _first_day(text: str) -> dict[str, Any]:
    try:
        return {"first": date.fromisoformat(text)}
    except ValueError:
        return {}


def _days(source: str, targets: str) -> tuple[int, list[int]]:
    """``"0"`` and ``"1234"`` from the name of a copying button."""
    if source not in set("0123456") or not set(targets) <= set("0123456"):
        raise BadRequest("There is no such day of the week.")
    return int(source), [int(each) for each in targets]


def _renamed(data: QueryDict, prefix: str) -> QueryDict:
    """A lost timetable's fields as those of a new one."""
    fresh = data.copy()
    for name in data:
        if name.startswith(f"{prefix}-"):
            fresh.setlist(f"new-{name.removeprefix(f'{prefix}-')}", data.getlist(name))
    return fresh
