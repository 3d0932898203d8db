"""Who is behind an event, and who may act for them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit
from core.facts import Link, SortKey, write_sort_keys
from core.fields import TranslatedField
from core.markdown import validate_markdown
from core.publication import PublishedQuerySet
from core.slugs import Named


class Role(models.TextChoices):
    EDITOR = "editor", _("editor: writes drafts")
    PUBLISHER = "publisher", _("publisher: writes and publishes")


def acts_for_all(user: Any) -> bool:
    """Content staff work for every organizer; a member works for their own only."""
    return user.is_active and user.has_perm("organizers.act_for_all")


class OrganizerQuerySet(PublishedQuerySet):
    def acted_for_by(self, user: Any, *roles: Role) -> Self:
        """The organizers a user may act for, in one of these roles (default: any)."""
        if acts_for_all(user):
            return self
        memberships = Membership.objects.filter(user_id=user.pk, role__in=roles or list(Role))
        return self.filter(pk__in=memberships.values("organizer")) if user.is_active else self.none()

    def readable_by(self, user: Any) -> Self:
        return self.acted_for_by(user)

    def _staff_only(self, user: Any, verb: str) -> Self:
        return super()._staff_only(user, verb) if acts_for_all(user) else self.none()


class Organizer(Named):
    kind = "organizer"

    name = TranslatedField(_("name"), max_length=120)
    name_pinyin = models.CharField(
        _("pinyin"),
        max_length=200,
        blank=True,
        help_text=_("Only where the automatic spelling is wrong; lists are sorted by it."),
    )
    summary = TranslatedField(_("summary"), blank=True, max_length=300, multiline=True)
    description = TranslatedField(_("description"), blank=True, markdown=True, validators=[validate_markdown])
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    sample = models.BooleanField(_("demonstration data"), default=False)

    objects = OrganizerQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Named.Meta):
        verbose_name = _("organizer")
        verbose_name_plural = _("organizers")
        permissions = [
            ("publish_organizer", "Can publish organizers"),
            ("review_organizer", "Can review organizers"),
            ("act_for_all", "Can act for every organizer"),
        ]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="organizer_updated", condition=models.Q(public=True))
        ]

    @classmethod
    def settle(cls, keys: list[str], unit: Edit) -> None:
        write_sort_keys(OrganizerSortKey, "organizer", cls._base_manager.filter(slug__in=keys))


class OrganizerSortKey(SortKey):
    organizer = models.ForeignKey(Organizer, models.CASCADE, related_name="sort_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organizer", "language"], name="organizer_sort_key_once")]
        # A list in one language, in order.
        indexes = [models.Index(fields=["language", "key", "organizer"], name="organizer_by_name")]


class OrganizerLink(Link):
    root_field = "organizer"
    organizer = models.ForeignKey(Organizer, models.CASCADE, related_name="links")


class Membership(models.Model):
    """A user's role in an organizer. Not content: it shows nowhere in public."""

    organizer = models.ForeignKey(Organizer, models.CASCADE, related_name="memberships", verbose_name=_("organizer"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.EDITOR)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["organizer", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organizer}"


def owned_by(user: Any, *roles: Role) -> Q:
    """Rows with an ``organizer`` that the user may act for, in one of these roles."""
    return Q(organizer__in=Organizer._base_manager.all().acted_for_by(user, *roles).values("pk"))
