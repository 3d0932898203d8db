"""System checks: settings of the store that are allowed each by itself, and together lead to pictures that nobody sees
or that too many do."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def addresses_lead_to_the_files(**_kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    store = settings.STORAGES["renditions"]
    elsewhere = "://" in settings.MEDIA_URL
    if elsewhere and "OPTIONS" not in store and not settings.MEDIA_URL.endswith("/uploads/"):
        found.append(
            Warning(
                f"MEDIA_URL is {settings.MEDIA_URL!r}, but the files lie on this machine, which has them at /uploads/.",
                hint="Leave MEDIA_URL out, or set STORAGE_URL. Of a CDN in front, let MEDIA_URL end in /uploads/.",
                id="media.W001",
            )
        )
    if elsewhere and settings.MEDIA_URL.startswith("http:") and settings.PUBLIC_ORIGIN.startswith("https:"):
        found.append(
            Warning(
                "MEDIA_URL begins with http://, PUBLIC_ORIGIN with https://: browsers show no such pictures.",
                hint="Let MEDIA_URL begin with https://.",
                id="media.W002",
            )
        )
    if store.get("OPTIONS", {}).get("default_acl") and not elsewhere:
        found.append(
            Error(
                "STORAGE_URL says acl=public-read, but MEDIA_URL does not lead to the bucket: pictures that are not "
                "public, or not any more, would be open to whoever knows their address, and to no use.",
                hint="Leave acl out, or set MEDIA_URL to the bucket's address.",
                id="media.E001",
            )
        )
    return found
