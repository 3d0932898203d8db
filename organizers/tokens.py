"""Making a token. Its secret is known only now, to whoever asked for it."""

from datetime import datetime, timedelta

from django.conf import settings
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from organizers.models import Token


def longest() -> timedelta:
    return timedelta(days=settings.TOKEN_DAYS)


def issue(token: Token, moment: datetime, lifetime: timedelta | None = None) -> str:
    """Saves a new token, and returns its secret. It lives for the setting's days, or for less."""
    token.digest, secret = get_digest_token()
    token.token_key = secret[: CONSTANTS.TOKEN_KEY_LENGTH]
    token.created, token.expiry = moment, moment + min(lifetime or longest(), longest())
    token.save()
    return str(secret)
