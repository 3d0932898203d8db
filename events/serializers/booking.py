"""How to get a place, of an event and of a slot: one shape."""

from functools import lru_cache
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.language import in_every_language
from core.api.serializers import Quoted, Shape, Translated
from core.translations import languages
from events.booking import Terms, terms_of
from events.models import BookingStatus, Document, Event, ReleasedSlot


class MiniProgram(serializers.Serializer[Any]):
    app_id = serializers.CharField(source="mini_program_app_id")
    path = serializers.CharField(source="mini_program_path")


@lru_cache(maxsize=128)
def _document(code: str, _languages: tuple[str, ...]) -> dict[str, Any]:
    known = code in Document.values
    return {"code": code, "name": in_every_language(Document(code).label) if known else {}}


class DocumentShape(Quoted):
    """A kind of document; its name is a label of ours."""

    code = serializers.CharField()
    name = Translated()

    def to_representation(self, instance: str) -> dict[str, Any]:
        return super().to_representation(_document(instance, tuple(languages())))


class BookingShape(Shape):
    status: Any = serializers.SerializerMethodField()
    opens_at = serializers.DateTimeField(source="booking_opens_at", allow_null=True)
    closes_at = serializers.DateTimeField(source="booking_closes_at", allow_null=True)
    url: Any = serializers.SerializerMethodField()
    mini_program: Any = serializers.SerializerMethodField()
    real_name_required = serializers.BooleanField(allow_null=True)
    accepted_documents: Any = DocumentShape(
        many=True, allow_null=True, help_text="Any of these lets in whom the ticket names; null where nobody said."
    )
    documents = Translated()
    note = Translated(source="booking_note")

    @extend_schema_field({"type": ["string", "null"]})
    def get_status(self, terms: Event | Terms) -> str | None:
        return None if terms.booking_now == BookingStatus.UNKNOWN else terms.booking_now

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_url(self, terms: Event | Terms) -> str | None:
        return terms.booking_url or None

    @extend_schema_field(MiniProgram(allow_null=True))
    def get_mini_program(self, terms: Event | Terms) -> dict[str, str] | None:
        if not terms.mini_program_app_id:
            return None
        return {"app_id": terms.mini_program_app_id, "path": terms.mini_program_path}


class SlotBookingShape(BookingShape):
    """What was said of the slot alone, and for the rest its event's. Null for what nobody books: doors, breaks, and
    what is cancelled."""

    def get_attribute(self, instance: ReleasedSlot) -> Terms | None:
        return terms_of(instance, self.context["ask"].moment)
