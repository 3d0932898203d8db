"""Venues: where things are, what they cost, what distinguishes them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, Key, chunks
from core.changes.models import Child, TrackedQuerySet, locked
from core.facts import Link, Priced, SortKey, write_sort_keys
from core.fields import TranslatedField
from core.geo import Point
from core.markdown import validate_markdown
from core.publication import State
from core.slugs import Named, validate_slug
from core.tags import Tagging
from core.translations import show
from media.models import MediaPlacement, Placement
from organizers.models import Organizer
from venues.querysets import FACTS_LAST, VenueQuerySet


class Kind(models.TextChoices):
    MUSEUM = "museum", _("museum")
    CULTURE_PARK = "culture_park", _("cultural and creative park")
    SPORTS = "sports", _("sports ground")
    PLANT = "plant", _("working plant")
    PARK = "park", _("park")
    SHOPPING = "shopping", _("shopping centre")
    STREET = "street", _("street or quarter")
    STAGE = "venue", _("concert, theatre or conference hall")
    HALL = "hall", _("hall of another venue")
    OTHER = "other", _("other")


class OperatingStatus(models.TextChoices):
    OPERATING = "operating", _("operating")
    RENOVATION = "renovation", _("under renovation")
    PLANNED = "planned", _("planned")
    CLOSED_FOR_GOOD = "closed_for_good", _("closed for good")


# What an id looks like in the registers that the world knows a place by.
wikidata_id = RegexValidator(r"\AQ[1-9][0-9]*\Z", _("A Wikidata id looks like Q1234567."))
osm_id = RegexValidator(r"\A(node|way|relation)/[1-9][0-9]*\Z", _("An OpenStreetMap id looks like way/123456."))
amap_id = RegexValidator(r"\A[A-Z0-9]{6,20}\Z", _("An AMap id looks like B00181F1Q8."))

YEAR = [MinValueValidator(1000), MaxValueValidator(2200)]


class Venue(Priced, Named):
    kind = "venue"
    folder = "venues"

    venue_kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.OTHER)
    status = models.CharField(_("status"), max_length=16, choices=OperatingStatus, default=OperatingStatus.OPERATING)
    name = TranslatedField(_("name"), max_length=120)
    name_pinyin = models.CharField(
        _("pinyin"),
        max_length=200,
        blank=True,
        help_text=_("Only where the automatic spelling is wrong (重庆路: chongqinglu); lists are sorted by it."),
    )
    summary = TranslatedField(
        _("summary"), blank=True, max_length=300, multiline=True, help_text=_("One or two sentences for lists.")
    )
    description = TranslatedField(_("description"), blank=True, markdown=True, validators=[validate_markdown])
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
        help_text=_("The museum that a hall belongs to, the park that a court lies in."),
    )
    organizer = models.ForeignKey(
        Organizer, models.PROTECT, null=True, blank=True, related_name="venues", verbose_name=_("run by")
    )
    street = TranslatedField(_("street and number"), blank=True, max_length=200)
    district = TranslatedField(_("district"), blank=True, max_length=80)
    city = TranslatedField(_("city"), blank=True, max_length=80)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    directions = TranslatedField(
        _("how to get there"),
        blank=True,
        max_length=1000,
        multiline=True,
        help_text=_("Metro and bus, the entrance, where to park."),
    )
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lng = models.FloatField(_("longitude"), null=True, blank=True)
    approximate = models.BooleanField(
        _("position is approximate"), default=False, help_text=_("Tick it unless somebody stood there.")
    )
    indoor = models.BooleanField(_("indoors"), null=True, blank=True)
    follows_parent = models.BooleanField(
        _("same hours as what it is part of"),
        default=False,
        help_text=_("A hall that opens and closes with its museum."),
    )
    # What the stored intervals were made from.
    hours_mark = models.CharField(max_length=32, blank=True, editable=False)
    hours_through = models.DateField(null=True, editable=False)
    hours_text = TranslatedField(_("opening hours in words"), blank=True, max_length=500, multiline=True)
    founded = models.PositiveSmallIntegerField(_("founded"), null=True, blank=True, validators=YEAR)
    opened = models.PositiveSmallIntegerField(_("opened to visitors"), null=True, blank=True, validators=YEAR)
    wikidata = models.CharField("Wikidata", max_length=20, blank=True, validators=[wikidata_id])
    osm = models.CharField("OpenStreetMap", max_length=30, blank=True, validators=[osm_id])
    amap = models.CharField(_("AMap"), max_length=20, blank=True, validators=[amap_id])
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

    objects = VenueQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Named.Meta):
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        permissions = [("publish_venue", "Can publish venues"), ("review_venue", "Can review venues")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lat__isnull=True, lng__isnull=True)
                | models.Q(lat__range=(-90, 90), lng__range=(-180, 180)),
                name="venue_position_is_whole",
                violation_error_message=_("Enter latitude and longitude in degrees, or neither."),
            )
        ]
        # For the public's lists, and so of public rows only: SQLite uses no index whose first column is a bare boolean.
        indexes = [
            # Boxes around a tourist; order -updated.
            models.Index(fields=["lat", "lng"], name="venue_nearby", condition=models.Q(public=True)),
            models.Index(fields=["-updated_at", "-id"], name="venue_updated", condition=models.Q(public=True)),
            models.Index(fields=["appear_at"], name="venue_appears", condition=models.Q(appear_at__isnull=False)),
            models.Index(fields=["vanish_at"], name="venue_vanishes", condition=models.Q(vanish_at__isnull=False)),
        ]

    @property
    def point(self) -> Point | None:
        return None if self.lat is None or self.lng is None else Point(self.lat, self.lng)

    def is_aged(self, today: date) -> bool:
        """Whether its facts were verified, but too long ago."""
        return self.verified_on is not None and self.verified_on < today - FACTS_LAST

    def clean(self) -> None:
        super().clean()
        ancestor, seen = self.parent, {self.pk}
        while ancestor is not None:
            if ancestor.pk in seen:
                raise ValidationError({"parent": _("A venue cannot lie inside itself.")})
            seen.add(ancestor.pk)
            ancestor = ancestor.parent
        if self.follows_parent and self.parent is None:
            raise ValidationError({"follows_parent": _("It is part of nothing: enter its own hours.")})
        if self.parent and self.state == State.PUBLISHED and self.parent.state != State.PUBLISHED:
            raise ValidationError({"parent": _("The venue is published and this is not. Publish it first.")})

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        if before is not None:  # derived: a form opened before it was written must not undo it
            self.hours_mark, self.hours_through = before.hours_mark, before.hours_through
            if (before.follows_parent, before.parent_id, before.status) != (
                self.follows_parent,
                self.parent_id,
                self.status,
            ):
                unit.touch(*followers(self))
            # A route without a line of its own leads from position to position.
            if (before.lat, before.lng) != (self.lat, self.lng):
                unit.touch(*(Key("route", slug) for slug in self.route_stops.values_list("route__slug", flat=True)))
        return super().prepare(before, unit) | {"hours_mark", "hours_through"}

    def check_publish(self) -> Iterable[ValidationError]:
        # Locked, so that it is not withdrawn between this look and the commit.
        parent = locked(Venue._base_manager.filter(pk=self.parent_id)).first()
        if parent is not None and parent.state != State.PUBLISHED:
            yield ValidationError(_("Publish “%(parent)s” first: this is a part of it.") % {"parent": parent})

    def check_withdraw(self) -> Iterable[ValidationError]:
        if self.parts.filter(state=State.PUBLISHED).exists():
            yield ValidationError(_("Withdraw its parts first: they are still published."))
        if self.exhibits.filter(state=State.PUBLISHED).exists():
            yield ValidationError(_("Withdraw its exhibits first: they are still published."))
        routes = [str(stop.route) for stop in self.route_stops.filter(route__state=State.PUBLISHED)[:3]]
        if routes:
            yield ValidationError(
                _("Published routes stop here: %(routes)s. Withdraw or change them first."),
                code="in_use",
                params={"routes": ", ".join(dict.fromkeys(routes))},
            )
        if self.noticed.filter(notice__public=True).exists():
            yield ValidationError(_("Withdraw the notices about it first: they are still shown."))

    @classmethod
    def settle(cls, keys: list[str], unit: Edit) -> None:
        for part in chunks(keys):
            write_sort_keys(VenueSortKey, "venue", cls._base_manager.filter(slug__in=part))


def followers(venue: Venue) -> list[Key]:
    """The venues that keep this one's hours."""
    found: list[Key] = []
    above = [venue.pk]
    while above:
        rows = Venue._base_manager.filter(parent__in=above, follows_parent=True).values_list("pk", "slug")
        fresh = [(pk, Key("venue", slug)) for pk, slug in rows if Key("venue", slug) not in found]
        found += [key for _pk, key in fresh]
        above = [pk for pk, _key in fresh]
    return found


class VenueSortKey(SortKey):
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="sort_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["venue", "language"], name="venue_sort_key_once")]
        # A list in one language, in order.
        indexes = [models.Index(fields=["language", "key", "venue"], name="venue_by_name")]


class SpaceQuerySet(TrackedQuerySet["Space"]):
    def readable_by(self, user: Any) -> Self:
        return self.filter(venue__in=Venue._base_manager.all().readable_by(user).values("pk"))


class Space(Child):
    """A room or ground inside a venue that something can take place in: a court, a hall, a stage."""

    root_field = "venue"

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="spaces", verbose_name=_("venue"))
    slug = models.CharField(_("name in URLs"), max_length=50, validators=[validate_slug])
    name = TranslatedField(_("name"), max_length=80)
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    parallel_use = models.BooleanField(
        _("parallel use"), default=False, help_text=_("Several things may take place here at the same time.")
    )

    objects = SpaceQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["pk"]
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "slug"],
                name="space_once_per_venue",
                violation_error_message=_("The venue has a space with this name already."),
            )
        ]

    def __str__(self) -> str:
        return show(self.name)


class Designation(Child):
    """A rank or title that somebody gave: AAAA sight, National Industrial Heritage, a Guinness record."""

    root_field = "venue"

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="designations")
    issuer = TranslatedField(_("issued by"), max_length=120)
    title = TranslatedField(_("title"), max_length=160)
    level = models.CharField(_("level"), max_length=40, blank=True, help_text=_("AAAA, or empty."))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, validators=YEAR)
    source = models.CharField(_("source"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(Child.Meta):
        ordering = ["position", "pk"]
        verbose_name = _("designation")
        verbose_name_plural = _("designations")

    def __str__(self) -> str:
        return show(self.title)


class VenueLink(Link):
    root_field = "venue"
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="links")


class VenueTag(Tagging):
    root_field = "venue"
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="tagging")

    class Meta(Tagging.Meta):
        constraints = [models.UniqueConstraint(fields=["venue", "tag"], name="venue_tag_once")]


class VenueImage(Placement):
    root_field = "venue"
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="placements")

    class Meta(Placement.Meta):
        constraints = [models.UniqueConstraint(fields=["venue", "image"], name="venue_image_once")]


class VenueMedia(MediaPlacement):
    root_field = "venue"
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="media_placements")

    class Meta(MediaPlacement.Meta):
        constraints = [models.UniqueConstraint(fields=["venue", "media"], name="venue_media_once")]
