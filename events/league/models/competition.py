"""What an event plays out: its rules, its stages and groups, and who is in them. Changing them is live, as the event's
texts are; the matches are slots, and shown once they are released."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.changes.edits import Key
from core.changes.models import Child
from core.fields import TranslatedField
from core.slugs import validate_slug
from core.translations import show
from events.league.models.teams import Team
from events.league.querysets import PartQuerySet
from events.league.terms import advance_of, rules_of
from events.models import Event


class Sport(models.TextChoices):
    """schema.org's ``sport`` of an event."""

    BASKETBALL = "basketball", _("basketball")
    FOOTBALL = "football", _("football")
    VOLLEYBALL = "volleyball", _("volleyball")
    TABLE_TENNIS = "table_tennis", _("table tennis")
    BADMINTON = "badminton", _("badminton")
    CYCLING = "cycling", _("cycling")
    OTHER = "other", _("other")


# Whose score counts the periods won, and not their points.
BY_SETS = frozenset({Sport.VOLLEYBALL, Sport.TABLE_TENNIS, Sport.BADMINTON})


class Competition(Child):
    """One for each event. ``rules`` and ``runners_up`` are the JSON of ``standings.Rules`` and of its ranking across
    groups; how they are read is said there."""

    root_field = "event"

    event = models.OneToOneField(Event, models.CASCADE, related_name="competition", verbose_name=_("event"))
    sport = models.CharField(_("sport"), max_length=14, choices=Sport, default=Sport.BASKETBALL)
    rules = models.JSONField(_("rules of the table"), default=dict, blank=True)
    advance = models.PositiveSmallIntegerField(
        _("places that advance"), default=0, help_text=_("The first so many of each group go on.")
    )
    best_runners_up = models.PositiveSmallIntegerField(
        _("best runners-up"),
        default=0,
        help_text=_("How many of those just below go on too, ranked across the groups."),
    )
    runners_up = models.JSONField(_("rules for runners-up"), default=dict, blank=True)
    note = TranslatedField(_("rules in words"), blank=True, multiline=True, max_length=2000)

    objects = PartQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        verbose_name = _("competition")
        verbose_name_plural = _("competitions")

    def __str__(self) -> str:
        return str(self.event)

    def clean(self) -> None:
        super().clean()
        wrong = {}
        for name, read in (("rules", rules_of), ("runners_up", advance_of)):
            try:
                read(self)
            except ValidationError as error:
                wrong[name] = error.messages
        if wrong:
            raise ValidationError(wrong)


class StageKind(models.TextChoices):
    GROUPS = "groups", _("groups")
    KNOCK_OUT = "knock_out", _("knock-out")


class Part(Child):
    """A stage or a group: named in addresses by a slug of its event's own."""

    root_field = "event"

    slug = models.CharField(_("name in URLs"), max_length=40, validators=[validate_slug])
    name = TranslatedField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PartQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return show(self.name) or self.slug

    @property
    def reference(self) -> dict[str, Any]:
        """As a released match holds it."""
        return {"slug": self.slug, "name": self.name}


class Stage(Part):
    event = models.ForeignKey(Event, models.CASCADE, related_name="stages", verbose_name=_("event"))
    kind = models.CharField(_("kind"), max_length=10, choices=StageKind, default=StageKind.GROUPS)

    class Meta(Part.Meta):
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [models.UniqueConstraint(fields=["event", "slug"], name="stage_once")]

    def clean(self) -> None:
        super().clean()
        if self.pk and self.kind != StageKind.GROUPS and self.groups.exists():
            raise ValidationError({"kind": _("This stage has groups. Move or remove these first, and save.")})


class Group(Part):
    event = models.ForeignKey(Event, models.CASCADE, related_name="groups", verbose_name=_("event"))
    stage = models.ForeignKey(Stage, models.RESTRICT, related_name="groups", verbose_name=_("stage"))

    class Meta(Part.Meta):
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [models.UniqueConstraint(fields=["event", "slug"], name="group_once")]

    def clean(self) -> None:
        super().clean()
        if self.stage_id and self.stage.event_id != self.event_id:
            raise ValidationError({"stage": _("This stage is another event's.")})
        if self.stage_id and self.stage.kind != StageKind.GROUPS:
            raise ValidationError({"stage": _("A knock-out stage has no groups.")})


class Entry(Child):
    """A team in a competition: once in it, in one group at most."""

    root_field = "event"

    event = models.ForeignKey(Event, models.CASCADE, related_name="entries", verbose_name=_("event"))
    team = models.ForeignKey(Team, models.PROTECT, related_name="entries", verbose_name=_("team"))
    group = models.ForeignKey(
        Group, models.RESTRICT, null=True, blank=True, related_name="entries", verbose_name=_("group")
    )
    seed = models.PositiveSmallIntegerField(_("seed"), null=True, blank=True, help_text=_("1 is the strongest."))
    adjustment = models.SmallIntegerField(
        _("points given or taken"), default=0, help_text=_("Counts in the table: -1 takes one point away.")
    )
    adjustment_reason = TranslatedField(_("reason"), blank=True, max_length=200)
    lot = models.PositiveSmallIntegerField(
        _("lot"),
        null=True,
        blank=True,
        help_text=_("Where lots decide between teams that are level: 1 is placed first."),
    )
    withdrawn = models.BooleanField(
        pgettext_lazy("team", "withdrawn"),
        default=False,
        help_text=_("It plays no more. Its results stay until they are made void."),
    )

    objects = PartQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["group__position", "seed", "pk"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "team"],
                name="entry_once",
                violation_error_message=_("The team is in this competition already."),
            ),
            models.UniqueConstraint(
                fields=["event", "seed"],
                condition=models.Q(seed__isnull=False),
                name="seed_once",
                violation_error_message=_("Another team has this seed."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.team)

    def touches(self) -> Iterable[Key]:
        return self.touched_by([self])

    @classmethod
    def touched_by(cls, rows: Iterable[Self]) -> set[Key]:
        """The teams only where the public sees them entered: a draft is silent."""
        rows = list(rows)
        events = Event._base_manager.filter(pk__in={row.event_id for row in rows})
        public = set(events.filter(public=True).values_list("pk", flat=True))
        shown = (row.team.key for row in rows if row.event_id in public)
        return {row.event.key for row in rows}.union(shown)

    def shown(self) -> Iterable[Key]:
        yield self.event.key
        yield self.team.key

    def clean(self) -> None:
        super().clean()
        if self.group_id and self.group is not None and self.group.event_id != self.event_id:
            raise ValidationError({"group": _("This group is another event's.")})
        if self.adjustment and not self.adjustment_reason:
            raise ValidationError({"adjustment_reason": _("Say why: everybody sees the points and will ask.")})
        if self.seed == 0:
            raise ValidationError({"seed": _("Seeds count from 1.")})
