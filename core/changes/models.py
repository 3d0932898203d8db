"""The rows of the change feed, and the base classes of tracked content.

A *root* is an object with a public key of its own (a venue, an event, a picture); a *child* belongs to one root and
changes with it (a designation, a link, the place of a picture). Writing either touches the root.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, Key, ensure_edit, running
from core.changes.rows import insert_rows
from core.short_codes import LENGTH, short_code

M = TypeVar("M", bound=models.Model, covariant=True)

Settler = Callable[[list[str], Edit], None]
_settlers: dict[str, list[Settler]] = defaultdict(list)


def register_settler(kind: str, settler: Settler) -> None:
    """Lets what stands on a model bring its derived rows up to date, after the model's own ``settle``."""
    if settler not in _settlers[kind]:
        _settlers[kind].append(settler)


def settlers(kind: str) -> list[Settler]:
    return _settlers[kind]


class ContentRevision(models.Model):
    """The one counter row. Its lock, held from numbering to commit, makes numbers appear in the order of commits."""

    number = models.BigIntegerField(default=0)
    at = models.DateTimeField(help_text="When the number was taken: what content without a clock is as of.")
    day = models.DateField(help_text="The district's day up to which time has been told.")
    next_due = models.DateTimeField(help_text="When something appears, vanishes or a day turns.")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="content_revision_is_one_row")]


class Change(models.Model):
    """The newest change of one public object. One row per object, overwritten; never public means no row."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    code = models.CharField(max_length=LENGTH)  # ``short_code(kind, key)``
    revision = models.BigIntegerField()
    deleted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="change_once_per_object")]
        indexes = [
            # The feed reads in this order, from a cursor of these three.
            models.Index(fields=["revision", "kind", "key"], name="change_feed"),
            # Short links. Two objects with the same code are no reason to refuse the second one's publication.
            models.Index(fields=["code"], name="change_by_code"),
        ]


class Act(models.Model):
    """The log of acts: who did what to which object, when, and what they said about it."""

    class Verb(models.TextChoices):
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")
        SUBMITTED = "submitted", _("submitted for review")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("sent back")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RELEASED = "released", _("schedule released")

    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.CharField(max_length=40)
    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    note = models.TextField(_("note"), blank=True)
    fields = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    label = models.CharField(_("object"), max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("act")
        verbose_name_plural = _("log of acts")
        # An object's history, newest first.
        indexes = [models.Index(fields=["kind", "object_id", "-id"], name="act_of_object")]

    def __str__(self) -> str:
        return f"{self.label}: {self.get_verb_display()}"

    def get_admin_url(self) -> str | None:
        return None


class TrackedQuerySet(models.QuerySet[M]):
    """Refuses the writes that would pass by the unit of work."""

    def _refuse(self, name: str) -> Any:
        raise TypeError(
            f"{self.model.__name__}.objects.{name}() would change content without a revision. "
            "Save or delete the objects one by one inside `with edit():`."
        )

    def update(self, **kwargs: Any) -> int:
        return self._refuse("update")

    def delete(self) -> tuple[int, dict[str, int]]:
        return self._refuse("delete")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[M]:
        return self._refuse("bulk_create")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        return self._refuse("bulk_update")

    async def aupdate(self, **kwargs: Any) -> int:
        return self._refuse("aupdate")

    async def adelete(self) -> tuple[int, dict[str, int]]:
        return self._refuse("adelete")

    async def abulk_create(self, *args: Any, **kwargs: Any) -> list[M]:
        return self._refuse("abulk_create")

    async def abulk_update(self, *args: Any, **kwargs: Any) -> int:
        return self._refuse("abulk_update")

    def stamp(self, **values: Any) -> int:
        """Writes derived columns (``public``, ``version``) where the caller has touched the objects already."""
        if running() is None:
            return self._refuse("stamp")
        return super().update(**values)

    def insert(self, rows: list[M]) -> list[M]:
        """Many new rows in few statements, each touched as by its own save."""
        unit = running()
        if unit is None:
            return self._refuse("insert")
        insert_rows(rows)
        unit.touch(*self.model.touched_by(rows))  # type: ignore[attr-defined]
        return rows

    def rewrite(self, rows: list[M], fields: Iterable[str]) -> int:
        """These columns of many rows in few statements. Only what stays with its root and its key: the caller holds the
        root, raises its version, and has set the derived columns."""
        unit = running()
        if unit is None:
            return self._refuse("rewrite")
        unit.touch(*self.model.touched_by(rows))  # type: ignore[attr-defined]
        plain: models.QuerySet[M] = models.QuerySet(self.model, using=self.db)  # whose update() is not refused
        return plain.bulk_update(rows, list(fields), batch_size=200) if rows else 0


class Tracked(models.Model):
    """A row of public content. A save touches the keys it had and the keys it has."""

    objects = TrackedQuerySet.as_manager()
    _base_manager: ClassVar[Any]  # ``objects``: what the base class declares has no ``stamp()``

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def touches(self) -> Iterable[Key]:
        """The public objects whose answer changes with this row."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it touches")

    @classmethod
    def touched_by(cls, rows: Iterable[Self]) -> set[Key]:
        """What many rows at once touch."""
        return {key for row in rows for key in row.touches()}

    def stored(self) -> Self | None:
        """The row as the database holds it, locked until the unit of work ends."""
        if self.pk is None or self._state.adding:
            return None
        # By its key: a lock cannot take what the row's own order may join to it.
        return locked(type(self)._base_manager.filter(pk=self.pk).order_by("pk")).first()

    def enter(self, unit: Edit) -> None:
        """What is locked before this row: always the root first, so that two writers cannot wait for each other."""

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        """Sets derived columns before a save; returns their names."""
        return set()

    def finish(self, before: Self | None, unit: Edit) -> None:
        """What a save entails in other rows of the same object."""

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        with ensure_edit() as unit:
            self.enter(unit)
            before = self.stored()
            if before is not None:
                unit.touch(*before.touches())
            derived = self.prepare(before, unit)
            if update_fields is not None:
                update_fields = {*update_fields, *derived}
            super().save(*args, update_fields=update_fields, **kwargs)
            unit.touch(*self.touches())
            if not isinstance(self, Child):
                unit.touch_shown(self.touches)
            self.finish(before, unit)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with ensure_edit() as unit:
            self.enter(unit)
            unit.touch(*(self.stored() or self).touches())
            for row in dependants(self):
                unit.touch(*row.touches())
            return super().delete(*args, **kwargs)


def locked(rows: models.QuerySet[M], *, skip_locked: bool = False) -> models.QuerySet[M]:
    """These rows, held until the unit of work ends.

    The lock leaves foreign keys alone (PostgreSQL's FOR NO KEY UPDATE). They are checked at the commit, under the
    counter: with the full lock, an editor of a tag who waits for the counter, and one who has it and has just used
    that tag, would wait for each other.
    """
    return rows.select_for_update(no_key=True, skip_locked=skip_locked)


def dependants(row: models.Model) -> Iterator[Tracked]:
    """The tracked rows that point at this one: a venue's children, the places where a picture is shown.

    Draft children are left out: they touch nothing.
    """
    for relation in row._meta.related_objects:
        model = relation.related_model
        if not isinstance(model, type) or not issubclass(model, Tracked) or not relation.field.concrete:
            continue
        rows = model._base_manager.filter(**{relation.field.name: row.pk}).order_by()
        if not issubclass(model, Child):
            yield from rows
        elif not model.draft:
            yield from with_keys(rows)


def with_keys(rows: models.QuerySet[M]) -> models.QuerySet[M]:
    """Children with the key of their root, and nothing else of it: a root has many columns."""
    name = rows.model.root_field  # type: ignore[attr-defined]
    root: Any = rows.model._meta.get_field(name).related_model
    own = [field.name for field in rows.model._meta.concrete_fields]
    key = f"{name}__{root.key_field}" if issubclass(root, Root) else f"{name}__pk"
    return rows.select_related(name).only(*own, key)


class Root(Tracked):
    """An object with a public key. ``public`` is derived: only the unit of work and the tick write it."""

    kind: ClassVar[str]
    key_field: ClassVar[str] = "slug"
    # Where its pages for people are, if it has any: ``venues`` for ``/venues/{slug}/``.
    folder: ClassVar[str] = ""

    public = models.BooleanField(_("public now"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    updated_at = models.DateTimeField(_("last change"), default=timezone.now, editable=False)

    class Meta(Tracked.Meta):
        abstract = True

    @property
    def key(self) -> Key:
        return Key(self.kind, str(getattr(self, self.key_field)))

    @property
    def code(self) -> str:
        """What ``/s/{code}`` knows it by."""
        return short_code(*self.key)

    @property
    def page_path(self) -> str:
        return f"/{self.folder}/{self.key.key}/"

    @property
    def share_url(self) -> str:
        return f"{settings.PUBLIC_ORIGIN}{self.page_path}"

    def touches(self) -> Iterable[Key]:
        yield self.key

    def draft_stamp(self, unit: Edit) -> dict[str, Any]:
        """Columns for colleagues that a change of its drafts writes."""
        return {}

    def shows(self) -> Iterable[Key]:
        """The objects that are public, or not, because of this one; touched when its publicness changes."""
        for row in dependants(self):
            if isinstance(row, Child):
                yield from row.shown()

    def is_public(self, before: Self | None, moment: datetime) -> bool:
        """Whether the row's own columns make it public then. Where other rows decide, ``settle`` does it later."""
        return before.public if before else False

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        self.version = (before.version if before else 0) + 1
        self.updated_at = unit.moment
        self.public = self.is_public(before, unit.moment)
        return {"version", "updated_at", "public"}

    def finish(self, before: Self | None, unit: Edit) -> None:
        if before is not None and before.public != self.public:  # nothing points at a new row yet
            self.publicness_changed(unit)

    def publicness_changed(self, unit: Edit) -> None:
        unit.touch(*self.shows())

    @classmethod
    def settle(cls, keys: list[str], unit: Edit) -> None:
        """Brings derived rows of these objects up to date, before anything is numbered."""

    @classmethod
    def catch_up(cls, unit: Edit) -> None:
        """Brings what depends on the clock up to ``unit.moment``."""

    @classmethod
    def next_due(cls, moment: datetime) -> datetime | None:
        """The next instant at which ``catch_up`` has something to do, or None. May lie in the past when a row was
        being edited while time passed."""
        return None


class Child(Tracked):
    """A row that belongs to one root, named by ``root_field``, and raises its version."""

    root_field: ClassVar[str]
    # A draft child is never shown by itself: it raises the version and touches nothing.
    draft: ClassVar[bool] = False

    class Meta(Tracked.Meta):
        abstract = True

    @property
    def root(self) -> Root:
        return getattr(self, self.root_field)

    def touches(self) -> Iterable[Key]:
        return () if self.draft else (self.root.key,)

    def shown(self) -> Iterable[Key]:
        """The objects that are public, or not, with its root."""
        return self.touches()

    def enter(self, unit: Edit) -> None:
        self._raise_version(self.root, unit)

    def finish(self, before: Self | None, unit: Edit) -> None:
        if before is not None and before.root.pk != self.root.pk:
            self._raise_version(before.root, unit)

    def _raise_version(self, root: Root, unit: Edit) -> None:
        """A draft leaves ``updated_at`` alone: the public reads it, and gets no number for a draft."""
        written = root.draft_stamp(unit) if self.draft else {"updated_at": unit.moment}
        type(root)._base_manager.filter(pk=root.pk).stamp(version=F("version") + 1, **written)


@cache
def root_models() -> dict[str, type[Root]]:
    """Every kind of public object, in the order of the tower from the ground up."""
    return {model.kind: model for model in reversed(apps.get_models()) if issubclass(model, Root)}


def log(row: Root, verb: str, *, by: Any, at: Any, note: str = "", fields: Iterable[str] = ()) -> Act:
    return Act.objects.create(
        kind=row.kind,
        object_id=str(row.pk),
        verb=verb,
        by=by,
        at=at,
        note=note,
        fields=list(fields),
        version=row.version,
        label=str(row)[:200],
    )


def acts_of(row: Root) -> models.QuerySet[Act]:
    return Act.objects.filter(kind=row.kind, object_id=str(row.pk)).select_related("by")
