"""Who works on content that an organizer owns."""

from typing import Any, Self

from django.db.models import Q

from core.publication import PublishedQuerySet, State
from organizers.models import Role, acts_for_all, is_content_staff, owned_by


class OwnedQuerySet(PublishedQuerySet):
    """A member of an organizer works on what that organizer owns only; an editor on drafts, a publisher on all."""

    def readable_by(self, user: Any) -> Self:
        if not user.has_perm(self._permission("view")):
            return self.none()
        return self if acts_for_all(user) else self.filter(owned_by(user))

    def editable_by(self, user: Any) -> Self:
        if not user.has_perm(self._permission("change")):
            return self.none()
        if acts_for_all(user):
            return self
        drafts = owned_by(user) & Q(state__in=[State.DRAFT, State.IN_REVIEW])
        return self.filter(drafts | owned_by(user, Role.PUBLISHER))

    def publishable_by(self, user: Any) -> Self:
        return self._by_role(user, "publish")

    def reviewable_by(self, user: Any) -> Self:
        return self._by_role(user, "review")

    def _by_role(self, user: Any, verb: str) -> Self:
        if is_content_staff(user):
            rows = self if acts_for_all(user) else self.filter(owned_by(user))
            return rows._staff_only(user, verb)
        if not user.has_perm(self._permission("change")):
            return self.none()
        return self.filter(owned_by(user, Role.PUBLISHER))

    def _permission(self, verb: str) -> str:
        meta = self.model._meta
        return f"{meta.app_label}.{verb}_{meta.model_name}"
