"""Events: what takes place, who is behind it, whether it can be booked."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max, Min, Q
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, Key, chunks
from core.changes.models import Child, locked
from core.facts import Link, Priced, validate_web_address
from core.fields import SeveralField, TranslatedField
from core.markdown import validate_markdown
from core.publication import State
from core.slugs import Named
from core.tags import Tagging
from events.models.documents import Document
from events.querysets import EventQuerySet
from media.models import MediaPlacement, Placement
from organizers.models import Organizer
from venues.models import Venue


class Kind(models.TextChoices):
    SEASON = "season", _("season (parent of other events)")
    LEAGUE = "league", _("league")
    CUP = "cup", _("cup")
    RACE = "race", _("race")
    CONCERT = "concert", _("concert")
    SHOW = "show", _("show")
    TOUR = "tour", _("guided tour")
    EXHIBITION = "exhibition", _("exhibition")
    MARKET = "market", _("market")
    FESTIVAL = "festival", _("festival")
    CEREMONY = "ceremony", _("ceremony")
    OTHER = "other", _("other")


class Status(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")


class DatePrecision(models.TextChoices):
    DAY = "day", _("to the day")
    MONTH = "month", _("to the month")
    YEAR = "year", _("to the year")


class BookingStatus(models.TextChoices):
    UNKNOWN = "unknown", _("unknown")
    NOT_NEEDED = "not_needed", _("not needed")
    WALK_IN = "walk_in", _("walk in, no booking")
    NOT_YET = "not_yet", _("not open yet")
    OPEN = "open", _("open")
    WAITLIST = "waitlist", _("waiting list")
    SOLD_OUT = "sold_out", _("sold out")
    CLOSED = "closed", _("closed")


# What an editor chooses; "not open yet" is told by the window.
CHOSEN = [choice for choice in BookingStatus.choices if choice[0] != BookingStatus.NOT_YET]
IN_WINDOW = (BookingStatus.OPEN, BookingStatus.WAITLIST, BookingStatus.SOLD_OUT)
OFFICIAL = _("Where the organizer sells or books, no reseller.")


def in_window(status: str, opens: datetime | None, closes: datetime | None, moment: datetime) -> str:
    """The status at an instant: outside its window a booking is not open, whatever was chosen.

    Half-open: it opens with the minute ``opens`` and is closed with the minute ``closes``.
    """
    if status in IN_WINDOW:
        if opens and moment < opens:
            return BookingStatus.NOT_YET
        if closes and moment >= closes:
            return BookingStatus.CLOSED
    return status


class Booking(models.Model):
    """How to get a place. ``booking_now`` is what the window makes of ``booking_status``, kept by the tick."""

    booking_status = models.CharField(_("booking"), max_length=12, choices=CHOSEN, default=BookingStatus.UNKNOWN)
    booking_now = models.CharField(
        _("booking now"), max_length=12, choices=BookingStatus, editable=False, db_index=True
    )
    booking_opens_at = models.DateTimeField(_("booking opens"), null=True, blank=True)
    booking_closes_at = models.DateTimeField(_("booking closes"), null=True, blank=True)
    booking_url = models.URLField(
        _("booking link"), max_length=500, blank=True, validators=[validate_web_address], help_text=OFFICIAL
    )
    mini_program_app_id = models.CharField(_("mini-program: app id"), max_length=40, blank=True)
    mini_program_path = models.CharField(_("mini-program: path"), max_length=200, blank=True)
    real_name_required = models.BooleanField(_("real name required"), null=True, blank=True)
    accepted_documents = SeveralField(
        _("documents that are accepted"), of=Document, help_text=_("Nothing chosen: not known.")
    )
    documents = TranslatedField(_("documents to bring"), blank=True, max_length=300)
    booking_note = TranslatedField(_("note on booking"), blank=True, max_length=300)

    class Meta:
        abstract = True

    def booking_at(self, moment: datetime) -> str:
        return in_window(self.booking_status, self.booking_opens_at, self.booking_closes_at, moment)

    def clean(self) -> None:
        super().clean()
        opens, closes = self.booking_opens_at, self.booking_closes_at
        if opens and closes and closes <= opens:
            raise ValidationError({"booking_closes_at": _("Booking closes before it opens. Enter a later time.")})


class Event(Booking, Priced, Named):
    kind = "event"
    folder = "events"
    name_field = "title"

    event_kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.OTHER)
    season = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        limit_choices_to={"event_kind": Kind.SEASON},
        verbose_name=_("season"),
    )
    organizer = models.ForeignKey(Organizer, models.PROTECT, related_name="events", verbose_name=_("organizer"))
    title = TranslatedField(_("title"), max_length=160)
    summary = TranslatedField(
        _("summary"), blank=True, max_length=300, multiline=True, help_text=_("One or two sentences for lists.")
    )
    description = TranslatedField(_("description"), blank=True, markdown=True, validators=[validate_markdown])
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: no end is known."))
    date_precision = models.CharField(
        _("dates are exact"),
        max_length=5,
        choices=DatePrecision,
        default=DatePrecision.DAY,
        help_text=_("Only the month or year known? Enter its first and last day, and say so here."),
    )
    first_day = models.DateField(editable=False)
    last_day = models.DateField(editable=False)
    slots_from = models.DateField(null=True, editable=False)
    slots_to = models.DateField(null=True, editable=False)
    release_number = models.PositiveIntegerField(null=True, editable=False)  # of the current release
    # When and by whom a draft of its schedule was last changed, as long as something of it is not released. For lists;
    # the schedule's own page looks at the slots.
    draft_changed_at = models.DateTimeField(_("unreleased changes"), null=True, editable=False)
    draft_changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.SCHEDULED)
    status_note = TranslatedField(_("note on the status"), blank=True, max_length=300)
    indoor = models.BooleanField(_("indoors"), null=True, blank=True)
    ages_min = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    ages_max = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    ages_note = TranslatedField(_("note on ages"), blank=True, max_length=200)
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

    objects = EventQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Named.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        permissions = [("publish_event", "Can publish events"), ("review_event", "Can review events")]
        # For the public's lists, and so of public rows only: SQLite uses no index whose first column is a bare boolean.
        indexes = [
            # Order start; order -updated.
            models.Index(fields=["first_day", "id"], name="event_by_start", condition=Q(public=True)),
            models.Index(fields=["-updated_at", "-id"], name="event_updated", condition=Q(public=True)),
            models.Index(fields=["appear_at"], name="event_appears", condition=Q(appear_at__isnull=False)),
            models.Index(fields=["vanish_at"], name="event_vanishes", condition=Q(vanish_at__isnull=False)),
        ]

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first one.")})
        if self.ends_on and not self.starts_on:
            raise ValidationError({"starts_on": _("Enter the first day too.")})
        if self.ages_min is not None and self.ages_max is not None and self.ages_max < self.ages_min:
            raise ValidationError({"ages_max": _("This is below the lowest age.")})
        if self.season_id and self.event_kind == Kind.SEASON:
            raise ValidationError({"season": _("A season has no season above it.")})
        if self.season and self.season.event_kind != Kind.SEASON:
            raise ValidationError({"season": _("Choose an event of the kind “season”.")})
        if self.state == State.PUBLISHED:
            self._clean_company()

    def _clean_company(self) -> None:
        """What a published event is moved to must be published too."""
        for name in ("organizer", "season"):
            other = getattr(self, name, None)
            if other is not None and other.state != State.PUBLISHED:
                raise ValidationError({name: _("The event is published and this is not. Publish it first.")})

    def prepare(self, before: "Event | None", unit: Edit) -> set[str]:
        # An unknown beginning sorts last and matches no time; an unknown end goes on.
        self.first_day = self.starts_on or date.max
        self.last_day = self.ends_on or (date.max if self.starts_on else date.min)
        self.booking_now = self.booking_at(unit.moment)
        if before is not None:  # only releases and drafts change these
            self.release_number = before.release_number
            self.draft_changed_at, self.draft_changed_by_id = before.draft_changed_at, before.draft_changed_by_id
        return super().prepare(before, unit) | {"first_day", "last_day", "booking_now"}

    def draft_stamp(self, unit: Edit) -> dict[str, Any]:
        return {"draft_changed_at": unit.moment, "draft_changed_by": getattr(unit.by, "pk", None)}

    @classmethod
    def settle(cls, keys: list[str], unit: Edit) -> None:
        """The days from the first to the last released slot, by which lists find the event."""
        current = Q(released_slots__until=None, released_slots__operational=False)
        days = (Min("released_slots__day", filter=current), Max("released_slots__last_day", filter=current))
        for part in chunks(keys):
            rows = cls._base_manager.filter(slug__in=part).annotate(first=days[0], last=days[1])
            for pk, *span in rows.values_list("pk", "slots_from", "slots_to", "first", "last"):
                if span[:2] != span[2:]:
                    cls._base_manager.filter(pk=pk).stamp(slots_from=span[2], slots_to=span[3])

    def shows(self) -> Iterable[Key]:
        yield from super().shows()
        for uid in self.released_slots.current().values_list("uid", flat=True):
            yield Key("slot", str(uid))

    def publicness_changed(self, unit: Edit) -> None:
        self.released_slots.current().stamp(public=self.public, updated_at=unit.moment)
        super().publicness_changed(unit)

    @classmethod
    def catch_up(cls, unit: Edit) -> None:
        super().catch_up(unit)
        for row in locked(_booking_due(unit.moment).order_by("pk"), skip_locked=True):
            now = row.booking_at(unit.moment)
            cls._base_manager.filter(pk=row.pk).stamp(booking_now=now, updated_at=unit.moment)
            unit.touch(row.key)

    @classmethod
    def next_due(cls, moment: datetime) -> datetime | None:
        # A draft's window tells nobody when something changes; it turns with the next tick.
        out = cls._base_manager.filter(state=State.PUBLISHED)
        waiting = out.filter(booking_now=BookingStatus.NOT_YET)
        closing = out.filter(booking_now__in=IN_WINDOW)
        moments = (
            super().next_due(moment),
            waiting.aggregate(at=Min("booking_opens_at"))["at"],
            closing.aggregate(at=Min("booking_closes_at"))["at"],
        )
        return min((at for at in moments if at is not None), default=None)

    def check_publish(self) -> Iterable[ValidationError]:
        # Locked, so that none of them is withdrawn between this look and the commit.
        for venue in locked(Venue._base_manager.filter(pk__in=self.event_venues.values("venue")).order_by("pk")):
            if venue.state != State.PUBLISHED:
                yield ValidationError(_("Publish its venue “%(venue)s” first.") % {"venue": venue})
        organizer = locked(Organizer._base_manager.filter(pk=self.organizer_id)).get()
        if organizer.state != State.PUBLISHED:
            yield ValidationError(_("Publish its organizer “%(organizer)s” first.") % {"organizer": organizer})
        season = locked(Event._base_manager.filter(pk=self.season_id)).first()
        if season is not None and season.state != State.PUBLISHED:
            yield ValidationError(_("Publish its season “%(season)s” first.") % {"season": season})

    def check_withdraw(self) -> Iterable[ValidationError]:
        if self.parts.filter(state=State.PUBLISHED).exists():
            yield ValidationError(_("Withdraw the events of this season first."))


def _booking_due(moment: datetime) -> "models.QuerySet[Event]":
    opening = Q(booking_now=BookingStatus.NOT_YET, booking_opens_at__lte=moment)
    return Event._base_manager.filter(opening | Q(booking_now__in=IN_WINDOW, booking_closes_at__lte=moment))


NOT_PUBLISHED = _("The event is published and this venue is not. Publish it first.")


class EventVenue(Child):
    """Where an event takes place; the slots choose among these."""

    root_field = "event"

    event = models.ForeignKey(Event, models.CASCADE, related_name="event_venues")
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="event_venues", verbose_name=_("venue"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(Child.Meta):
        ordering = ["position", "pk"]
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "venue"],
                name="event_venue_once",
                violation_error_message=_("The event has this venue already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.venue)

    def clean(self) -> None:
        super().clean()
        known = self.venue_id and self.event_id
        if known and self.event.state == State.PUBLISHED and self.venue.state != State.PUBLISHED:
            raise ValidationError({"venue": NOT_PUBLISHED})

    def prepare(self, before: "EventVenue | None", unit: Edit) -> set[str]:
        """Looks again under locks: the event may have been published, or the venue withdrawn, since ``clean``."""
        venue = locked(Venue._base_manager.filter(pk=self.venue_id)).get()
        published = Event._base_manager.filter(pk=self.event_id, state=State.PUBLISHED)
        if venue.state != State.PUBLISHED and published.exists():
            raise ValidationError({"venue": NOT_PUBLISHED})
        return super().prepare(before, unit)


class EventLink(Link):
    root_field = "event"
    event = models.ForeignKey(Event, models.CASCADE, related_name="links")


class EventTag(Tagging):
    root_field = "event"
    event = models.ForeignKey(Event, models.CASCADE, related_name="tagging")

    class Meta(Tagging.Meta):
        constraints = [models.UniqueConstraint(fields=["event", "tag"], name="event_tag_once")]


class EventImage(Placement):
    root_field = "event"
    event = models.ForeignKey(Event, models.CASCADE, related_name="placements")

    class Meta(Placement.Meta):
        constraints = [models.UniqueConstraint(fields=["event", "image"], name="event_image_once")]


class EventMedia(MediaPlacement):
    root_field = "event"
    event = models.ForeignKey(Event, models.CASCADE, related_name="media_placements")

    class Meta(MediaPlacement.Meta):
        constraints = [models.UniqueConstraint(fields=["event", "media"], name="event_media_once")]
