from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import RestrictedError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.language import speaking
from core.api.manage import (
    InConflict,
    ManageView,
    Parts,
    StrictJson,
    answer,
    check_version,
    checked,
    has_version,
    read_body,
    rule_language,
    rule_problems,
    sent_object,
    writes,
)
from core.api.problems import BadRequest, FieldProblem
from core.changes.models import Act, log
from events.models import Event, Slot
from events.race.lines import Recorded
from events.race.manage.serializers import PARTS, ManagedCourse, OnSlotShape, load_points, part_choices
from events.race.models import ClosureVenue, Course, CoursePoint
from events.race.reading import read_course
from events.views.manage.base import EDITS, check_rights, event_of, held_event, unit
from venues.gpx import MOST_BYTES
from venues.models import Venue

POINTS, VENUES = "its_points", "its_venues"


def course_of(event: Event, slug: str) -> Course:
    row: Course | None = Course.objects.filter(event=event, slug=slug).first()
    if row is None:
        raise NotFound()
    row.event = event
    return row


def shown(course: Course) -> dict[str, Any]:
    row = Course.objects.select_related("event").get(pk=course.pk)
    return dict(ManagedCourse(load_points([row])[0]).data)


def note_change(event: Event, request: Request, what: str) -> None:
    event.refresh_from_db(fields=["version"])
    log(event, Act.Verb.CHANGED, by=request.user, at=unit().moment, fields=[what])


class CourseView(ManageView):
    """The version is the event's: courses are part of it, and live as its texts are."""

    def filled(self, course: Course, request: Request) -> bool:
        """Stores what was sent; whether it changed anything. Raises BadRequest."""
        sent = ManagedCourse(course, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        changed = bool(sent.fill(course, leave=(POINTS,))) or course.pk is None
        if changed:
            checked(course, self, sent.names())
            course.save()
        points = sent.validated_data.get(POINTS)
        return (points is not None and self._write_points(course, points)) or changed

    def _write_points(self, course: Course, wanted: list[dict[str, Any]]) -> bool:
        """Rows that stay keep their keys."""
        there = list(CoursePoint.objects.filter(course=course).order_by("km", "pk"))
        changed = False
        for place, values in enumerate(wanted):
            row = there[place] if place < len(there) else CoursePoint(course=course)
            if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                row.course = course
                checked(row, self, {name: f"points.{place}.{name}" for name in values}, exclude=["event", "course"])
                row.save()
                changed = True
        for row in there[len(wanted) :]:
            row.delete()
            changed = True
        return changed


class ManageCourses(CourseView):
    def get(self, request: Request, slug: str) -> Response:
        event = event_of(request.user, slug)
        rows = load_points(Course.objects.filter(event=event).select_related("event"))
        return answer({"version": event.version, "results": ManagedCourse(rows, many=True).data})

    @writes
    def post(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug)
        if has_version(request):
            check_version(request, event.version, lambda: {"version": event.version})
        course = Course(event=event)
        self.filled(course, request)
        note_change(event, request, "courses")
        address = reverse("manage-course", args=[slug, course.slug])
        return answer(shown(course), 201, Location=address)


class ManageCourse(CourseView):
    def get(self, request: Request, slug: str, course: str) -> Response:
        return answer(shown(course_of(event_of(request.user, slug), course)))

    def _held(self, request: Request, slug: str, course: str) -> Course:
        event = held_event(request, slug)
        row = course_of(event, course)
        check_version(request, event.version, lambda: shown(row))
        return row

    @writes
    def patch(self, request: Request, slug: str, course: str) -> Response:
        row = self._held(request, slug, course)
        load_points([row])
        if self.filled(row, request):
            note_change(row.event, request, "courses")
        return answer(shown(row))

    put = patch

    @writes
    def delete(self, request: Request, slug: str, course: str) -> Response:
        row = self._held(request, slug, course)
        try:
            row.delete()
        except RestrictedError as error:
            message = _("Slots of the event name this course. Give them another one first.")
            raise InConflict([FieldProblem("", "in_use", message)]) from error
        note_change(row.event, request, "courses")
        return Response(status=204)


class RawGpx(BaseParser):
    """The file as the body itself."""

    media_type = "application/gpx+xml"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {"file": stream.read()}


class ManageCourseLine(ManageView):
    """The line of a course: a GPX file as the body, or the part ``file`` of a form. It is read before anything is
    locked. A write says what it was made from: the event's version as ``If-Match``."""

    parser_classes = (Parts, RawGpx, StrictJson)
    most_bytes: ClassVar[int | None] = MOST_BYTES + 100_000  # with the frame of a form

    def put(self, request: Request, slug: str, course: str) -> Any:
        read_body(request)
        event = event_of(request.user, slug)
        check_rights(request, event, EDITS)
        try:
            with speaking(rule_language(self.language)):
                line = read_course(_file(request), event)
        except ValidationError as error:
            raise BadRequest(self._about_file(error)) from error
        return self.write(request, slug=slug, course=course, line=line)

    @writes
    def write(self, request: Request, slug: str, course: str, line: Recorded | None) -> Response:
        event = held_event(request, slug)
        row = course_of(event, course)
        check_version(request, event.version, lambda: shown(row))
        row.set_line(line)
        try:
            row.full_clean(exclude=["event"])
        except ValidationError as error:  # it is not as long as the course
            raise BadRequest(self._about_file(error)) from error
        row.save()
        note_change(event, request, "line")
        return answer(shown(row))

    def delete(self, request: Request, slug: str, course: str) -> Any:
        return self.write(request, slug=slug, course=course, line=None)

    def _about_file(self, error: ValidationError) -> list[FieldProblem]:
        return [FieldProblem("file", each.code, each.detail) for each in rule_problems(error, self.language)]


def _file(request: Request) -> Any:
    file = sent_object(request).get("file")
    if isinstance(file, UploadedFile | bytes):
        return file
    raise BadRequest([FieldProblem("file", "required", _("Send the file as the body, or as “file” of a form."))])


class ManageSlotRace(ManageView):
    """What a slot of the kind wave, cut-off or road closure is in its race: a part of the draft, with the slot's
    version. Deleting takes that away, and leaves the slot."""

    def _row(self, event: Event, slot: Slot) -> Any:
        """The stored one, or an empty one that nobody stored."""
        if slot.slot_kind not in PARTS:
            raise NotFound()
        model, _shape = PARTS[slot.slot_kind]
        row = model.objects.filter(slot=slot).first() or model(slot=slot)
        row.slot, slot.event = slot, event
        if slot.slot_kind == "closure":
            named = ClosureVenue.objects.filter(closure=row.pk).select_related("venue") if row.pk else []
            row.its_venues = sorted((each.venue for each in named), key=lambda venue: venue.slug)
        return row

    def _seen(self, request: Request, uid: UUID) -> Slot:
        slot: Slot | None = Slot.objects.readable_by(request.user).select_related("event").filter(uid=uid).first()
        if slot is None:
            raise NotFound()
        return slot

    def _shown(self, row: Any) -> dict[str, Any]:
        return dict(PARTS[row.slot.slot_kind][1](row).data)

    def get(self, request: Request, uid: UUID) -> Response:
        slot = self._seen(request, uid)
        return answer(self._shown(self._row(slot.event, slot)))

    def _held(self, request: Request, uid: UUID) -> Any:
        event = held_event(request, self._seen(request, uid).event.slug)
        row = self._row(event, Slot.objects.get(uid=uid))
        check_version(request, row.slot.version, lambda: self._shown(row))
        return row

    @writes
    def patch(self, request: Request, uid: UUID) -> Response:
        row = self._held(request, uid)
        slot, event = row.slot, row.slot.event
        choices = part_choices(request.user, event, sent_object(request))
        sent = PARTS[slot.slot_kind][1](row, data=request.data, partial=True, context={"choices": choices})
        sent.is_valid(raise_exception=True)
        changed = bool(sent.fill(row, leave=(VENUES,))) or row.pk is None
        if changed:
            checked(row, self, sent.names(), exclude=["slot"])
            row.save()
        if self._write_venues(request, row, sent) or changed:
            note_change(event, request, "slots")
        return answer(self._shown(self._row(event, Slot.objects.get(pk=slot.pk))))

    put = patch

    def _write_venues(self, request: Request, row: Any, sent: OnSlotShape) -> bool:
        """Raises BadRequest where a venue would be closed by somebody who does not speak for it."""
        wanted = sent.validated_data.get(VENUES, getattr(row, VENUES, []))
        if getattr(row, "shuts", False):
            own = set(Venue.objects.run_by(request.user).values_list("pk", flat=True))
            if any(venue.pk not in own for venue in wanted):
                message = _("You do not run all of these venues, and so cannot say that nobody reaches them.")
                raise BadRequest([FieldProblem("unreachable", "not_yours", message)])
        if VENUES not in sent.validated_data:
            return False
        there = {each.venue_id: each for each in ClosureVenue.objects.filter(closure=row)}
        fresh = [venue for venue in wanted if there.pop(venue.pk, None) is None]
        for venue in fresh:
            ClosureVenue(closure=row, venue=venue).save()
        for each in there.values():
            each.delete()
        return bool(fresh or there)

    @writes
    def delete(self, request: Request, uid: UUID) -> Response:
        row = self._held(request, uid)
        if row.pk is None:
            raise NotFound()
        event = row.slot.event
        row.delete()
        note_change(event, request, "slots")
        return Response(status=204)
