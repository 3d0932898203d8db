"""What all kinds of things in the library have alike: they are public while something public shows them."""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, Key, chunks, ensure_edit
from core.changes.models import Child, Root, TrackedQuerySet, dependants, locked
from core.changes.records import lock_counter
from core.translations import plain_line
from organizers.models import acts_for_all, owned_by


class ShownQuerySet(TrackedQuerySet[Any]):
    def visible(self) -> Self:
        return self.filter(public=True)

    def readable_by(self, user: Any) -> Self:
        """Staff see all; a member their own organizer's, and what the public sees anyway."""
        if acts_for_all(user):
            return self
        return self.filter(owned_by(user) | models.Q(public=True)) if user.is_active else self.none()

    def editable_by(self, user: Any) -> Self:
        """Staff edit all; a member their own organizer's, where they may edit everything that shows it."""
        if not user.has_perm(f"media.change_{self.model._meta.model_name}"):
            return self.none()
        if acts_for_all(user):
            return self
        own = self.filter(owned_by(user))
        for model, field in showing(self.model):
            root: Any = model._meta.get_field(model.root_field).related_model
            mine = root._base_manager.all().editable_by(user)
            elsewhere = model._base_manager.exclude(**{f"{model.root_field}__in": mine.values("pk")})
            own = own.exclude(pk__in=elsewhere.values(field))
        return own

    def used(self) -> Self:
        """What something shows, public or not."""
        return self.filter(_shown_somewhere(self.model))

    def unused(self) -> Self:
        return self.exclude(_shown_somewhere(self.model))


def _shown_somewhere(kind: type["Shown"]) -> models.Q:
    rows = ((model._base_manager.exclude(**{field: None}), field) for model, field in showing(kind))
    shown = (models.Q(pk__in=of_one.values(field)) for of_one, field in rows)
    return reduce(or_, shown, models.Q(pk__in=[]))


class Shown(Root):
    """A thing of the library, with whom to name for it. A subclass has an ``organizer``: whose it is."""

    key_field = "id"

    credit = models.CharField(_("credit"), max_length=200, help_text=_("Whom to name: photographer, archive, agency."))
    licence = models.CharField(
        _("licence"), max_length=80, blank=True, help_text=_("SPDX or Creative Commons name: CC-BY-4.0.")
    )
    source = models.URLField(_("source"), blank=True)

    class Meta(Root.Meta):
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """As titles are cleaned: they stand beside them."""
        self.credit, self.licence = plain_line(self.credit or ""), plain_line(self.licence or "")
        super().clean_fields(exclude)

    def missing_words(self) -> list[str]:
        """The fields without which it is not shown in public."""
        raise NotImplementedError(f"{type(self).__name__} does not say what words it needs")

    def placements(self) -> Iterable["Showing"]:
        return (row for row in dependants(self) if isinstance(row, Showing))

    def touches(self) -> Iterable[Key]:
        """Itself and everything that shows it."""
        yield self.key
        for placement in self.placements():
            yield placement.root.key

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Under the counter: nobody commits another place for it after it was looked who shows it. Without, the two
        could wait for each other: the one who placed it, for the fate of its row at the commit; this one, for the
        counter. Raises ProtectedError where something shows it."""
        with ensure_edit() as unit:
            self.stored()  # rows are locked before the counter
            lock_counter(unit.moment)
            return super().delete(*args, **kwargs)

    @classmethod
    def settle(cls, keys: list[str], unit: Edit) -> None:
        """Locks the rows in order, then reads who shows them: a second writer must see the first one's result."""
        for part in chunks(keys):
            rows = locked(cls._base_manager.filter(pk__in=part).order_by("pk"))
            stored = dict(rows.values_list("pk", "public"))
            shown: set[Any] = set()
            for model, field in showing(cls):
                places = model._base_manager.filter(**{f"{field}__in": stored, f"{model.root_field}__public": True})
                shown.update(places.values_list(field, flat=True))
            for public in (True, False):
                wrong = [pk for pk, known in stored.items() if (pk in shown) is public and known is not public]
                cls._base_manager.filter(pk__in=wrong).stamp(public=public)


class Showing(Child):
    """A row that shows things of the library on its root, in the columns ``shown_fields``."""

    shown_fields: ClassVar[tuple[str, ...]] = ("image",)

    class Meta(Child.Meta):
        abstract = True

    def touches(self) -> Iterable[Key]:
        """What it shows only where the public sees it here: a draft is silent."""
        yield self.root.key
        if type(self.root)._base_manager.filter(pk=self.root.pk, public=True).exists():
            yield from self._shown_keys()

    def shown(self) -> Iterable[Key]:
        yield self.root.key
        yield from self._shown_keys()

    def _shown_keys(self) -> Iterable[Key]:
        for name in self.shown_fields:
            field: Any = self._meta.get_field(name)
            yield Key(field.related_model.kind, str(getattr(self, field.attname)))


def showing(kind: type[Shown]) -> list[tuple[type[Showing], str]]:
    """Every column that shows such things, with its model; the higher floors add theirs by subclassing."""
    related = ((relation.related_model, relation.field.name) for relation in kind._meta.related_objects)
    return [(model, field) for model, field in related if isinstance(model, type) and issubclass(model, Showing)]
