"""Every public time is a slot. Organizers edit ``Slot``; the public reads ``ReleasedSlot``, which a release froze."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.changes.edits import Edit
from core.changes.models import Child
from core.clock import day_begins, district_day, midnight
from core.facts import validate_web_address
from core.fields import TranslatedField
from core.slugs import validate_slug
from core.translations import show
from events.models.event import Event
from events.querysets import DraftQuerySet, DraftSlotQuerySet
from venues.models import Space, Venue


class SlotKind(models.TextChoices):
    MATCH = "match", _("match")
    WAVE = "wave", _("start wave")
    SET = "set", _("set")
    TOUR = "tour", _("tour departure")
    SESSION = "session", _("session")
    SHOW = "show", _("show")
    CEREMONY = "ceremony", _("ceremony")
    EXHIBITION = "exhibition", _("exhibition")
    MARKET = "market", _("market")
    OTHER = "other", _("other")
    DOORS = "doors", _("doors")
    BREAK = "break", _("break")
    CHANGEOVER = "changeover", _("changeover")
    CURFEW = "curfew", _("curfew")
    CUTOFF = "cutoff", _("cut-off")
    CLOSURE = "closure", _("road closure")


OPERATIONAL = frozenset(
    {
        SlotKind.DOORS,
        SlotKind.BREAK,
        SlotKind.CHANGEOVER,
        SlotKind.CURFEW,
        SlotKind.CUTOFF,
        SlotKind.CLOSURE,
    }
)


class SlotStatus(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    TENTATIVE = "tentative", _("tentative")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")


class Precision(models.TextChoices):
    EXACT = "exact", _("exact")
    NOT_BEFORE = "not_before", _("not before")
    DATE = "date", _("only the date is known")
    TBA = "tba", _("to be announced")


CLOCK_TIMES = frozenset({Precision.EXACT, Precision.NOT_BEFORE})


class Timing(models.TextChoices):
    TIMED = "timed", _("at its own times")
    VENUE_HOURS = "venue_hours", _("while the venue is open")
    ALL_DAY = "all_day", _("all day")


# The contract with the apps: an end that is not known counts as two hours after the start.
ASSUMED_LENGTH = timedelta(hours=2)


class Participant(models.Model):
    """Who takes part: a team, a person, an act. A release freezes the name; editing it here changes nothing public."""

    class Kind(models.TextChoices):
        TEAM = "team", _("team")
        PERSON = "person", _("person")
        ACT = "act", pgettext_lazy("participant", "act")

    slug = models.CharField(_("name in URLs"), max_length=80, unique=True, validators=[validate_slug])
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.TEAM)
    name = TranslatedField(_("name"), max_length=120)
    url = models.URLField(
        _("link"),
        max_length=500,
        blank=True,
        validators=[validate_web_address],
        help_text=_("A page of their own: https://example.cn/band"),
    )

    class Meta:
        ordering = ["slug"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self) -> str:
        return show(self.name)


class SlotTimes(models.Model):
    """What a draft and its released copy have in common."""

    slot_kind = models.CharField(_("kind"), max_length=12, choices=SlotKind, default=SlotKind.SESSION)
    title = TranslatedField(_("title"), max_length=160)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    on_date = models.DateField(
        _("on the day"),
        null=True,
        blank=True,
        help_text=_("For a mere date; or where a start after midnight does not belong to the evening before."),
    )
    through = models.DateField(_("last date of a run"), null=True, blank=True)
    precision = models.CharField(_("precision"), max_length=10, choices=Precision, default=Precision.EXACT)
    timing = models.CharField(_("timing"), max_length=12, choices=Timing, default=Timing.TIMED)
    status = models.CharField(_("status"), max_length=10, choices=SlotStatus, default=SlotStatus.SCHEDULED)
    status_note = TranslatedField(_("note on the status"), blank=True, max_length=300)
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("venue"))
    space = models.ForeignKey(Space, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("space"))
    place_name = TranslatedField(
        _("place in words"), blank=True, max_length=160, help_text=_("Where it is none of our venues.")
    )
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("How many people there is room for; empty where nobody counts.")
    )
    sample = models.BooleanField(_("demonstration data"), default=False)
    # What a floor above adds to a slot of its kind (``match``, ``wave``, ``closure``), as it wrote it: ``details.py``.
    detail = models.JSONField(_("details"), null=True, editable=False)
    # Derived: the district days it covers, and the instants it is sorted and matched by. Never null.
    day = models.DateField(_("day"), editable=False)
    last_day = models.DateField(editable=False)
    sort_start = models.DateTimeField(editable=False)
    sort_end = models.DateTimeField(editable=False)
    is_run = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def derive_times(self, event: Event) -> None:
        """Sets the derived columns. To be announced: somewhere within the event, sorted at its end, known or not."""
        if self.starts_at is not None:
            self.day = self.on_date or district_day(self.starts_at)
            self.sort_start = self.starts_at
            self.sort_end = self.ends_at or self.starts_at + ASSUMED_LENGTH
            last = district_day(max(self.sort_end - timedelta(microseconds=1), self.starts_at))
            self.last_day = self.through or max(self.day, last)
            if self.last_day > max(self.day, last):  # a run: its first day's end is not the end of it
                self.sort_end = day_begins(self.last_day + timedelta(days=1))
        elif self.on_date is not None:
            self.day, self.last_day = self.on_date, self.through or self.on_date
            self.sort_start, self.sort_end = midnight(self.day), day_begins(self.last_day + timedelta(days=1))
        else:
            self.day = event.starts_on or date(9999, 1, 1)
            self.last_day = event.ends_on or date(9999, 1, 1)
            self.sort_start = self.sort_end = midnight(self.last_day) + timedelta(days=1)
        if self.timing == Timing.ALL_DAY:
            self.sort_end = day_begins(self.last_day + timedelta(days=1))
        self.is_run = self.last_day > self.day

    def clean_times(self) -> dict[str, Any]:
        """What is wrong with the times, by field."""
        wrong: dict[str, Any] = {}
        timed = self.precision in CLOCK_TIMES
        if timed and self.starts_at is None:
            wrong["starts_at"] = _("Enter the start, or choose “only the date is known” or “to be announced”.")
        if not timed and (self.starts_at or self.ends_at):
            wrong["precision"] = _("There is a time: choose “exact” or “not before”, or clear the time.")
        if not self.on_date and self.precision == Precision.DATE:
            wrong["on_date"] = _("Enter the date.")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            wrong["ends_at"] = _("The end is not after the start.")
        if self.starts_at and self.on_date and abs(day_begins(self.on_date) - self.starts_at) > timedelta(hours=36):
            wrong["on_date"] = _("This is another day than the start's.")
        if self.through:
            first = self.on_date or (district_day(self.starts_at) if self.starts_at else None)
            if first is None or self.through < first:
                wrong["through"] = _("The run ends before it begins.")
        if self.space_id and self.space is not None and self.space.venue_id != self.venue_id:
            wrong["space"] = _("This space is in another venue.")
        return wrong


class Slot(SlotTimes, Child):
    """A draft of the schedule. Editing it changes nothing public until the event's next release."""

    root_field = "event"
    draft = True

    event = models.ForeignKey(Event, models.CASCADE, related_name="slots", verbose_name=_("event"))
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Rises with each write of the slot or of who takes part in it: two editors of one schedule seldom meet in a slot.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    # The series that made it, for which of its occurrences, and what it made of it: a slot that is otherwise by now
    # was changed by hand, and the series leaves it alone.
    series = models.ForeignKey(
        "events.Series",
        models.RESTRICT,
        null=True,
        editable=False,
        related_name="slots",
        verbose_name=_("series"),
    )
    occurrence = models.CharField(max_length=16, default="", editable=False)
    made = models.JSONField(null=True, editable=False)

    objects = DraftSlotQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["sort_start", "pk"]
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        indexes = [models.Index(fields=["event", "sort_start"], name="slot_of_event")]

    def __str__(self) -> str:
        return show(self.title)

    def clean(self) -> None:
        super().clean()
        wrong = self.clean_times()
        if wrong:
            raise ValidationError(wrong)

    def check_move(self, event: Event) -> None:
        """A released slot stays with its event: visitors know it by the same ``uid``."""
        if event.pk != self.event_id and self.is_released():
            text = _("It has been released with “%(event)s”: cancel it there, and add a new one here.")
            raise ValidationError({"event": text % {"event": self.event}})

    def prepare(self, before: "Slot | None", unit: Edit) -> set[str]:
        if before is not None:
            before.check_move(self.event)
            if before.event_id != self.event_id:
                self.leave_series()
        self.version = before.version + 1 if before else 1
        self.derive_times(self.event)
        return {"version", "day", "last_day", "sort_start", "sort_end", "is_run", "series", "occurrence", "made"}

    def leave_series(self) -> None:
        self.series, self.occurrence, self.made = None, "", None

    def is_released(self) -> bool:
        return self.event.released_slots.filter(uid=self.uid).exists()


class SlotParticipant(Child):
    root_field = "slot"
    draft = True

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="participations")
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="participations", verbose_name=_("participant")
    )
    role = models.CharField(
        _("role"), max_length=20, blank=True, help_text=_("home, away, headliner, support, guide, …")
    )
    billing = models.PositiveSmallIntegerField(_("billing"), default=1, help_text=_("1 is named first."))

    objects = DraftQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["billing", "pk"]
        verbose_name = _("participant of the slot")
        verbose_name_plural = _("participants of the slot")
        constraints = [models.UniqueConstraint(fields=["slot", "participant"], name="slot_participant_once")]

    def __str__(self) -> str:
        return str(self.participant)

    @property
    def root(self) -> Event:
        return self.slot.event

    def enter(self, unit: Edit) -> None:
        super().enter(unit)
        Slot._base_manager.filter(pk=self.slot_id).stamp(version=F("version") + 1)

    def finish(self, before: "SlotParticipant | None", unit: Edit) -> None:
        super().finish(before, unit)
        if before is not None and before.slot_id != self.slot_id:
            Slot._base_manager.filter(pk=before.slot_id).stamp(version=F("version") + 1)
