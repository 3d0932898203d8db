"""Who sees what of a race: whoever may read or edit the event."""

from typing import Any, Self

from core.changes.models import TrackedQuerySet
from events.models import Event
from events.querysets import DraftQuerySet


class OfEventQuerySet(TrackedQuerySet[Any]):
    def readable_by(self, user: Any) -> Self:
        return self.filter(event__in=Event._base_manager.all().readable_by(user))

    def editable_by(self, user: Any) -> Self:
        return self.filter(event__in=Event._base_manager.all().editable_by(user))


class OnSlotQuerySet(DraftQuerySet):
    def readable_by(self, user: Any) -> Self:
        return self.filter(slot__event__in=Event._base_manager.all().readable_by(user))

    def editable_by(self, user: Any) -> Self:
        return self.filter(slot__event__in=Event._base_manager.all().editable_by(user))
