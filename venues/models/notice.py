"""Notices: what visitors must know now or soon. A closure also closes its venues (``venues.closing``)."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, Min, OuterRef, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, Key, ensure_edit
from core.changes.models import Child, locked
from core.fields import TranslatedField
from core.publication import Published, PublishedQuerySet, State
from core.translations import show
from organizers.models import Role, acts_for_all, is_content_staff
from venues.models.venue import Venue


class NoticeKind(models.TextChoices):
    CLOSURE = "closure", _("closure")
    WEATHER = "weather", _("weather")
    CROWDING = "crowding", _("large crowds")
    TRANSPORT = "transport", _("transport")
    OTHER = "other", _("other")


class Severity(models.TextChoices):
    """The severities of the Common Alerting Protocol 1.2, the gravest first."""

    EXTREME = "extreme", _("extreme")
    SEVERE = "severe", _("severe")
    MODERATE = "moderate", _("moderate")
    MINOR = "minor", _("minor")
    UNKNOWN = "unknown", _("unknown")


WORKED_ON = (State.DRAFT, State.IN_REVIEW)


class NoticeQuerySet(PublishedQuerySet):
    """A notice is public from its publication to its end, also before it begins. Staff work on all; a member of an
    organizer on those for venues that it runs and for no other: an editor on drafts, a publisher on all."""

    def in_force(self) -> Self:
        return self.visible().filter(begun=True)

    def coming(self) -> Self:
        return self.visible().filter(begun=False)

    def over(self, moment: datetime) -> Self:
        return self.filter(state=State.PUBLISHED, ends_at__lte=moment)

    def naming(self, slugs: list[str]) -> Self:
        """Those that name one of these venues, as far as it is public."""
        return self.filter(Exists(_places().filter(venue__slug__in=slugs, venue__public=True)))

    def by_urgency(self) -> Self:
        """With ``urgency``, a number that rises with the severity."""
        ranks = [When(severity=each, then=Value(-rank)) for rank, each in enumerate(Severity.values)]
        return self.annotate(urgency=Case(*ranks, output_field=models.SmallIntegerField()))

    def readable_by(self, user: Any) -> Self:
        if not user.has_perm("venues.view_notice"):
            return self.none()
        return self if acts_for_all(user) else self.filter(Exists(_places().filter(venue__in=_run_by(user))))

    def editable_by(self, user: Any) -> Self:
        if not user.has_perm("venues.change_notice"):
            return self.none()
        if acts_for_all(user):
            return self
        drafts = self._wholly_of(user).filter(state__in=WORKED_ON)
        return drafts | self._wholly_of(user, Role.PUBLISHER)

    def publishable_by(self, user: Any) -> Self:
        return self._by_role(user, "publish")

    def reviewable_by(self, user: Any) -> Self:
        return self._by_role(user, "review")

    def _by_role(self, user: Any, verb: str) -> Self:
        if is_content_staff(user):
            rows = self if acts_for_all(user) else self._wholly_of(user)
            return rows._staff_only(user, verb)
        may = user.has_perm("venues.change_notice")
        return self._wholly_of(user, Role.PUBLISHER) if may else self.none()

    def _wholly_of(self, user: Any, *roles: Role) -> Self:
        own = _run_by(user, *roles)
        return self.filter(Exists(_places().filter(venue__in=own)), ~Exists(_places().exclude(venue__in=own)))


def _places() -> Any:
    return NoticeVenue._base_manager.filter(notice=OuterRef("pk"))


def _run_by(user: Any, *roles: Role) -> Any:
    return Venue._base_manager.all().run_by(user, *roles).values("pk")


class Notice(Published):
    """Who may publish does so in one step: a storm does not wait for an approval."""

    kind = "notice"
    key_field = "id"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice_kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=NoticeKind,
        default=NoticeKind.OTHER,
        help_text=_("A closure also changes the opening hours of the venues it names, as long as it is published."),
    )
    severity = models.CharField(_("severity"), max_length=12, choices=Severity, default=Severity.MODERATE)
    title = TranslatedField(
        _("headline"), max_length=120, help_text=_("Short enough for one line: Closed today because of heavy snow.")
    )
    text = TranslatedField(
        _("text"),
        blank=True,
        max_length=2000,
        multiline=True,
        help_text=_("What a visitor should do, and where to ask."),
    )
    starts_at = models.DateTimeField(
        _("begins at"), default=timezone.now, help_text=_("It is announced as soon as it is published, also before.")
    )
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True, help_text=_("Empty: until it is withdrawn."))
    # Stored, and told by the tick like what appears and vanishes: the list of what is in force changes with a number
    # of its own when one begins, so that between two numbers every answer can be kept, and no minute is in its ETag.
    begun = models.BooleanField(default=False, editable=False)

    objects = NoticeQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Published.Meta):
        ordering = ["-starts_at", "pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        permissions = [("publish_notice", "Can publish notices"), ("review_notice", "Can review notices")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="notice_ends_after_it_begins",
                violation_error_message=_("It ends before it begins. Enter a later time, or none."),
            )
        ]
        indexes = [
            # Of public rows only: what is in force, and what the tick asks for.
            models.Index(fields=["begun", "starts_at"], name="notice_in_force", condition=models.Q(public=True)),
            models.Index(fields=["vanish_at"], name="notice_vanishes", condition=models.Q(vanish_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return show(self.title) or str(self.pk)

    @property
    def reviews_required(self) -> int:
        return 0

    @property
    def closes(self) -> bool:
        """Whether its venues are closed because of it, also before it begins and after it ended."""
        return self.notice_kind == NoticeKind.CLOSURE and self.state == State.PUBLISHED

    def touches(self) -> Iterable[Key]:
        """Itself, and the venues that show it: a draft is shown by none."""
        yield self.key
        if self.public:
            yield from self._venues()

    def _venues(self) -> Iterable[Key]:
        places = NoticeVenue._base_manager.filter(notice=self.pk)
        return [Key(Venue.kind, slug) for slug in places.values_list("venue__slug", flat=True)]

    def clean(self) -> None:
        super().clean()
        for name in ("starts_at", "ends_at"):
            moment = getattr(self, name)
            if moment is not None and not 2000 <= moment.year <= 2999:
                raise ValidationError({name: _("Enter a year between 2000 and 2999.")})
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("It ends before it begins. Enter a later time, or none.")})
        if self.state == State.PUBLISHED:  # a later end may show again what was over when its venue was withdrawn
            hidden = Venue._base_manager.filter(noticed__notice=self.pk).exclude(state=State.PUBLISHED).first()
            if hidden is not None:
                raise ValidationError(_("Publish its venue “%(venue)s” first.") % {"venue": hidden})

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        self.appear_at, self.vanish_at = None, self.ends_at
        self.begun = self.starts_at <= unit.moment
        return super().prepare(before, unit) | {"appear_at", "vanish_at", "begun"}

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """With the exceptions that follow from it, which protect it from all else."""
        with ensure_edit():
            for row in self.hours_exceptions.order_by("venue"):
                row.delete()
            return super().delete(*args, **kwargs)

    @classmethod
    def catch_up(cls, unit: Edit) -> None:
        super().catch_up(unit)
        begins = cls._base_manager.filter(public=True, begun=False, starts_at__lte=unit.moment)
        for row in locked(begins.order_by("pk"), skip_locked=True):
            cls._base_manager.filter(pk=row.pk).stamp(begun=True, updated_at=unit.moment)
            unit.touch(row.key)

    @classmethod
    def next_due(cls, moment: datetime) -> datetime | None:
        waiting = cls._base_manager.filter(public=True, begun=False)
        moments = (super().next_due(moment), waiting.aggregate(at=Min("starts_at"))["at"])
        return min((at for at in moments if at is not None), default=None)

    def check_publish(self) -> Iterable[ValidationError]:
        if self.notice_kind == NoticeKind.CLOSURE and not self.places.exists():
            yield ValidationError(_("Name the venues that are closed: without them this closes none."), code="venues")
        # Locked, so that none of them is withdrawn between this look and the commit.
        venues = Venue._base_manager.filter(pk__in=self.places.values("venue"))
        for venue in locked(venues.order_by("pk")):
            if venue.state != State.PUBLISHED:
                yield ValidationError(_("Publish its venue “%(venue)s” first.") % {"venue": venue})


class NoticeVenue(Child):
    """A venue that a notice is about. A notice without any is about the whole district."""

    root_field = "notice"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="places", verbose_name=_("notice"))
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="noticed", verbose_name=_("venue"))

    class Meta(Child.Meta):
        ordering = ["pk"]
        verbose_name = _("venue that it is about")
        verbose_name_plural = _("venues that it is about; none: the whole district")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "venue"],
                name="notice_venue_once",
                violation_error_message=_("The notice names this venue already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.venue)

    def touches(self) -> Iterable[Key]:
        """The venue only where the public sees the notice there: a draft is silent."""
        yield self.notice.key
        if Notice._base_manager.filter(pk=self.notice_id, public=True).exists():
            yield self.venue.key

    def shown(self) -> Iterable[Key]:
        yield self.notice.key
        yield self.venue.key

    def clean(self) -> None:
        super().clean()
        if self.venue_id:
            self._check(self.venue)

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        """Looks again under a lock: the venue may have been withdrawn since ``clean``."""
        self._check(locked(Venue._base_manager.filter(pk=self.venue_id)).get())
        return super().prepare(before, unit)

    def _check(self, venue: Venue) -> None:
        known = Notice._base_manager.filter(pk=self.notice_id, state=State.PUBLISHED).exists()
        if known and venue.state != State.PUBLISHED:
            raise ValidationError({"venue": _("The notice is published and this is not. Publish it first.")})
