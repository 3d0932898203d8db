"""The tables of ``core``; each is written in the file of its subject."""

from core.changes.models import Act, Change, ContentRevision
from core.idempotency import IdempotentAnswer
from core.tags import Tag
from core.users import User

__all__ = ["Act", "Change", "ContentRevision", "IdempotentAnswer", "Tag", "User"]
