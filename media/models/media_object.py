"""Audio and documents: guide tracks with their transcripts, leaflets. schema.org calls both a MediaObject."""

import re
import uuid
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit
from core.changes.models import locked
from core.fields import TranslatedField
from core.publication import State
from core.translations import complete, default_language, label, match_tag, show
from media.models.showing import Showing, Shown, ShownQuerySet, showing
from media.storages import public_url, renditions
from media.uploads import Kept
from organizers.models import Organizer

# A well-formed tag (RFC 5646, section 2.1): language, perhaps script, perhaps region, perhaps variants.
TAG = re.compile(
    r"([a-z]{2,3})(-[a-z]{4})?(-(?:[a-z]{2}|\d{3}))?((?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*)", re.IGNORECASE | re.ASCII
)
REQUIRED = {
    "title": ValidationError(_("It needs a title in the main language."), code="title_required"),
    "credit": ValidationError(_("It needs a credit: whom to name for it."), code="credit_required"),
}
GONE = ValidationError(_("It has just been deleted. Choose another one."), code="gone")
# What comes with the file.
FILE = ("file", "sha256", "mime", "bytes", "media_kind", "duration", "pages")


class MediaKind(models.TextChoices):
    AUDIO = "audio", _("audio")
    DOCUMENT = "document", _("document")


def clean_tag(value: str) -> str:
    """In the case that RFC 5646 recommends: ``zh-hans`` -> ``zh-Hans``, ``EN_gb`` -> ``en-GB``."""
    found = TAG.fullmatch(value.strip().replace("_", "-"))
    if not found:
        raise ValidationError(
            _("“%(value)s” is no language tag. Write one like zh-Hans, en or de-AT."),
            code="language",
            params={"value": value[:40]},
        )
    language, script, region, variants = (part or "" for part in found.groups())
    return f"{language.lower()}{script.title()}{region.upper()}{variants.lower()}"


class LanguageTagField(models.CharField):
    """A BCP 47 tag, of the content's languages or any other: a guide may speak Russian where no text does."""

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        return clean_tag(super().clean(value, model_instance))


def file_path(media: "MediaObject", filename: str) -> str:
    """Named by content; the name a client sent is never used."""
    return filename


class MediaObject(Shown):
    """One track or document. Its file has been cleaned before it was stored; nothing else of the upload is kept."""

    kind = "media"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(_("file"), upload_to=file_path, storage=renditions, max_length=60)
    media_kind = models.CharField(_("kind"), max_length=8, choices=MediaKind, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    mime = models.CharField(max_length=20, editable=False)
    bytes = models.PositiveIntegerField(editable=False, default=0)
    duration = models.FloatField(_("length"), editable=False, null=True)
    pages = models.PositiveIntegerField(_("pages"), editable=False, null=True)
    title = TranslatedField(_("title"), max_length=120)
    language = LanguageTagField(
        _("language"),
        max_length=35,
        help_text=_("What is spoken in the track, or the leaflet is written in: zh-Hans, en, de."),
    )
    transcript = TranslatedField(
        _("transcript"),
        blank=True,
        multiline=True,
        max_length=20_000,
        help_text=_(
            "What is said, word for word, for people who cannot hear it. A track needs one in its own language."
        ),
    )
    organizer = models.ForeignKey(
        Organizer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="media",
        verbose_name=_("organizer"),
        help_text=_("Whose file it is; empty: the district's own library."),
    )

    objects = ShownQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar
    _kept: Kept | None = None

    class Meta(Shown.Meta):
        ordering = ["-updated_at", "pk"]
        verbose_name = _("audio or document")
        verbose_name_plural = _("audio and documents")
        constraints = [
            # A track has a length and no pages, a document pages and no length.
            models.CheckConstraint(
                condition=models.Q(media_kind=MediaKind.AUDIO, duration__gt=0, pages=None)
                | models.Q(media_kind=MediaKind.DOCUMENT, pages__gt=0, duration=None),
                name="media_object_is_one_of_its_kinds",
            )
        ]

    def __str__(self) -> str:
        return show(self.title) or str(self.pk)

    def set_file(self, kept: Kept) -> None:
        """Takes a stored file; the next save writes its row. Only this changes the file. What shows a track would show
        a document in its place otherwise: raises ValidationError."""
        kind = MediaKind.AUDIO if kept.pages is None else MediaKind.DOCUMENT
        if self.media_kind and self.media_kind != kind:
            message = _("This is a file of another kind. Upload it as a new one, and put that where it belongs.")
            raise ValidationError(message, code="other_kind")
        self._kept = kept
        self.media_kind = kind
        self.file.name = kept.path
        for name in ("sha256", "mime", "bytes", "duration", "pages"):
            setattr(self, name, getattr(kept, name))

    @property
    def url(self) -> str:
        return public_url(str(self.file.name))

    @property
    def own_language(self) -> str:
        """That of the content's languages in which its transcript must be: its own, or the main one where the content
        is not written in that."""
        return match_tag(self.language) or default_language()

    def missing_words(self) -> list[str]:
        """WCAG 2.2, success criterion 1.2.1: what is to be heard can be read."""
        words = {"title": self.title.get(default_language()), "credit": self.credit.strip()}
        found = [name for name, text in words.items() if not text]
        if self.media_kind == MediaKind.AUDIO and not complete(self.transcript).get(self.own_language):
            found.append("transcript")
        return found

    def is_placed_in_public(self) -> bool:
        """Whether something shows it that is published, be it to appear later."""
        return any(
            model._base_manager.filter(**{field: self.pk, f"{model.root_field}__state": State.PUBLISHED}).exists()
            for model, field in showing(type(self))
        )

    def clean(self) -> None:
        super().clean()
        if "transcript" in self.missing_words() and self.is_placed_in_public():
            raise ValidationError({"transcript": self.no_transcript()})

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        missing = self.missing_words()
        wrong = {name: REQUIRED[name] for name in missing if name in REQUIRED}
        if "transcript" in missing and before is not None and self.is_placed_in_public():
            wrong["transcript"] = self.no_transcript()
        if wrong:
            raise ValidationError(wrong)
        if self._kept is None and before is not None:  # this row may have been read before its last file
            for name in FILE:
                setattr(self, name, getattr(before, name))
        return {*super().prepare(before, unit), *FILE}

    def no_transcript(self) -> ValidationError:
        return ValidationError(
            _("“%(title)s” is shown in public and has no transcript in %(language)s. Write it, or take the track off."),
            code="transcript_required",
            params={"title": str(self), "language": label(self.own_language)},
        )

    def finish(self, before: Self | None, unit: Edit) -> None:
        super().finish(before, unit)
        if self._kept is None:
            return
        rows = MediaFile.objects.filter(media=self)
        rows.filter(retired_at=None).exclude(path=self._kept.path).update(retired_at=unit.moment)
        MediaFile.objects.update_or_create(media=self, path=self._kept.path, defaults={"retired_at": None})
        self._kept = None


class MediaFile(models.Model):
    """A file that is or was one's. Those with ``retired_at`` were replaced then: older answers still name them, and
    somebody may be listening."""

    media = models.ForeignKey(MediaObject, models.CASCADE, related_name="files")
    path = models.CharField(max_length=60, db_index=True)
    retired_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["media", "path"], name="media_file_once")]

    def __str__(self) -> str:
        return self.path


class MediaPlacement(Showing):
    """A track or document on the page of a venue, an exhibit, an event or a route, in order."""

    shown_fields = ("media",)

    media = models.ForeignKey(MediaObject, models.PROTECT, verbose_name=_("audio or document"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(Showing.Meta):
        abstract = True
        ordering = ["position", "pk"]
        verbose_name = _("audio or document")
        verbose_name_plural = _("audio and documents")

    def __str__(self) -> str:
        return str(self.media)

    def clean(self) -> None:
        super().clean()
        if self.media_id and getattr(self.root, "state", "") == State.PUBLISHED:
            self._check(self.media)

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        """Looks again under the locks: the root may have been published, the transcript removed since ``clean``."""
        media = locked(MediaObject._base_manager.filter(pk=self.media_id)).first()
        if media is None:
            raise ValidationError({"media": GONE})
        root: Any = type(self.root)
        if root._base_manager.filter(pk=self.root.pk, state=State.PUBLISHED).exists():
            self._check(media)
        return super().prepare(before, unit)

    def _check(self, media: MediaObject) -> None:
        if "transcript" in media.missing_words():
            raise ValidationError({"media": media.no_transcript()})
