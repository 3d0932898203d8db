"""Pictures: originals, alternative texts, and the renditions that are shown."""

import uuid
from collections.abc import Callable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit
from core.fields import TranslatedField
from core.translations import default_language, show
from media.models.showing import Showing, Shown, ShownQuerySet
from media.preparing import Prepared, files_of
from media.renditions import Focal, path_of
from media.storages import own_url, public_url
from organizers.models import Organizer

SHARE = [MinValueValidator(0), MaxValueValidator(1)]
FOCAL_HELP = _("What every cut keeps in view: a share of the width or the height, from the upper left corner.")
REQUIRED = {
    "alt": ValidationError(_("A picture needs an alternative text in the main language."), code="alt_required"),
    "credit": ValidationError(_("A picture needs a credit: whom to name for it."), code="credit_required"),
}
# What comes with the file and its focal point.
PICTURE = (
    *("original", "sha256", "mime", "width", "height"),
    *("focal_x", "focal_y", "color", "placeholder", "files"),
)


def original_path(image: "Image", filename: str) -> str:
    """Named by content; the name a client sent is never used."""
    return f"originals/{image.sha256[:2]}/{filename}"


class Image(Shown):
    """One picture. It is public while something public shows it.

    ``files`` is what answers tell of its current renditions: by kind (webp, avif, jpeg) a list of ratio, width, height
    and name. The rows are the truth; this spares every list a query and some hundred rows.
    """

    kind = "image"

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
    focal_x = models.FloatField(_("focal point, across"), default=0.5, validators=SHARE, help_text=FOCAL_HELP)
    focal_y = models.FloatField(_("focal point, down"), default=0.5, validators=SHARE, help_text=FOCAL_HELP)
    color = models.CharField(max_length=7, editable=False, blank=True)
    placeholder = models.CharField(max_length=40, editable=False, blank=True)
    files = models.JSONField(editable=False, default=dict)
    organizer = models.ForeignKey(
        Organizer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="library",
        verbose_name=_("organizer"),
        help_text=_("Whose picture it is; empty: the district's own library."),
    )

    objects = ShownQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar
    _prepared: Prepared | None = None

    class Meta(Shown.Meta):
        ordering = ["-updated_at", "pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(focal_x__range=(0, 1), focal_y__range=(0, 1)), name="image_focal_point_is_inside"
            )
        ]

    def __str__(self) -> str:
        return show(self.alt) or str(self.pk)

    @property
    def focal(self) -> Focal:
        return self.focal_x, self.focal_y

    def set_picture(self, prepared: Prepared) -> None:
        """Takes the picture, its files and its focal point; the next save writes their rows. Only this changes them."""
        self._prepared = prepared
        self._take(prepared, {})

    def _take(self, prepared: Prepared, more: dict[str, Any]) -> None:
        self.original.name = prepared.path
        self.sha256, self.mime = prepared.sha256, prepared.mime
        self.width, self.height = prepared.width, prepared.height
        self.focal_x, self.focal_y = prepared.focal
        self.color, self.placeholder = prepared.color, prepared.placeholder
        self.files = more | files_of(prepared.pieces)
        self.__dict__.pop("urls", None)

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        self._check_words()
        new = self._prepared
        if new is None:
            if before is not None:  # this row may have been read before its last picture, or before its AVIF files
                for name in PICTURE:
                    setattr(self, name, getattr(before, name))
        elif before is not None and (before.sha256, before.focal) == (new.sha256, new.focal):
            self._take(new, before.files)
        else:
            self._take(new, {})
        return {*super().prepare(before, unit), *PICTURE}

    def finish(self, before: Self | None, unit: Edit) -> None:
        from media.filing import write_rows  # it stands on this file

        super().finish(before, unit)
        if self._prepared is not None:
            write_rows(self, self._prepared, unit)
            self._prepared = None

    def _check_words(self) -> None:
        """Whatever writes a picture: the public is never shown one without these."""
        missing = self.missing_words()
        if missing:
            raise ValidationError({name: REQUIRED[name] for name in missing})

    def missing_words(self) -> list[str]:
        words = {"alt": self.alt.get(default_language()), "credit": self.credit.strip()}
        return [name for name, text in words.items() if not text]

    @cached_property
    def urls(self) -> dict[str, dict[str, str]]:
        """The addresses of the WebP renditions by ratio and width; an answer often shows the same row several times."""
        base = public_url("")
        found: dict[str, dict[str, str]] = {}
        for ratio, width, _height, name in self.files.get("webp", ()):
            found.setdefault(ratio, {})[str(width)] = base + path_of(name, "webp")
        return found

    def sizes(
        self, ratio: str, kind: str = "webp", address: Callable[[str], str] = public_url
    ) -> list[tuple[int, int, str]]:
        """Width, height and address of each rendition in that ratio, the smallest first."""
        return [
            (width, height, address(path_of(name, kind)))
            for each, width, height, name in self.files.get(kind, ())
            if each == ratio
        ]

    def address(self, ratio: str = "original", width: int = 640) -> str:
        """Where editors see the smallest WebP rendition that is at least so wide, else the largest; empty where none is
        made."""
        sizes = self.sizes(ratio, address=own_url)
        return next((url for wide, _high, url in sizes if wide >= width), sizes[-1][2] if sizes else "")


class Rendition(models.Model):
    """One file made of a picture. Those with ``retired_at`` were replaced then; older answers still name them."""

    image = models.ForeignKey(Image, models.CASCADE, related_name="renditions")
    source = models.CharField(max_length=64)  # the original's SHA-256
    focal_x = models.FloatField()
    focal_y = models.FloatField()
    spec = models.CharField(max_length=24)  # ``16:9/640/webp``
    path = models.CharField(max_length=60, db_index=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    mime = models.CharField(max_length=20)
    bytes = models.PositiveIntegerField()
    retired_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            # Two pictures may share a file; and a focal point may return before its old files are gone.
            models.UniqueConstraint(
                fields=["image", "spec", "focal_x", "focal_y"],
                condition=models.Q(retired_at=None),
                name="rendition_once",
            )
        ]

    def __str__(self) -> str:
        return self.spec

    @property
    def focal(self) -> Focal:
        return self.focal_x, self.focal_y

    @property
    def kind(self) -> str:
        return self.spec.rpartition("/")[2]


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
