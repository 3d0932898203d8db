"""Tags: one vocabulary for venues and events."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Key
from core.changes.models import Child, Tracked, dependants
from core.fields import TranslatedField
from core.slugs import validate_slug
from core.translations import show


class Tag(Tracked):
    slug = models.CharField(_("name in URLs"), max_length=50, unique=True, validators=[validate_slug])
    name = TranslatedField(_("name"), max_length=60)

    class Meta(Tracked.Meta):
        ordering = ["slug"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return show(self.name)

    def touches(self) -> Iterable[Key]:
        """Everything that carries the tag: its name is part of their answers."""
        for row in dependants(self):
            yield from row.touches()


class Tagging(Child):
    """A tag on a root; each app has its own, so that the database keeps the reference whole."""

    tag = models.ForeignKey(Tag, models.PROTECT, verbose_name=_("tag"))

    class Meta(Child.Meta):
        abstract = True
        ordering = ["tag__slug"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return str(self.tag)
