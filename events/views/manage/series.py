"""``manage/events/{slug}/series`` and one of them: what it would do is told before it is done."""

from typing import Any

from django.urls import reverse
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.manage import ManageView, answer, check_version, checked, has_version, sent_object, writes
from events.drafts import clean_reason
from events.models import Event, Series
from events.serializers.manage_series import HowShape, ManagedSeries, preview_shape
from events.serializers.manage_slot import slot_choices
from events.series import REASON, Preview, apply, end, preview, preview_end
from events.views.manage.base import event_of, held_event, ruled, unit

Values = dict[str, Any]


def series_of(event: Event, id: int) -> Series:
    row = event.series.select_related("event", "venue", "space").filter(pk=id).first()
    if row is None:
        raise NotFound()
    return row


def shown(series: Series) -> Values:
    return dict(ManagedSeries(series).data)


def _how(request: Request) -> tuple[Values, Values]:
    """How it is to be made, and the fields of the series that were sent."""
    names = set(HowShape().fields)
    how = HowShape(data={name: value for name, value in sent_object(request).items() if name in names})
    how.is_valid(raise_exception=True)
    return how.validated_data, {name: value for name, value in sent_object(request).items() if name not in names}


def _told(seen: Preview, how: Values, version: int, series: Values | None) -> Values:
    return {"dry_run": how["dry_run"], "version": version, "series": series, **preview_shape(seen)}


class SeriesView(ManageView):
    def filled(self, series: Series, fields: Values) -> None:
        """Raises BadRequest with all that is wrong."""
        context = {"choices": slot_choices(self.request.user, [fields])}
        sent = ManagedSeries(series, data=fields, partial=True, context=context)
        sent.is_valid(raise_exception=True)
        sent.fill(series)
        checked(series, self, sent.names())

    def made(self, series: Series, how: Values) -> Preview:
        with ruled(self):
            if how["dry_run"]:
                reason = clean_reason(how["reason"] or REASON)
                return preview(series, unit().moment, again=how["again"], reason=reason)
            return apply(series, self.request.user, again=how["again"], reason=how["reason"])


class ManageSeriesList(SeriesView):
    def get(self, request: Request, slug: str) -> Response:
        event = event_of(request.user, slug)
        rows = event.series.select_related("event", "venue", "space")
        return answer({"version": event.version, "results": ManagedSeries(rows, many=True).data})

    @writes
    def post(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug)
        if has_version(request):
            check_version(request, event.version, lambda: {"version": event.version})
        how, fields = _how(request)
        series = Series(event=event)
        self.filled(series, fields)
        seen = self.made(series, how)
        if how["dry_run"]:
            return answer(_told(seen, how, event.version, None))
        address = reverse("manage-series", args=[slug, series.pk])
        return answer(_told(seen, how, series.event.version, shown(series)), 201, Location=address)


class ManageSeries(SeriesView):
    """A change re-makes the slots that nobody has touched; deleting the series takes them out, or keeps them."""

    def get(self, request: Request, slug: str, id: int) -> Response:
        return answer(shown(series_of(event_of(request.user, slug), id)))

    def _held(self, request: Request, slug: str, id: int, how: Values) -> Series:
        """For a write; one that only tells needs no version."""
        event = held_event(request, slug)
        series = series_of(event, id)
        if not how["dry_run"] or has_version(request):
            check_version(request, event.version, lambda: shown(series))
        return series

    @writes
    def patch(self, request: Request, slug: str, id: int) -> Response:
        how, fields = _how(request)
        series = self._held(request, slug, id, how)
        self.filled(series, fields)
        seen = self.made(series, how)
        version = series.event.version
        return answer(_told(seen, how, version, None if how["dry_run"] else shown(series)))

    put = patch

    @writes
    def delete(self, request: Request, slug: str, id: int) -> Response:
        how, fields = _how(request)
        series = self._held(request, slug, id, how)
        if fields.keys() - {"version"}:
            self.filled(series, fields)  # which refuses them
        with ruled(self):
            seen = self._ended(series, how)
        return answer(_told(seen, how, series.event.version, None))

    def _ended(self, series: Series, how: Values) -> Preview:
        if not how["dry_run"]:
            return end(series, self.request.user, keep=how["keep"], reason=how["reason"])
        if how["keep"]:
            return Preview([], [], [])
        return preview_end(series, unit().moment, reason=clean_reason(how["reason"] or REASON))
