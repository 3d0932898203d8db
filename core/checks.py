"""System checks: what this project relies on and a setting could break."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def atomic_requests_are_off(**_kwargs: Any) -> list[CheckMessage]:
    """The unit of work must be the outermost transaction."""
    return [
        Error(
            f"ATOMIC_REQUESTS is on for the database {alias!r}.",
            hint="Turn it off: every write of content opens its own unit of work, which refuses a foreign transaction.",
            id="core.E001",
        )
        for alias, config in settings.DATABASES.items()
        if config.get("ATOMIC_REQUESTS")
    ]


@register()
def languages_are_usable(**_kwargs: Any) -> list[CheckMessage]:
    if settings.CONTENT_LANGUAGES:
        return []
    return [Error("LANGUAGES is empty.", hint="Name at least the default language: LANGUAGES=zh-Hans", id="core.E002")]
