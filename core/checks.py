"""System checks: what this project relies on and a setting could break."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from core.facts import SortKey


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


@register(Tags.database)
def every_language_has_sort_keys(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Lists by name read a stored key per language: a language added to the setting has none yet."""
    if not databases:
        return []
    found: list[CheckMessage] = []
    for model in SortKey.__subclasses__():
        table = model._meta.db_table
        if table not in connection.introspection.table_names():
            continue  # before the first migration
        known = set(model._default_manager.values_list("language", flat=True).distinct())
        missing = [tag for tag in settings.CONTENT_LANGUAGES if known and tag not in known]
        if missing:
            found.append(
                Warning(
                    f"{table} has no keys for {', '.join(missing)}: lists by name would be empty in that language.",
                    hint="Run `manage.py rebuild` after changing LANGUAGES.",
                    id="core.W001",
                )
            )
    return found
