from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.managed import Strict
from core.api.serializers import Item, Later, LinkShape, Reference, Translated, TranslatedHtml
from core.facts import CONTACT_KINDS
from core.idempotency import KEPT
from core.translations import default_language, languages
from organizers.models import Membership, Organizer, Role, Scope, Token, acts_for_all, is_content_staff
from organizers.rights import rights_of
from organizers.tokens import longest


class OrganizerItem(Item):
    slug = serializers.CharField()
    name = Translated()
    summary = Translated()
    description = Translated()
    description_html = TranslatedHtml(source="description")
    image = Later()
    images = Later()
    contacts: Any = LinkShape(many=True)
    links: Any = LinkShape(many=True, source="web_links")
    verified_on = serializers.DateField(allow_null=True)
    sample = serializers.BooleanField()
    share_url = Later()
    code = Later()
    updated_at = serializers.DateTimeField()


class OrganizerReference(Reference):
    def item_class(self) -> type[Item]:
        return OrganizerItem


def split_links(rows: list[Any]) -> None:
    """Sets ``contacts`` and ``web_links`` from the prefetched links."""
    for row in rows:
        links = list(row.links.all())
        row.contacts = [link for link in links if link.kind in CONTACT_KINDS]
        row.web_links = [link for link in links if link.kind not in CONTACT_KINDS]


class LoginShape(Strict):
    """What ``manage/login`` takes; ``expires_in`` are seconds."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    name = serializers.CharField(max_length=80, default="", allow_blank=True)
    organizer = serializers.CharField(max_length=80, default=None, allow_null=True)
    scope = serializers.ChoiceField(Scope.choices, default=Scope.WRITE)
    expires_in = serializers.IntegerField(min_value=60, default=None, allow_null=True)

    def validate_expires_in(self, seconds: int | None) -> int | None:
        most = int(longest().total_seconds())
        if seconds is not None and seconds > most:
            raise serializers.ValidationError(_("At most %(most)d seconds.") % {"most": most}, code="max_value")
        return seconds


class LogoutShape(Strict):
    all = serializers.BooleanField(default=False)


def described(user: Any, token: Token | None, expires_at: datetime) -> dict[str, Any]:
    """The answer of ``manage/me``; ``user`` carries the limit of the token."""
    return {
        "user": {"username": user.get_username(), "name": user.get_full_name()},
        "acts_for_all": acts_for_all(user),
        "organizers": _organizers(user, token),
        "token": None if token is None else _token(token),
        "expires_at": timezone.localtime(expires_at).isoformat(timespec="seconds"),
        "languages": languages(),
        "default_language": default_language(),
        "limits": {
            "requests_per_minute": settings.API_REQUESTS_PER_MINUTE,
            "body_bytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
            "image_bytes": settings.IMAGE_MAX_BYTES,
            "image_pixels": settings.IMAGE_MAX_PIXELS,
            "token_days": settings.TOKEN_DAYS,
            "idempotency_key_hours": int(KEPT.total_seconds() // 3600),
        },
    }


def _organizers(user: Any, token: Token | None) -> list[dict[str, Any]]:
    """Each with the user's role (``staff``: content staff have every role) and rights."""
    staff, reads_only = is_content_staff(user), token is not None and not token.may_write
    roles = {} if staff else dict(Membership.objects.filter(user=user.pk).values_list("organizer", "role"))
    rights = {role: rights_of(user, role, reads_only=reads_only) for role in (None, *Role)}
    return [
        {
            "slug": each.slug,
            "name": dict(each.name),
            "role": "staff" if staff else roles[each.pk],
            "rights": rights[None if staff else Role(roles[each.pk])],
        }
        for each in Organizer.objects.acted_for_by(user).order_by("slug")
    ]


def _token(token: Token) -> dict[str, Any]:
    return {
        "name": token.name,
        "scope": token.scope,
        "organizer": None if token.organizer is None else {"slug": token.organizer.slug},
        "created_at": timezone.localtime(token.created).isoformat(timespec="seconds"),
        "expires_at": timezone.localtime(token.expiry).isoformat(timespec="seconds"),
    }
