"""Audio and documents in answers, on details alone: a list would grow by transcripts that nobody reads there."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from core.api.ask import Ask
from core.api.serializers import Item, Later, Quoted, Shape, Translated
from core.translations import match_tag
from media.models import MediaKind, MediaObject, MediaPlacement


def load_media(model: type[MediaPlacement], owners: Iterable[Any], ask: Ask, *, public_only: bool = True) -> None:
    """Sets ``shown_audio`` and ``shown_documents`` on each owner, with one query for all: those in the asked language
    first, then those in its other scripts or regions, then the rest; in order among themselves."""
    by_owner: dict[Any, list[MediaObject]] = defaultdict(list)
    rows = model._base_manager.filter(**{f"{model.root_field}__in": [owner.pk for owner in owners]})
    if public_only:
        rows = rows.filter(media__public=True)
    for row in rows.select_related("media").order_by("position", "pk"):
        by_owner[getattr(row, f"{model.root_field}_id")].append(row.media)
    for owner in owners:
        ranked = sorted(by_owner[owner.pk], key=lambda media: _distance(media.language, ask.language))
        owner.shown_audio = [media for media in ranked if media.media_kind == MediaKind.AUDIO]
        owner.shown_documents = [media for media in ranked if media.media_kind == MediaKind.DOCUMENT]


def _distance(language: str, asked: str) -> int:
    if match_tag(language) == asked:
        return 0
    return 1 if language.split("-")[0] == asked.split("-")[0] else 2


class MediaShape(Shape):
    id = serializers.UUIDField()
    title = Translated()
    language = serializers.CharField(help_text="What is spoken, or what it is written in: a BCP 47 tag.")
    url = serializers.URLField(help_text="The file; it answers range requests and never changes.")
    type = serializers.CharField(source="mime", help_text="`audio/mpeg`, `audio/mp4`, `application/pdf`.")
    size = serializers.IntegerField(source="bytes", help_text="Bytes.")
    transcript = Translated(help_text="Plain text; a blank line parts paragraphs.")
    credit = serializers.CharField()
    licence = serializers.CharField()


class AudioOfItem(Quoted, MediaShape):
    duration = serializers.FloatField(help_text="Seconds, as the player's own `duration`.")


class DocumentOfItem(Quoted, MediaShape):
    pages = serializers.IntegerField()


class WithMedia(Item):
    """What the detail of an item has beside the keys that it has in a list, and where another embeds it. Set by
    ``load_media``."""

    audio: Any = AudioOfItem(
        many=True, source="shown_audio", help_text="Guide tracks: those in the asked language first, then in order."
    )
    documents: Any = DocumentOfItem(many=True, source="shown_documents", help_text="Leaflets, in the same order.")


class MediaItem(Item, MediaShape):
    """A track or a document; it has no page for people, who find it where it is shown."""

    name_of_key = "id"

    kind = serializers.ChoiceField(source="media_kind", choices=MediaKind.choices)
    duration = serializers.FloatField(allow_null=True, help_text="Seconds; null of a document.")
    pages = serializers.IntegerField(allow_null=True, help_text="Null of audio.")
    share_url = Later(help_text="Null: it has no page of its own.")
    code = Later(help_text="Null, as `share_url`.")
    updated_at = serializers.DateTimeField()
