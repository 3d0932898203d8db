"""What releases froze: the schedule that the public reads, and what each release changed.

A released row is valid from its ``release`` until the release that replaced it: a release writes rows for what
changed and leaves the others alone, so an urgent fix of one match costs one row, and an old schedule can still be read.
"""

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Min, Q
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, Key, chunks
from core.changes.models import Child, Root, locked
from core.changes.rows import insert_values
from core.translations import show
from events.models.event import Event
from events.models.slot_bookings import SlotBooking
from events.models.slot_notices import SlotNotice
from events.models.slots import Precision, SlotStatus, SlotTimes, Timing
from events.querysets import ReleasedSlotQuerySet


class Release(Child):
    """One act of publishing a schedule."""

    root_field = "event"

    event = models.ForeignKey(Event, models.CASCADE, related_name="releases", verbose_name=_("event"))
    number = models.PositiveIntegerField(_("number"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    note = models.TextField(_("note"), blank=True)
    accepted = models.JSONField(
        _("accepted warnings"), default=list, help_text=_("What the publisher knew and let be.")
    )

    class Meta(Child.Meta):
        ordering = ["-number"]
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [models.UniqueConstraint(fields=["event", "number"], name="release_once")]

    def __str__(self) -> str:
        return f"{self.event} · {self.number}"


class ReleasedSlot(SlotTimes, Root):
    """A frozen slot. ``public`` while it is current and its event is public."""

    kind = "slot"
    key_field = "uid"
    folder = "slots"

    event = models.ForeignKey(Event, models.CASCADE, related_name="released_slots")
    uid = models.UUIDField()
    release = models.ForeignKey(Release, models.PROTECT, related_name="introduced")
    until = models.ForeignKey(Release, models.PROTECT, null=True, related_name="replaced")
    sequence = models.PositiveIntegerField(default=0)
    previous_start = models.DateTimeField(null=True)
    operational = models.BooleanField(default=False)
    participants = models.JSONField(default=list)
    # The notice on it that is in force, where it was asked for (``load_notices``). It is no part of the release.
    notice: SlotNotice | None = None
    # Its booking where it is not the event's (``load_bookings``).
    own_booking: SlotBooking | None = None
    # Likewise what came of it (``details.Keeper.load``), in the contract's shape.
    result: dict[str, Any] | None = None
    # And of a road closure, what it closes with the venues as they are now.
    closure: dict[str, Any] | None = None

    objects = ReleasedSlotQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Root.Meta):
        verbose_name = _("released slot")
        verbose_name_plural = _("released slots")
        constraints = [
            # A slot has one current row; its history may have many.
            models.UniqueConstraint(fields=["uid"], condition=Q(until=None), name="released_slot_current_once")
        ]
        # For the public's lists, and so of public rows only: SQLite uses no index whose first column is a bare boolean.
        indexes = [
            # Order start and its keyset; the same for what goes on over days, whose last day tells without the row
            # whether it is over; events by their slots; ?venue=; order -updated.
            models.Index(fields=["sort_start", "uid"], name="slot_agenda", condition=Q(public=True)),
            models.Index(
                fields=["sort_start", "uid", "last_day"], name="slot_runs", condition=Q(public=True, is_run=True)
            ),
            models.Index(fields=["event", "last_day"], name="slot_of_event_day", condition=Q(public=True)),
            # What starts next in an event.
            models.Index(fields=["event", "sort_start"], name="slot_next_of_event", condition=Q(public=True)),
            models.Index(fields=["venue", "last_day"], name="slot_at_venue", condition=Q(public=True)),
            models.Index(fields=["-updated_at", "uid"], name="slot_updated", condition=Q(public=True)),
            models.Index(fields=["uid"], name="slot_history"),
        ]

    def __str__(self) -> str:
        return show(self.title)

    @property
    def line_up(self) -> list[dict[str, Any]]:
        """Who takes part, by billing; a side that is not known yet has no ``slug``, and says who it will be."""
        waiting = (self.detail or {}).get("placeholders")
        if not waiting:
            return list(self.participants)
        known = {each["role"] for each in self.participants}
        sides = [{"slug": None, "kind": "team", **each} for each in waiting if each["role"] not in known]
        return sorted([*self.participants, *sides], key=itemgetter("billing"))

    def touches(self) -> Iterable[Key]:
        yield self.key

    @classmethod
    def settle(cls, keys: list[str], unit: Edit) -> None:
        """Who takes part in them, as an index finds it."""
        for part in chunks(keys):
            known = Appearance.objects.filter(uid__in=part).values_list("uid", "slug", "pk")
            stored = {(uid, slug): pk for uid, slug, pk in known}
            rows = cls._base_manager.current().filter(uid__in=part).exclude(participants=[])
            people = rows.values_list("uid", "participants")
            wanted = {(uid, each["slug"]): None for uid, listed in people for each in listed}
            gone = [pk for key, pk in stored.items() if key not in wanted]
            if gone:
                Appearance.objects.filter(pk__in=gone).delete()
            fresh = [key for key in wanted if key not in stored]
            insert_values(Appearance, ["uid", "slug"], fresh)

    @classmethod
    def catch_up(cls, unit: Edit) -> None:
        """A notice on a slot is no longer shown once it is over."""
        for notice in locked(SlotNotice._base_manager.due(unit.moment).order_by("pk"), skip_locked=True):
            SlotNotice._base_manager.filter(pk=notice.pk).stamp(over=True)
            notice.tell(unit)

    @classmethod
    def next_due(cls, moment: datetime) -> datetime | None:
        found: datetime | None = SlotNotice._base_manager.in_force().aggregate(at=Min("until"))["at"]
        return found

    def phase_at(self, moment: datetime) -> str:
        """``upcoming``, ``running``, ``finished``, or ``unknown`` where no clock time is known."""
        if self.status in (SlotStatus.CANCELLED, SlotStatus.POSTPONED) or self.precision == Precision.TBA:
            return "unknown"
        if moment >= self.sort_end:
            return "finished"
        if moment < self.sort_start:
            return "upcoming"
        # Of a run only the days are known for sure.
        clockless = self.precision == Precision.DATE or self.timing == Timing.VENUE_HOURS or self.through is not None
        return "unknown" if clockless and self.timing != Timing.ALL_DAY else "running"


class Appearance(models.Model):
    """Who takes part in what is out now: derived from the current rows, so that an index finds a team's matches."""

    uid = models.UUIDField()
    slug = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["uid", "slug"], name="appearance_once")]
        indexes = [models.Index(fields=["slug", "uid"], name="appearance_of")]

    def __str__(self) -> str:
        return f"{self.slug}: {self.uid}"


class SlotChange(models.Model):
    """What one release did to one slot. ``kinds`` are those of ``differences.py``; no row before: added; none after:
    removed. It shows nowhere by itself: the rows it names are what is public."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="changes", verbose_name=_("release"))
    uid = models.UUIDField()
    kinds = models.JSONField(_("what changed"))
    before = models.ForeignKey(ReleasedSlot, models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(ReleasedSlot, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change of a slot")
        verbose_name_plural = _("changes of slots")
        constraints = [models.UniqueConstraint(fields=["release", "uid"], name="slot_change_once_per_release")]
        # A slot's history.
        indexes = [models.Index(fields=["uid", "release"], name="slot_change_history")]

    def __str__(self) -> str:
        return f"{self.release}: {self.after or self.before}"
