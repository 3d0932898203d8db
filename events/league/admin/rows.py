"""Stages, groups and entries as rows of one page."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.base import TabularRows
from core.admin.merging import MergingForm
from core.admin.rows import MergingFormSet
from core.slugs import slugify
from core.translations import show
from events.league.choosing import Roster
from events.league.entries import entered_twice
from events.league.models import Entry, Group, Stage, StageKind, Team

EMPTY_ROWS = 6  # to fill without a script, too


class RowForm(MergingForm):
    def _post_clean(self) -> None:
        """Without what ``MergingForm`` asks of the database: rows may change places, and the table says it better."""
        forms.ModelForm._post_clean(self)  # type: ignore[attr-defined]


class PartForm(RowForm):
    """A stage or a group, whose name in URLs is made of its name where nothing is said."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("slug") and "slug" not in self.errors and (name := cleaned.get("name")):
            cleaned["slug"] = slugify(name.get("en") or show(name))[:40].strip("-")
        return cleaned


class PartFormSet(MergingFormSet):
    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        if "slug" in form.fields:  # not where it is only read
            form.fields["slug"].required = False

    def validate_unique(self) -> None:
        """By name: Django's words are about the data for a column. What is stored counts as well: an address that is
        given up is free after the save."""
        model: Any = self.model
        stored = model.objects.filter(event=self.instance) if self.instance.pk else ()
        seen = {row.slug: row for row in stored}
        for form in _kept(self):
            row = form.instance
            other = seen.setdefault(row.slug, row)
            if row.slug and other != row:
                message = _("“%(one)s” and “%(other)s” have the same name in URLs: %(slug)s. Change one of them.")
                form.add_error("slug", message % {"one": other, "other": row, "slug": row.slug})

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            needed_by = [str(row) for row in _needing(form.instance)]
            if form.instance.pk and needed_by:
                message = _("“%(part)s” has %(rows)s. Move or remove these first, and save.")
                words = {"part": form.instance, "rows": ", ".join(needed_by)}
                raise ValidationError(message % words, code="needed")


def _needing(part: Stage | Group) -> list[Any]:
    rows: Any = part.groups if isinstance(part, Stage) else part.entries
    return [*rows.all()[:5], *part.matches.all()[:5]] if part.pk else []


class GroupFormSet(PartFormSet):
    @cached_property
    def stages(self) -> list[tuple[Any, str]]:
        rows = Stage.objects.filter(event=self.instance, kind=StageKind.GROUPS) if self.instance.pk else ()
        return [(row.pk, str(row)) for row in rows]

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        field = form.fields.get("stage")
        if field is None:
            return
        field.queryset = Stage.objects.filter(event=self.instance, kind=StageKind.GROUPS)
        field.widget.choices = [("", "---------"), *self.stages]
        if index is None or index >= self.initial_form_count():  # a new one, where there is no choice
            field.initial = self.stages[0][0] if len(self.stages) == 1 else None


class TeamField(forms.Field):
    """A team, written as people call it; ``roster`` knows them."""

    widget = forms.TextInput
    roster: Roster

    def to_python(self, value: Any) -> Any:
        return self.roster.find(value.strip()) if isinstance(value, str) and value.strip() else value or None

    def prepare_value(self, value: Any) -> Any:
        return self.roster.write(value) if isinstance(value, Team) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self._known(initial) != self._known(data)

    def _known(self, value: Any) -> Any:
        try:
            return self.to_python(value)
        except ValidationError:
            return value


class EntryForm(RowForm):
    team = TeamField(
        label=gettext_lazy("team"),
        widget=forms.TextInput(attrs={"list": "choosable-teams", "autocomplete": "off", "class": "vTextField"}),
    )
    group = forms.ModelChoiceField(Group.objects.none(), label=gettext_lazy("group"), required=False)

    class Meta:
        model = Entry
        fields = ("team", "group", "seed", "withdrawn")


class EntryFormSet(MergingFormSet):
    """``roster`` is set by the page: whom its user may enter."""

    roster: Roster

    @cached_property
    def groups(self) -> list[Group]:
        return list(Group.objects.filter(event=self.instance)) if self.instance.pk else []

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        if "team" not in form.fields:
            return
        form.fields["team"].roster = self.roster
        if form.instance.team_id:
            form.initial["team"] = self.roster.write(form.instance.team)
        field = form.fields["group"]
        field.queryset = Group.objects.filter(event=self.instance)
        field.widget.choices = [("", "---------"), *((row.pk, str(row)) for row in self.groups)]

    def validate_unique(self) -> None:
        """Of what there would be, whoever posted it: a team is in one group, a seed is one team's."""
        rows = list(self._rows())
        by_team, by_seed = _several(rows, lambda row: row.team_id), _several(rows, lambda row: row.seed)
        for form in _kept(self):
            same = by_team.get(form.instance.team_id)
            if same:
                form.add_error("team", entered_twice([(row.team, row.group) for row in same]))
            same = by_seed.get(form.instance.seed)
            if same and "seed" in form.changed_data:
                names = ", ".join(str(row.team) for row in same if row is not form.instance)
                message = _("Seed %(seed)d is that of %(teams)s too.")
                form.add_error("seed", message % {"seed": form.instance.seed, "teams": names})

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            row = form.instance
            if row.pk and (row.home_matches.exists() or row.away_matches.exists()):
                message = _("“%(team)s” has matches: mark it as withdrawn instead.")
                raise ValidationError(message % {"team": row}, code="needed")

    def _rows(self) -> Iterator[Entry]:
        forms = _kept(self)
        yield from (form.instance for form in forms)
        posted = [form.instance.pk for form in self.forms if form.instance.pk]
        if self.instance.pk:
            stored = Entry.objects.filter(event=self.instance).exclude(pk__in=posted)
            yield from stored.select_related("team", "group")

    def save(self, commit: bool = True) -> Any:
        """Seeds that change hands are given back first: no two rows have one at any time."""
        moved = [form.instance.pk for form in self.initial_forms if "seed" in form.changed_data]
        if moved:
            Entry._base_manager.filter(pk__in=moved).stamp(seed=None)
        return super().save(commit)


def _kept(rows: MergingFormSet) -> list[Any]:
    """The forms of rows that would be there, so far as they could be read."""
    forms = [form for form in rows.forms if form not in rows.deleted_forms and not form.errors]
    return [form for form in forms if form.instance.pk or form.has_changed()]


def _several(rows: Iterable[Entry], key: Any) -> dict[Any, list[Entry]]:
    found: dict[Any, list[Entry]] = defaultdict(list)
    for row in rows:
        if key(row) is not None:
            found[key(row)].append(row)
    return {each: same for each, same in found.items() if len(same) > 1}


def roster_of(request: HttpRequest, event: Any) -> Roster:
    """Whom the user may enter; asked of the database once a request."""
    if not hasattr(request, "roster"):
        request.roster = Roster.of(event, request.user)  # type: ignore[attr-defined]
    found: Roster = request.roster  # type: ignore[attr-defined]
    return found


class StageRows(TabularRows):
    model = Stage
    form = PartForm
    formset = PartFormSet
    fields = ("name", "kind", "slug", "position")
    classes = ("collapse",)


class GroupRows(TabularRows):
    model = Group
    form = PartForm
    formset = GroupFormSet
    fields = ("name", "stage", "slug", "position")
    classes = ("collapse",)
    verbose_name_plural = gettext_lazy("groups of the event")


class EntryRows(TabularRows):
    model = Entry
    form = EntryForm
    formset = EntryFormSet
    fields = ("team", "group", "seed", "withdrawn")
    extra = EMPTY_ROWS
    show_change_link = True
    verbose_name_plural = gettext_lazy("teams with group and seed")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("team", "group")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.roster = roster_of(request, obj)
        return formset
