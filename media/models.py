"""The image library: originals, credits, alternative texts; the renditions come on top of it."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, Key, chunks
from core.changes.models import Child, Root, TrackedQuerySet, dependants, locked
from core.fields import TranslatedField
from core.translations import show
from media.originals import Original
from organizers.models import Organizer, acts_for_all, owned_by


class ImageQuerySet(TrackedQuerySet["Image"]):
    def visible(self) -> Self:
        return self.filter(public=True)

    def readable_by(self, user: Any) -> Self:
        """Staff see all; a member their own organizer's, and what the public sees anyway."""
        if acts_for_all(user):
            return self
        return self.filter(owned_by(user) | models.Q(public=True)) if user.is_active else self.none()

    def editable_by(self, user: Any) -> Self:
        """Staff edit all; a member their own organizer's, where they may edit everything that shows it."""
        if not user.has_perm("media.change_image"):
            return self.none()
        if acts_for_all(user):
            return self
        own = self.filter(owned_by(user))
        for model, field in showing():
            root: Any = model._meta.get_field(model.root_field).related_model
            mine = root._base_manager.all().editable_by(user)
            elsewhere = model._base_manager.exclude(**{f"{model.root_field}__in": mine.values("pk")})
            own = own.exclude(pk__in=elsewhere.values(field))
        return own


def original_path(image: "Image", filename: str) -> str:
    """Named by content; the name a client sent is never used."""
    return f"originals/{image.sha256[:2]}/{filename}"


class Image(Root):
    """One picture. It is public while something public shows it."""

    kind = "image"
    key_field = "id"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    original = models.ImageField(_("picture"), upload_to=original_path, help_text=_("JPEG, PNG or WebP."))
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    mime = models.CharField(max_length=20, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False, default=0)
    height = models.PositiveIntegerField(_("height"), editable=False, default=0)
    alt = TranslatedField(
        _("alternative text"),
        max_length=250,
        help_text=_("What the picture shows, for people who cannot see it. No “picture of”."),
    )
    caption = TranslatedField(_("caption"), blank=True, max_length=300)
    credit = models.CharField(_("credit"), max_length=200, help_text=_("Whom to name: photographer, archive, agency."))
    licence = models.CharField(
        _("licence"), max_length=80, blank=True, help_text=_("SPDX or Creative Commons name: CC-BY-4.0.")
    )
    source = models.URLField(_("source"), blank=True)
    organizer = models.ForeignKey(
        Organizer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="library",
        verbose_name=_("organizer"),
        help_text=_("Whose picture it is; empty: the district's own library."),
    )

    objects = ImageQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Root.Meta):
        ordering = ["-updated_at", "pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return show(self.alt) or str(self.pk)

    def set_original(self, original: Original) -> None:
        self.sha256, self.mime = original.sha256, original.mime
        self.width, self.height = original.width, original.height
        name = f"{original.sha256}.{original.extension}"
        path = original_path(self, name)
        if self.original.storage.exists(path):  # the same bytes are stored already
            self.original.name = path
        else:
            self.original.save(name, ContentFile(original.content), save=False)

    def placements(self) -> Iterable["Showing"]:
        return (row for row in dependants(self) if isinstance(row, Showing))

    def touches(self) -> Iterable[Key]:
        """Itself and everything that shows it."""
        yield self.key
        for placement in self.placements():
            yield placement.root.key

    @classmethod
    def settle(cls, keys: list[str], unit: Edit) -> None:
        """Locks the pictures in order, then reads who shows them: a second writer must see the first one's result."""
        for part in chunks(keys):
            pictures = locked(cls._base_manager.filter(pk__in=part).order_by("pk"))
            stored = dict(pictures.values_list("pk", "public"))
            shown: set[uuid.UUID] = set()
            for model, field in showing():
                rows = model._base_manager.filter(**{f"{field}__in": stored, f"{model.root_field}__public": True})
                shown.update(rows.values_list(field, flat=True))
            for public in (True, False):
                wrong = [pk for pk, known in stored.items() if (pk in shown) is public and known is not public]
                cls._base_manager.filter(pk__in=wrong).stamp(public=public)


class Showing(Child):
    """A row that shows pictures of the library on its root, in the columns ``image_fields``."""

    image_fields: ClassVar[tuple[str, ...]] = ("image",)

    class Meta(Child.Meta):
        abstract = True

    def touches(self) -> Iterable[Key]:
        """The pictures only where the public sees them here: a draft is silent."""
        yield self.root.key
        if type(self.root)._base_manager.filter(pk=self.root.pk, public=True).exists():
            yield from self._image_keys()

    def shown(self) -> Iterable[Key]:
        yield self.root.key
        yield from self._image_keys()

    def _image_keys(self) -> Iterable[Key]:
        return (Key(Image.kind, str(getattr(self, f"{field}_id"))) for field in self.image_fields)


class Placement(Showing):
    """A picture in the row of pictures of a venue or an event; the first one stands for it in lists."""

    image = models.ForeignKey(Image, models.PROTECT, verbose_name=_("picture"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(Showing.Meta):
        abstract = True
        ordering = ["position", "pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return str(self.image)


def showing() -> list[tuple[type[Showing], str]]:
    """Every column that shows pictures, with its model; the higher floors add theirs by subclassing."""
    related = ((relation.related_model, relation.field.name) for relation in Image._meta.related_objects)
    return [(model, field) for model, field in related if isinstance(model, type) and issubclass(model, Showing)]
