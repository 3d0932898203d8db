"""Who is behind an event, and who may act for them."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from core.changes.edits import Edit
from core.facts import Link, SortKey, write_sort_keys
from core.fields import TranslatedField
from core.markdown import validate_markdown
from core.publication import PublishedQuerySet
from core.slugs import Named


class Role(models.TextChoices):
    EDITOR = "editor", _("editor: writes drafts")
    PUBLISHER = "publisher", _("publisher: writes and publishes")


def is_content_staff(user: Any) -> bool:
    """Whose rights are permissions; a member's come from their role in an organizer."""
    return user.is_active and user.has_perm("organizers.act_for_all")


def acts_for_all(user: Any) -> bool:
    """Content staff work for every organizer; a member works for their own only, and so does a token for one."""
    return is_content_staff(user) and user.limited_to is None


def acts_for_somebody(user: Any) -> bool:
    return acts_for_all(user) or Organizer._base_manager.all().acted_for_by(user).exists()


class OrganizerQuerySet(PublishedQuerySet):
    def acted_for_by(self, user: Any, *roles: Role) -> Self:
        """The organizers a user may act for, in one of these roles (default: any). Content staff have every role."""
        if not user.is_active:
            return self.none()
        rows = self if user.limited_to is None else self.filter(pk=user.limited_to)
        if is_content_staff(user):
            return rows
        memberships = Membership.objects.filter(user_id=user.pk, role__in=roles or list(Role))
        return rows.filter(pk__in=memberships.values("organizer"))

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


class Scope(models.TextChoices):
    READ = "read", _("read only")
    WRITE = "write", _("read and write")


class TokenQuerySet(models.QuerySet["Token"]):
    def expired(self, moment: datetime) -> Self:
        return self.filter(expiry__lte=moment)

    def readable_by(self, user: Any) -> Self:
        """Everybody's own; a superuser's task is to end those of others."""
        return self if user.is_superuser else self.filter(user=user.pk)


class Token(AbstractAuthToken):
    """What a program shows to the manage API in place of a member. Of the secret only a digest is stored, and its first
    characters, by which people tell tokens apart. A token lives until its expiry and is never prolonged; it works
    while its user is active and acts for its organizer, or for any where it has none. Not content."""

    id = models.BigAutoField(primary_key=True)  # the digest is nobody's business, not even in addresses of the admin
    digest = models.CharField(max_length=128, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False, verbose_name=_("user")
    )
    name = models.CharField(
        _("name"), max_length=80, blank=True, help_text=_("What it is for: the club's website, the results desk.")
    )
    organizer = models.ForeignKey(
        Organizer,
        models.CASCADE,  # without its organizer it would act for all of its user's
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organizer"),
        help_text=_("It sees and changes what is this organizer's. Empty: all that you may."),
    )
    scope = models.CharField(_("scope"), max_length=5, choices=Scope, default=Scope.WRITE)
    created = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    expiry = models.DateTimeField(_("expires at"), editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created", "-pk"]
        # Those that are over are removed by their age.
        indexes = [models.Index(fields=["expiry"], name="token_expiry")]

    def __str__(self) -> str:
        return self.name or self.beginning

    @property
    def beginning(self) -> str:
        return f"{self.token_key[:6]}…"

    @property
    def may_write(self) -> bool:
        return self.scope == Scope.WRITE

    def holder(self) -> Any:
        """Its user, who may do no more than the token."""
        self.user.limited_to = self.organizer_id
        return self.user

    def works(self, moment: datetime) -> bool:
        return self.expiry > moment and acts_for_somebody(self.holder())
