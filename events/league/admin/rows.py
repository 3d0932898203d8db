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
from events.league.models import Entry, Group, Stage, StageKind, Team

EMPTY_ROWS = 6  # to fill without a script, too


class PartForm(MergingForm):
    """A stage or a group, whose name in URLs is made of its name where nothing is said."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("slug") and "slug" not in self.errors and (name := cleaned.get("name")):
            cleaned["slug"] = slugify(name.get("en") or show(name))[:40].strip("-")
        return cleaned


class PartFormSet(MergingFormSet):
    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        form.fields["slug"].required = False
        form.fields["slug"].help_text = ""

    def validate_unique(self) -> None:
        """By name: Django's words are about the data for a column."""
        seen: dict[str, str] = {}
        for form in _kept(self):
            slug = form.cleaned_data.get("slug")
            if slug in seen:
                message = _("“%(one)s” and “%(other)s” have the same name in URLs: %(slug)s. Change one of them.")
                form.add_error("slug", message % {"one": seen[slug], "other": form.instance, "slug": slug})
            elif slug:
                seen[slug] = str(form.instance)


class GroupFormSet(PartFormSet):
    @cached_property
    def stages(self) -> list[tuple[Any, str]]:
        rows = Stage.objects.filter(event=self.instance, kind=StageKind.GROUPS) if self.instance.pk else ()
        return [(row.pk, str(row)) for row in rows]

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        field = form.fields["stage"]
        field.queryset = Stage.objects.filter(event=self.instance, kind=StageKind.GROUPS)
        field.widget.choices = [("", "---------"), *self.stages]
        if index is None or index >= self.initial_form_count():  # a new one, where there is no choice
            field.initial = self.stages[0][0] if len(self.stages) == 1 else None


class TeamField(forms.CharField):
    """A team, written as people call it; ``roster`` knows them."""

    roster: Roster

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self.roster.find(text) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or "").strip() != (data or "").strip()


class EntryForm(MergingForm):
    team = TeamField(
        label=gettext_lazy("team"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "choosable-teams", "autocomplete": "off", "class": "vTextField"}),
    )
    group = forms.ModelChoiceField(Group.objects.none(), label=gettext_lazy("group"), required=False)

    class Meta:
        model = Entry
        fields = ("team", "group", "seed", "withdrawn")

    def _post_clean(self) -> None:
        """Without what ``MergingForm`` asks of the database about teams and seeds: two rows may change places."""
        forms.ModelForm._post_clean(self)  # type: ignore[attr-defined]


class EntryFormSet(MergingFormSet):
    """``roster`` is set by the page: whom its user may enter."""

    roster: Roster

    @cached_property
    def groups(self) -> list[Group]:
        return list(Group.objects.filter(event=self.instance)) if self.instance.pk else []

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
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
                message = _(
                    "“%(team)s” is entered %(times)d times: in %(groups)s. A team is in one group; keep one row."
                )
                groups = ", ".join(str(row.group) if row.group else _("no group") for row in same)
                words = {"team": form.instance.team, "times": len(same), "groups": groups}
                form.add_error("team", ValidationError(message % words, code="twice"))
            same = by_seed.get(form.instance.seed)
            if same and "seed" in form.changed_data:
                names = ", ".join(str(row.team) for row in same if row is not form.instance)
                message = _("Seed %(seed)d is that of %(teams)s too.")
                form.add_error("seed", message % {"seed": form.instance.seed, "teams": names})

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


def entered_twice(rows: list[Entry]) -> ValidationError:
    """About rows of one team."""
    groups = ", ".join(str(row.group) if row.group else _("no group") for row in rows)
    message = _("“%(team)s” is there %(times)d times: in %(groups)s. A team is in one group; keep one row.")
    return ValidationError(message % {"team": rows[0].team, "times": len(rows), "groups": groups}, code="twice")


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
        roster = Roster.of(obj, request.user) if self._parent_allows(request, obj) else Roster(Team.objects.none())
        formset.roster = request.roster = roster  # type: ignore[attr-defined]
        return formset
