"""Teams: a company's five, eleven or relay. Each is a participant of slots, with an address and a face."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, chunks
from core.changes.models import locked
from core.facts import Link, SortKey, write_sort_keys
from core.fields import TranslatedField
from core.publication import State
from core.slugs import Named
from events.league.querysets import TeamQuerySet
from events.models import Appearance, Participant
from media.models import Placement
from organizers.models import Organizer

NOT_PUBLISHED = _("The team is published and this organizer is not. Publish it first.")

validate_colour = RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", _("Write the colour as #RRGGBB: #C8102E."))


class Team(Named):
    """The truth about its participant: a save writes that one's address and name too.

    What is released keeps the name that it was released with. A team is published after its organizer. It may be
    withdrawn while it is in a public competition, for that takes down its page and nothing else: the schedule names
    it as it was released, and the tables as it was entered.
    """

    kind = "team"
    folder = "teams"

    organizer = models.ForeignKey(
        Organizer,
        models.PROTECT,
        related_name="teams",
        verbose_name=_("organizer"),
        help_text=_("Who looks after this page: its members may change it."),
    )
    participant = models.OneToOneField(
        Participant, models.PROTECT, related_name="team", editable=False, verbose_name=_("participant")
    )
    name = TranslatedField(_("name"), max_length=120)
    name_pinyin = models.CharField(
        _("pinyin"),
        max_length=200,
        blank=True,
        help_text=_("Only where the automatic spelling is wrong; lists are sorted by it."),
    )
    short_name = TranslatedField(_("short name"), blank=True, max_length=20, help_text=_("For tables and scoreboards."))
    company = TranslatedField(_("company"), blank=True, max_length=160, help_text=_("Whose team it is."))
    summary = TranslatedField(
        _("summary"), blank=True, max_length=300, multiline=True, help_text=_("One or two sentences for lists.")
    )
    colour = models.CharField(_("first colour"), max_length=7, blank=True, validators=[validate_colour])
    second_colour = models.CharField(_("second colour"), max_length=7, blank=True, validators=[validate_colour])
    founded = models.PositiveSmallIntegerField(
        _("founded"), null=True, blank=True, validators=[MinValueValidator(1800), MaxValueValidator(2999)]
    )
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

    objects = TeamQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Named.Meta):
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        permissions = [("publish_team", "Can publish teams"), ("review_team", "Can review teams")]
        # For the public's lists, and so of public rows only: SQLite uses no index whose first column is a bare boolean.
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="team_updated", condition=models.Q(public=True)),
            models.Index(fields=["appear_at"], name="team_appears", condition=models.Q(appear_at__isnull=False)),
            models.Index(fields=["vanish_at"], name="team_vanishes", condition=models.Q(vanish_at__isnull=False)),
        ]

    def clean(self) -> None:
        super().clean()
        if self.second_colour and not self.colour:
            raise ValidationError({"colour": _("Enter the first colour before the second.")})
        if self._others().exists():
            raise ValidationError({"slug": _("Another participant has this name in URLs. Choose another.")})
        if self.organizer_id and self.state == State.PUBLISHED and self.organizer.state != State.PUBLISHED:
            raise ValidationError({"organizer": NOT_PUBLISHED})
        self._clean_known_slug()

    @property
    def colours(self) -> list[str]:
        return [colour for colour in (self.colour, self.second_colour) if colour]

    def _others(self) -> Any:
        """Participants of the same address that cannot become this team: people, acts, other teams' own."""
        rows = Participant.objects.filter(slug=self.slug).exclude(pk=self.participant_id)
        return rows if self.participant_id else rows.exclude(kind=Participant.Kind.TEAM, team=None)

    def _clean_known_slug(self) -> None:
        """What is out names it by the address that it was released with."""
        known = self.participant.slug if self.participant_id else self.slug
        if known != self.slug and Appearance.objects.filter(slug=known).exists():
            message = _("The released schedule knows this as “%(slug)s”. Keep that.")
            raise ValidationError({"slug": message % {"slug": known}})

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        """The participant of the same address becomes its own, or is made.

        Looks again under the organizer's lock: it may have been withdrawn since ``clean``.
        """
        organizer = locked(Organizer._base_manager.filter(pk=self.organizer_id)).get()
        if self.state == State.PUBLISHED and organizer.state != State.PUBLISHED:
            raise ValidationError({"organizer": NOT_PUBLISHED})
        if before is None and self.participant_id is None:
            made, _created = Participant.objects.get_or_create(
                slug=self.slug, defaults={"kind": Participant.Kind.TEAM, "name": self.name}
            )
            self.participant = made
        Participant.objects.filter(pk=self.participant_id).update(
            slug=self.slug, kind=Participant.Kind.TEAM, name=self.name
        )
        return super().prepare(before, unit) | {"participant"}

    def check_publish(self) -> Iterable[ValidationError]:
        # Locked, so that it is not withdrawn between this look and the commit.
        organizer = locked(Organizer._base_manager.filter(pk=self.organizer_id)).get()
        if organizer.state != State.PUBLISHED:
            yield ValidationError(_("Publish its organizer “%(organizer)s” first.") % {"organizer": organizer})

    @classmethod
    def settle(cls, keys: list[str], unit: Edit) -> None:
        for part in chunks(keys):
            write_sort_keys(TeamSortKey, "team", cls._base_manager.filter(slug__in=part))


class TeamSortKey(SortKey):
    team = models.ForeignKey(Team, models.CASCADE, related_name="sort_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "language"], name="team_sort_key_once")]
        # A list in one language, in order.
        indexes = [models.Index(fields=["language", "key", "team"], name="team_by_name")]


class TeamLink(Link):
    root_field = "team"
    team = models.ForeignKey(Team, models.CASCADE, related_name="links")


class TeamImage(Placement):
    """The first one is the team's logo."""

    root_field = "team"
    team = models.ForeignKey(Team, models.CASCADE, related_name="placements")

    class Meta(Placement.Meta):
        constraints = [models.UniqueConstraint(fields=["team", "image"], name="team_image_once")]
