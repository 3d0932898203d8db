"""Publication: draft, in review, published, withdrawn; a time to appear, a time to vanish; reviews.

The acts are functions: guards first, then the change and its line in the log, in one unit of work.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Min, Q
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, edit
from core.changes.models import Act, Root, TrackedQuerySet, acts_of, locked, log

Guard = Callable[[Any], Iterable[ValidationError]]


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class PublishedQuerySet(TrackedQuerySet[Any]):
    """Who sees what. ``visible`` is the public's view; the others are answered by each model for a user."""

    def visible(self) -> Self:
        return self.filter(public=True)

    def readable_by(self, user: Any) -> Self:
        """What a user may open in the admin and choose in its lists, drafts included."""
        return self._staff_only(user, "view")

    def editable_by(self, user: Any) -> Self:
        return self._staff_only(user, "change")

    def publishable_by(self, user: Any) -> Self:
        return self._staff_only(user, "publish")

    def reviewable_by(self, user: Any) -> Self:
        return self._staff_only(user, "review")

    def _staff_only(self, user: Any, verb: str) -> Self:
        meta = self.model._meta
        return self if user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}") else self.none()

    def by_name(self, language: str) -> Self:
        """Named content with the key that its name sorts by in a language, as ``sort_key``."""
        return self.filter(sort_keys__language=language).annotate(sort_key=F("sort_keys__key"))

    def overdue(self, moment: datetime) -> Self:
        """Rows whose stored ``public`` is not what the clock says."""
        in_time = (Q(appear_at=None) | Q(appear_at__lte=moment)) & (Q(vanish_at=None) | Q(vanish_at__gt=moment))
        return self.filter(Q(public=False, state=State.PUBLISHED) & in_time | Q(public=True, vanish_at__lte=moment))


class Published(Root):
    """A root with a publication state."""

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT, editable=False)
    appear_at = models.DateTimeField(
        _("appears at"), null=True, blank=True, help_text=_("Leave empty to appear as soon as it is published.")
    )
    vanish_at = models.DateTimeField(
        _("vanishes at"), null=True, blank=True, help_text=_("Leave empty to stay until it is withdrawn.")
    )
    first_published_at = models.DateTimeField(null=True, editable=False)

    objects = PublishedQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Root.Meta):
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.appear_at and self.vanish_at and self.vanish_at <= self.appear_at:
            raise ValidationError({"vanish_at": _("This is before it appears. Enter a later time, or none.")})

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        if before is not None:  # only an act changes these: a form opened before it must not undo it
            self.state, self.first_published_at = before.state, before.first_published_at
        return super().prepare(before, unit)

    def is_public(self, before: Self | None, moment: datetime) -> bool:
        return (
            self.state == State.PUBLISHED
            and (self.appear_at is None or self.appear_at <= moment)
            and (self.vanish_at is None or self.vanish_at > moment)
        )

    @classmethod
    def catch_up(cls, unit: Edit) -> None:
        for row in locked(cls._base_manager.overdue(unit.moment).order_by("pk"), skip_locked=True):
            row.public = row.is_public(row, unit.moment)
            cls._base_manager.filter(pk=row.pk).stamp(public=row.public, updated_at=unit.moment)
            unit.touch(row.key)
            row.publicness_changed(unit)

    @classmethod
    def next_due(cls, moment: datetime) -> datetime | None:
        alive = Q(vanish_at=None) | Q(vanish_at__gt=moment)
        waiting = cls._base_manager.filter(alive, state=State.PUBLISHED, public=False, appear_at__isnull=False)
        leaving = cls._base_manager.filter(public=True, vanish_at__isnull=False)
        moments = (waiting.aggregate(at=Min("appear_at"))["at"], leaving.aggregate(at=Min("vanish_at"))["at"])
        return min((at for at in moments if at is not None), default=None)

    @property
    def reviews_required(self) -> int:
        """How many people approve it before it may be published."""
        return int(settings.REVIEWS_REQUIRED)

    # Rules that an act must pass, beyond its state. A higher floor adds its own with `register_guard`.

    def check_publish(self) -> Iterable[ValidationError]:
        return []

    def check_withdraw(self) -> Iterable[ValidationError]:
        return []


class Verb(models.TextChoices):
    SUBMIT = "submit", _("Submit for review")
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Send back")
    PUBLISH = "publish", _("Publish")
    WITHDRAW = "withdraw", _("Withdraw")


_guards: dict[tuple[str, str], list[Guard]] = defaultdict(list)


def register_guard(kind: str, verb: Verb, guard: Guard) -> None:
    """Lets a higher floor refuse an act on a lower one: events keep their venues from being withdrawn."""
    if guard not in _guards[kind, verb]:
        _guards[kind, verb].append(guard)


# Which vocabulary word opens each act to a user, and from which states it starts.
ALLOWED: dict[Verb, tuple[str, frozenset[str]]] = {
    Verb.SUBMIT: ("editable_by", frozenset({State.DRAFT, State.WITHDRAWN})),
    Verb.APPROVE: ("reviewable_by", frozenset({State.IN_REVIEW})),
    Verb.REJECT: ("reviewable_by", frozenset({State.IN_REVIEW})),
    Verb.PUBLISH: ("publishable_by", frozenset({State.DRAFT, State.IN_REVIEW, State.WITHDRAWN})),
    Verb.WITHDRAW: ("publishable_by", frozenset({State.PUBLISHED})),
}

WRITING = (Act.Verb.CREATED, Act.Verb.CHANGED)


def approvals(row: Published) -> int:
    """How many people approved the text as it stands."""
    return _approvals(row).order_by().values("by").distinct().count()


def _approvals(row: Published) -> models.QuerySet[Act]:
    """An edit after an approval voids it."""
    acts = acts_of(row)
    last_edit = acts.filter(verb__in=[*WRITING, Act.Verb.REJECTED]).order_by("-pk").values_list("pk", flat=True).first()
    return acts.filter(verb=Act.Verb.APPROVED, pk__gt=last_edit or 0)


def approved_it(row: Published, user: Any) -> bool:
    """Whether the user has approved the text as it stands."""
    return _approvals(row).filter(by=user).exists()


def wrote_it(row: Published, user: Any) -> bool:
    """Whether the user wrote any of what is under review: since it was last public, or at all."""
    acts = acts_of(row)
    last_public = acts.filter(verb=Act.Verb.PUBLISHED).order_by("-pk").values_list("pk", flat=True).first()
    return acts.filter(by=user, verb__in=WRITING, pk__gt=last_public or 0).exists()


def verbs_for(row: Published, user: Any) -> list[Verb]:
    """The acts to offer a user on this row; the guards still have their say."""
    queryset = type(row)._default_manager.filter(pk=row.pk)
    verbs = [
        verb
        for verb, (word, states) in ALLOWED.items()
        if row.state in states and getattr(queryset, word)(user).exists()
    ]
    if Verb.APPROVE in verbs and (wrote_it(row, user) or approved_it(row, user)):
        verbs.remove(Verb.APPROVE)
    if Verb.PUBLISH in verbs and approvals(row) < row.reviews_required:
        verbs.remove(Verb.PUBLISH)
    return verbs


def act(
    row: Published, verb: Verb, *, by: Any, note: str = "", moment: datetime | None = None, reviewed: bool = False
) -> Published:
    """Does one act of publication; returns the row as it then stands.

    ``reviewed`` is for content whose review happened elsewhere: a shipped data set, an import from another system.

    Raises ValidationError, with what to do, where the state, the reviews or a guard forbid it. Whether the user may
    do it at all is the caller's question to ``verbs_for``.
    """
    with edit(by=by, moment=moment) as unit:
        rows = type(row)._base_manager.filter(pk=row.pk)
        current = locked(rows).get()
        _check(current, verb, by, note, reviewed)
        state, done = {
            Verb.SUBMIT: (State.IN_REVIEW, Act.Verb.SUBMITTED),
            Verb.APPROVE: (State.IN_REVIEW, Act.Verb.APPROVED),
            Verb.REJECT: (State.DRAFT, Act.Verb.REJECTED),
            Verb.PUBLISH: (State.PUBLISHED, Act.Verb.PUBLISHED),
            Verb.WITHDRAW: (State.WITHDRAWN, Act.Verb.WITHDRAWN),
        }[verb]
        if current.state != state:
            first = current.first_published_at or (unit.moment if verb is Verb.PUBLISH else None)
            rows.stamp(state=state, first_published_at=first)
            current.save()
        log(current, done, by=by, at=unit.moment, note=note)
    return current


def _check(row: Published, verb: Verb, by: Any, note: str, reviewed: bool) -> None:
    _word, states = ALLOWED[verb]
    if row.state not in states:
        raise ValidationError(
            _("“%(object)s” is %(state)s now; this act does not start from there. Reload the page."),
            code="state",
            params={"object": str(row), "state": row.get_state_display()},
        )
    if verb is Verb.APPROVE and wrote_it(row, by):
        raise ValidationError(_("Nobody approves their own text: ask a colleague."), code="own_text")
    if verb is Verb.REJECT and not note.strip():
        raise ValidationError(_("Say in the note what has to change."), code="note_required")
    if verb is Verb.PUBLISH and not reviewed and (got := approvals(row)) < row.reviews_required:
        raise ValidationError(
            _("This needs %(required)d approvals and has %(got)d. Submit it for review first."),
            code="reviews",
            params={"required": row.reviews_required, "got": got},
        )
    own = {Verb.PUBLISH: row.check_publish, Verb.WITHDRAW: row.check_withdraw}.get(verb)
    problems = [*(own() if own else ()), *(problem for guard in _guards[row.kind, verb] for problem in guard(row))]
    if problems:
        raise ValidationError(problems)
