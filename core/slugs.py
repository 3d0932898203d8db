"""Names in URLs: made from the title, fixed once published."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.pinyin import syllables
from core.publication import Published
from core.translations import show

validate_slug = RegexValidator(
    r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z", _("Use lower-case letters, digits and single hyphens: hongmei-cultural-park.")
)


def slugify(text: str) -> str:
    """Pinyin syllables and Latin words joined by hyphens; empty where nothing can be spelled."""
    spelled = " ".join(syllables(text))
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70].strip("-")


class Named(Published):
    """Published content with a slug. ``name_field`` is the translated field that it is called by."""

    name_field = "name"

    slug = models.CharField(
        _("name in URLs"),
        max_length=80,
        unique=True,
        blank=True,
        validators=[validate_slug],
        help_text=_("Left empty, it is made from the name. It cannot change after the first publication."),
    )

    class Meta(Published.Meta):
        abstract = True

    def __str__(self) -> str:
        return show(getattr(self, self.name_field)) or self.slug

    def clean(self) -> None:
        super().clean()
        if not self.slug:
            self.slug = self._free_slug()
        if self.pk:
            published = type(self)._base_manager.filter(pk=self.pk, first_published_at__isnull=False)
            known = published.values_list("slug", flat=True).first()
            if known and known != self.slug:
                raise ValidationError(
                    {"slug": _("Apps know this as “%(slug)s” since it was published. Keep that.") % {"slug": known}}
                )

    def _free_slug(self) -> str:
        text: Any = getattr(self, self.name_field) or {}
        stem = slugify(text.get("en") or show(text)) or self.kind
        taken = set(type(self)._base_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
        return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
