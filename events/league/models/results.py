"""What came of matches. Live: no release holds it, and each takes a number like all public content."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, Key
from core.changes.models import Child, TrackedQuerySet
from core.fields import TranslatedField
from events.league.models.competition import BY_SETS, Competition
from events.league.models.matches import Side
from events.models import Event

MOST_POINTS = 999
MOST_PERIODS = 20


class ResultState(models.TextChoices):
    NONE = "none", _("none")
    PROVISIONAL = "provisional", _("provisional")
    CONFIRMED = "confirmed", _("confirmed")
    FORFEIT = "forfeit", _("forfeit")
    VOID = "void", _("void")


COUNTING = frozenset({ResultState.CONFIRMED, ResultState.FORFEIT})


class ResultQuerySet(TrackedQuerySet[Any]):
    def counting(self) -> Self:
        """What tables and brackets are made of."""
        return self.filter(state__in=COUNTING)

    def readable_by(self, user: Any) -> Self:
        return self.filter(event__in=Event._base_manager.all().readable_by(user))

    def editable_by(self, user: Any) -> Self:
        """Visitors read it at once: whoever may publish the event."""
        return self.filter(event__in=Event._base_manager.all().publishable_by(user))


class Result(Child):
    """One for each match, named by its slot's ``uid``, for released rows follow each other. ``version`` is its own, so
    that two courts never collide. ``periods`` are the points of each, ``[[home, away], …]``, the last ``overtimes`` of
    them overtime."""

    root_field = "event"

    event = models.ForeignKey(Event, models.CASCADE, related_name="results", verbose_name=_("event"))
    uid = models.UUIDField(_("slot"), unique=True)
    state = models.CharField(_("state"), max_length=12, choices=ResultState, default=ResultState.NONE)
    home_score = models.PositiveSmallIntegerField(_("home"), null=True, blank=True)
    away_score = models.PositiveSmallIntegerField(_("away"), null=True, blank=True)
    periods = models.JSONField(_("periods"), default=list, blank=True)
    overtimes = models.PositiveSmallIntegerField(_("overtimes"), default=0)
    forfeited_by = models.CharField(_("forfeited by"), max_length=4, choices=Side, blank=True)
    # Where the score is level and somebody goes on all the same: after penalties, by lot.
    decided_for = models.CharField(
        _("decided for"),
        max_length=4,
        choices=Side,
        blank=True,
        help_text=_("Level, and decided by penalties or lots."),
    )
    note = TranslatedField(_("note"), blank=True, max_length=200)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    updated_at = models.DateTimeField(_("last change"), editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("who")
    )
    scorer = models.CharField(_("link"), max_length=80, blank=True, editable=False)  # whose label it was entered with

    objects = ResultQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["-updated_at", "pk"]
        verbose_name = _("result")
        verbose_name_plural = _("results")

    def __str__(self) -> str:
        return f"{self.home_score}:{self.away_score}" if self.home_score is not None else self.get_state_display()

    @property
    def winner(self) -> str | None:
        """``home`` or ``away``; None for a draw, and where nothing is decided."""
        if self.state == ResultState.FORFEIT:
            return {Side.HOME: Side.AWAY, Side.AWAY: Side.HOME}[Side(self.forfeited_by)]
        home, away = self.home_score, self.away_score
        if self.state in (ResultState.NONE, ResultState.VOID) or home is None or away is None:
            return None
        if home == away:
            return self.decided_for or None
        return Side.HOME if home > away else Side.AWAY

    def touches(self) -> Iterable[Key]:
        yield Key("slot", str(self.uid))

    def enter(self, unit: Edit) -> None:
        """Its slot's answer changes; the event and its draft do not."""
        self._stamp_slot(unit)

    def _stamp_slot(self, unit: Edit) -> None:
        rows: Any = self.event.released_slots
        rows.current().filter(uid=self.uid).stamp(version=F("version") + 1, updated_at=unit.moment)

    def finish(self, before: Self | None, unit: Edit) -> None:
        if before is not None and before.uid != self.uid:
            before._stamp_slot(unit)

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        self.version = before.version + 1 if before else 1
        self.updated_at = unit.moment
        return {"version", "updated_at"}

    def clean(self) -> None:
        super().clean()
        wrong = {**self._clean_score(), **self._clean_periods()}
        if wrong:
            raise ValidationError(wrong)

    def _clean_score(self) -> dict[str, Any]:
        wrong: dict[str, Any] = {}
        for name in ("home_score", "away_score"):
            value = getattr(self, name)
            if value is not None and value > MOST_POINTS:
                wrong[name] = _("Enter at most %(most)d points.") % {"most": MOST_POINTS}
            if value is None and self.state in (ResultState.PROVISIONAL, ResultState.CONFIRMED):
                wrong[name] = _("Enter the points of this side; 0 if it made none.")
        if self.state == ResultState.FORFEIT and not self.forfeited_by:
            wrong["forfeited_by"] = _("Say which side forfeited the match.")
        if self.state != ResultState.FORFEIT and self.forfeited_by:
            wrong["forfeited_by"] = _("Choose the state “forfeit”, or nobody here.")
        if self.decided_for and self.home_score != self.away_score:
            wrong["decided_for"] = _("The score is not level: it decides by itself.")
        return wrong

    def _clean_periods(self) -> dict[str, Any]:
        if not self.periods:
            return {"overtimes": _("Enter the points of each period too.")} if self.overtimes else {}
        pairs = self.periods
        whole = isinstance(pairs, list) and all(
            isinstance(pair, list) and len(pair) == 2 and all(type(each) is int and each >= 0 for each in pair)
            for pair in pairs
        )
        if not whole or len(pairs) > MOST_PERIODS:
            return {"periods": _("Enter for each period the points of both sides, 0 or more: 15:12, 20:18.")}
        if self.overtimes >= len(pairs):
            return {"overtimes": _("There are not so many periods.")}
        if self.home_score is None:
            return {}
        said, sums = f"{self.home_score}:{self.away_score}", self.sums()
        if sums == said:
            return {}
        return {"periods": _("The periods come to %(sum)s, the score says %(said)s.") % {"sum": sums, "said": said}}

    def sums(self) -> str:
        """The score that the periods make: of their points, or how many each side won where a match goes by sets."""
        sport = Competition.objects.filter(event=self.event_id).values_list("sport", flat=True).first()
        if sport in BY_SETS:
            won = [sum(pair[side] > pair[1 - side] for pair in self.periods) for side in (0, 1)]
        else:
            won = [sum(pair[side] for pair in self.periods) for side in (0, 1)]
        return f"{won[0]}:{won[1]}"


class ScorerLink(models.Model):
    """An address for the table at the court: whoever has it enters the results of its matches until it expires.

    Of the secret only a digest is stored. Not content: it shows nowhere in public.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="scorer_links", verbose_name=_("event"))
    label = models.CharField(_("for whom"), max_length=80, help_text=_("Court 2, Saturday."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    uids = models.JSONField(_("matches"), default=list)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("who")
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("link for scorers")
        verbose_name_plural = _("links for scorers")
        # What is still open of an event.
        indexes = [
            models.Index(fields=["event", "expires_at"], name="scorer_link_of_event", condition=Q(revoked_at=None))
        ]

    def __str__(self) -> str:
        return self.label

    def is_open(self, moment: datetime) -> bool:
        return self.revoked_at is None and moment < self.expires_at
