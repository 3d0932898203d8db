"""Tokens at the door of the manage API: ``Authorization: Bearer <token>`` (RFC 6750).

Which rows a token's user may see and write is the querysets' word; here it is only told who asks. The table is the one
that the setting ``KNOX_TOKEN_MODEL`` names; a floor above keeps it.
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.crypto import hash_token
from knox.models import get_token_model
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from core.api.problems import FieldProblem

SCHEME = "Bearer"


class BearerToken(BaseAuthentication):
    """Looked up by its digest, which is all that is stored. A bad token is refused even beside a good session."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _blank, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = get_token_model().objects.select_related("user").filter(digest=hash_token(secret.strip())).first()
        if token is None or not token.works(timezone.now()):
            raise exceptions.AuthenticationFailed(
                _("There is no such token, or it has expired or was revoked. Log in again for a new one.")
            )
        return token.holder(), token

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class ReadOnlyToken(exceptions.PermissionDenied):
    default_detail = _("This token may only read. Log in again for one with the scope “write”.")

    def __init__(self) -> None:
        super().__init__()
        self.problems = [FieldProblem("", "read_only_token", self.detail)]


class MayWrite(BasePermission):
    """A session may, and a token that was made for it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token: Any = request.auth
        if request.method in SAFE_METHODS or token is None or token.may_write or view.for_read_tokens:
            return True
        raise ReadOnlyToken()
