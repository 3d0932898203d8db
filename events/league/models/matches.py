"""Matches: slots in which two play, or will. Drafts like their slots, whose ``detail`` holds what releases freeze."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.models import Child
from core.fields import TranslatedField
from events.league.models.competition import Entry, Group, Stage
from events.models import Event, Slot
from events.querysets import DraftQuerySet


class Side(models.TextChoices):
    HOME = "home", _("home")
    AWAY = "away", _("away")


class Match(Child):
    """Each side is an entry, or comes from elsewhere. A source is one of ``{"winner_of": uid}``, ``{"loser_of": uid}``,
    ``{"group": slug, "place": 1}``, ``{"runner_up": 1}`` (the best across the groups); null: nobody knows yet."""

    root_field = "slot"
    draft = True

    slot = models.OneToOneField(Slot, models.CASCADE, related_name="match", verbose_name=_("slot"))
    stage = models.ForeignKey(Stage, models.RESTRICT, related_name="matches", verbose_name=_("stage"))
    group = models.ForeignKey(
        Group, models.RESTRICT, null=True, blank=True, related_name="matches", verbose_name=_("group")
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    round_name = TranslatedField(_("name of the round"), blank=True, max_length=60)
    number = models.PositiveSmallIntegerField(_("number"), help_text=_("Of the match in its event."))
    leg = models.PositiveSmallIntegerField(_("leg"), default=1)
    home = models.ForeignKey(
        Entry, models.RESTRICT, null=True, blank=True, related_name="home_matches", verbose_name=_("home")
    )
    away = models.ForeignKey(
        Entry, models.RESTRICT, null=True, blank=True, related_name="away_matches", verbose_name=_("away")
    )
    home_source = models.JSONField(_("home comes from"), null=True, blank=True)
    away_source = models.JSONField(_("away comes from"), null=True, blank=True)
    officials = models.JSONField(
        _("officials"),
        default=list,
        blank=True,
        help_text=_("Who conducts it, as the league names them: crew chief, umpires, table officials."),
    )

    objects = DraftQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["number", "pk"]
        verbose_name = _("match")
        verbose_name_plural = _("matches")

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def root(self) -> Event:
        return self.slot.event

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        event = self.slot.event_id
        for name in ("stage", "group", "home", "away"):
            row = getattr(self, name, None)
            if row is not None and row.event_id != event:
                wrong[name] = _("This belongs to another event.")
        if self.group_id and self.group is not None and self.group.stage_id != self.stage_id:
            wrong["group"] = _("This group is in another stage.")
        if self.home_id and self.home_id == self.away_id:
            wrong["away"] = _("A team does not play against itself.")
        for side in Side.values:
            if getattr(self, f"{side}_id") and getattr(self, f"{side}_source"):
                wrong[side] = _("Choose a team, or say where it comes from; not both.")
        if wrong:
            raise ValidationError(wrong)
