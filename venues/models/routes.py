"""Routes: themed tours from venue to venue, with the way between them and a line on the ground."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, chunks
from core.changes.models import Child, locked
from core.facts import Link, SortKey, write_sort_keys
from core.fields import TranslatedField
from core.geo import Box, Point
from core.markdown import validate_markdown
from core.nearby import in_box, with_distance, within
from core.publication import PublishedQuerySet, State
from core.slugs import Named
from core.tags import Tagging
from media.models import MediaPlacement, Placement
from organizers.models import Organizer, acts_for_all
from venues.gpx import Line
from venues.lines import mark_of
from venues.models.venue import Venue

LONGEST_STAY = 24 * 60  # minutes
LONGEST_WAY = 100_000  # metres


class Mode(models.TextChoices):
    """How to get on, as Transmodel names it."""

    WALK = "walk", _("on foot")
    BICYCLE = "bicycle", _("by bicycle")
    METRO = "metro", _("by metro")
    BUS = "bus", _("by bus")
    CAR = "car", _("by car")
    TAXI = "taxi", _("by taxi")
    COACH = "coach", _("by coach")


class RouteQuerySet(PublishedQuerySet):
    def _staff_only(self, user: Any, verb: str) -> Self:
        return super()._staff_only(user, verb) if acts_for_all(user) else self.none()

    def at_venues(self, slugs: list[str]) -> Self:
        """Routes that stop at one of these venues, as far as it is public."""
        return self.filter(Exists(_public_stops().filter(venue__slug__in=slugs)))

    def in_box(self, box: Box) -> Self:
        return self.filter(Exists(_public_stops().filter(in_box(box, "venue__"))))

    def near(self, point: Point, radius: float) -> Self:
        """With a stop within ``radius`` metres; each row with the nearest one's squared distance."""
        nearest = within(with_distance(_public_stops(), point, "venue__"), point, radius, "venue__")
        closest = nearest.order_by("distance2").values("distance2")[:1]
        return self.annotate(distance2=Subquery(closest)).filter(distance2__isnull=False)


class Route(Named):
    kind = "route"
    folder = "routes"

    name = TranslatedField(_("name"), max_length=120)
    name_pinyin = models.CharField(
        _("pinyin"),
        max_length=200,
        blank=True,
        help_text=_("Only where the automatic spelling is wrong; lists are sorted by it."),
    )
    summary = TranslatedField(
        _("summary"), blank=True, max_length=300, multiline=True, help_text=_("One or two sentences for lists.")
    )
    description = TranslatedField(_("description"), blank=True, markdown=True, validators=[validate_markdown])
    organizer = models.ForeignKey(
        Organizer, models.PROTECT, null=True, blank=True, related_name="routes", verbose_name=_("organizer")
    )
    # Of an uploaded file: [[lng, lat, height?], …] in WGS-84, and what lists show of it. Empty: from stop to stop.
    line = models.JSONField(default=list, blank=True, editable=False)
    line_points = models.PositiveIntegerField(default=0, editable=False)
    line_bounds = models.JSONField(null=True, editable=False)  # west, south, east, north
    line_ascent = models.PositiveIntegerField(null=True, editable=False)
    verified_on = models.DateField(
        _("verified on"),
        null=True,
        blank=True,
        help_text=_("When somebody last checked these facts. Empty: unverified."),
    )
    doubts = models.TextField(
        _("doubts and sources"), blank=True, help_text=_("For colleagues; never shown in public.")
    )
    sample = models.BooleanField(_("demonstration data"), default=False)

    objects = RouteQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Named.Meta):
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        permissions = [("publish_route", "Can publish routes"), ("review_route", "Can review routes")]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="route_updated", condition=models.Q(public=True)),
            models.Index(fields=["appear_at"], name="route_appears", condition=models.Q(appear_at__isnull=False)),
            models.Index(fields=["vanish_at"], name="route_vanishes", condition=models.Q(vanish_at__isnull=False)),
        ]

    def set_line(self, line: Line | None) -> None:
        """Takes the line of a file, or goes back to the one from stop to stop."""
        points = line.points if line else ()
        self.line = [list(point) for point in points]
        self.line_points = len(points)
        self.line_bounds = list(bounds(points)) if points else None
        self.line_ascent = line.ascent if line else None

    @property
    def line_mark(self) -> str:
        return mark_of(self.line)

    def check_publish(self) -> Iterable[ValidationError]:
        stops = self.stops.values("venue")
        if len(stops) < 2:
            yield ValidationError(_("Enter two stops or more: a route leads from one to another."), code="stops")
        # Locked, so that none of them is withdrawn between this look and the commit.
        for venue in locked(Venue._base_manager.filter(pk__in=stops).order_by("pk")):
            if venue.state != State.PUBLISHED:
                yield ValidationError(_("Publish its venue “%(venue)s” first.") % {"venue": venue})

    @classmethod
    def settle(cls, keys: list[str], unit: Edit) -> None:
        for part in chunks(keys):
            write_sort_keys(RouteSortKey, "route", cls._base_manager.filter(slug__in=part).defer("line"))


def bounds(points: Iterable[Any]) -> tuple[float, float, float, float]:
    """West, south, east, north of one point or more."""
    lngs, lats = zip(*((point[0], point[1]) for point in points), strict=True)
    return min(lngs), min(lats), max(lngs), max(lats)


class RouteSortKey(SortKey):
    route = models.ForeignKey(Route, models.CASCADE, related_name="sort_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["route", "language"], name="route_sort_key_once")]
        # A list in one language, in order.
        indexes = [models.Index(fields=["language", "key", "route"], name="route_by_name")]


NOT_PUBLISHED = _("The route is published and this venue is not. Publish it first.")


class RouteStop(Child):
    """A venue on the route, how long one stays, and the way to the next one. What is unknown is null."""

    root_field = "route"

    route = models.ForeignKey(Route, models.CASCADE, related_name="stops")
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="route_stops", verbose_name=_("venue"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    minutes = models.PositiveSmallIntegerField(
        _("minutes there"), null=True, blank=True, validators=[MaxValueValidator(LONGEST_STAY)]
    )
    note = TranslatedField(
        _("note"), blank=True, max_length=500, multiline=True, help_text=_("What to see here on this route.")
    )
    mode = models.CharField(_("on to the next"), max_length=10, choices=Mode, blank=True)
    distance = models.PositiveIntegerField(
        _("metres to the next"), null=True, blank=True, validators=[MaxValueValidator(LONGEST_WAY)]
    )
    way_minutes = models.PositiveSmallIntegerField(
        _("minutes to the next"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_STAY)],
    )

    class Meta(Child.Meta):
        ordering = ["position", "pk"]
        verbose_name = _("stop")
        verbose_name_plural = _("stops")

    def __str__(self) -> str:
        return str(self.venue)

    def clean(self) -> None:
        super().clean()
        known = self.venue_id and self.route_id
        if known and self.route.state == State.PUBLISHED and self.venue.state != State.PUBLISHED:
            raise ValidationError({"venue": NOT_PUBLISHED})

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        """Looks again under locks: the route may have been published, or the venue withdrawn, since ``clean``."""
        venue = locked(Venue._base_manager.filter(pk=self.venue_id)).get()
        published = Route._base_manager.filter(pk=self.route_id, state=State.PUBLISHED)
        if venue.state != State.PUBLISHED and published.exists():
            raise ValidationError({"venue": NOT_PUBLISHED})
        return super().prepare(before, unit)


def _public_stops() -> Any:
    return RouteStop._base_manager.filter(route=OuterRef("pk"), venue__public=True)


class RouteLink(Link):
    root_field = "route"
    route = models.ForeignKey(Route, models.CASCADE, related_name="links")


class RouteTag(Tagging):
    root_field = "route"
    route = models.ForeignKey(Route, models.CASCADE, related_name="tagging")

    class Meta(Tagging.Meta):
        constraints = [models.UniqueConstraint(fields=["route", "tag"], name="route_tag_once")]


class RouteImage(Placement):
    root_field = "route"
    route = models.ForeignKey(Route, models.CASCADE, related_name="placements")

    class Meta(Placement.Meta):
        constraints = [models.UniqueConstraint(fields=["route", "image"], name="route_image_once")]


class RouteMedia(MediaPlacement):
    root_field = "route"
    route = models.ForeignKey(Route, models.CASCADE, related_name="media_placements")

    class Meta(MediaPlacement.Meta):
        constraints = [models.UniqueConstraint(fields=["route", "media"], name="route_media_once")]
