"""The base of every content page in the admin.

Rows come through the querysets' vocabulary (``readable_by``, ``editable_by``), so each door of the admin (lists,
forms, searches, choices, bulk actions, inlines) shows a user the same. Writing views run in one unit of work.
"""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.contrib.admin.utils import NestedObjects, flatten_fieldsets
from django.core.exceptions import BadRequest, FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, router
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.acts import name_shown
from core.admin.lists import is_key
from core.admin.logged import LoggedAdmin
from core.admin.merging import MergingForm, RootForm
from core.admin.picker import PickerSelect
from core.admin.reading import reading_sections, without_notes
from core.admin.rows import MergingFormSet
from core.changes.edits import edit
from core.changes.models import Child, locked
from core.fields import TranslatedField
from core.translations import label, languages, missing_languages


def readable(model: type[Model], user: Any) -> QuerySet[Any]:
    """The rows of a model that a user may open or choose."""
    rows: Any = model._default_manager.all()
    return rows.readable_by(user) if hasattr(rows, "readable_by") else rows


class OwnChoices(BaseModelAdmin):
    """Foreign keys offer what the user may read."""

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", readable(db_field.related_model, request.user))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PickerSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Only where the user may search the other's list; who may not gets a plain choice of the same rows."""
        names = super().get_autocomplete_fields(request)
        return [name for name in names if self._may_search(name, request)]

    def _may_search(self, name: str, request: HttpRequest) -> bool:
        other = self.model._meta.get_field(name).related_model
        return bool(self.admin_site._registry[other].has_view_permission(request))


class ReadableRelatedFilter(admin.RelatedFieldListFilter):
    """A list filter that names only what the user may read, and what some row of the list has."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        used = readable(model_admin.model, request.user).order_by().values(self.field_path)
        rows = readable(field.related_model, request.user).filter(pk__in=used)
        return [(str(row.pk), str(row)) for row in rows.order_by("pk")]


class ContentAdmin(OwnChoices, LoggedAdmin):
    """A root, or what is edited on a page of its own."""

    form: type[ModelForm] = RootForm
    change_form_template = "admin/core_change_form.html"
    save_on_top = False
    list_per_page = 50
    show_full_result_count = False

    # Who may do what

    def readable_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return readable(self.model, request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = self.readable_rows(request)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_view_permission(request, obj)
        return allowed and (obj is None or self._among(request, obj, "readable"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or self._among(request, obj, "editable")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was public once is withdrawn, not deleted: apps must be told that it is gone."""
        if not super().has_delete_permission(request, obj):
            return False
        if obj is None:
            return True
        return self._among(request, obj, "editable") and getattr(obj, "first_published_at", None) is None

    def _among(self, request: HttpRequest, obj: Any, word: str) -> bool:
        """Asked of the database once a request: each inline of a page asks again for its parent."""
        known: dict[Any, bool] = request.__dict__.setdefault("known_rights", {})
        key = (self.model, obj.pk, word)
        if key not in known:
            rows = self.editable(request) if word == "editable" else readable(self.model, request.user)
            known[key] = rows.filter(pk=obj.pk).exists()
        return known[key]

    def editable(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = self.model._default_manager.all()
        return rows.editable_by(request.user) if hasattr(rows, "editable_by") else rows

    # Writing: one unit of work per request

    def before_edit(self, request: HttpRequest) -> None:
        """Slow work on what was posted, done before the unit of work opens."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        self.before_edit(request)
        try:
            with edit(by=request.user):
                return super().changeform_view(request, *args, **kwargs)
        except (ValidationError, IntegrityError):
            # Somebody's commit made it untrue after the form was checked, as the write found under its locks; or it
            # deleted what the form refers to, as PostgreSQL finds at the commit. Nothing is written; checked again,
            # the form says what is wrong.
            with edit(by=request.user):
                return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return super().delete_view(request, *args, **kwargs)
        with edit(by=request.user):
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return super().changelist_view(request, *args, **kwargs)
        if not all(is_key(self.model, chosen) for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("A selected row has a key that no row has.")
        with edit(by=request.user):
            return super().changelist_view(request, *args, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Locked while a form is being saved: the second editor sees what the first one stored."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        root = found.root if isinstance(found, Child) else found  # always the root first, as every write does
        if locked(type(root)._base_manager.filter(pk=root.pk)).first() is None:
            return None
        found.refresh_from_db()
        return found

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        if not change or form.has_changed():
            obj.save()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset.order_by("pk"):
            if not self.has_delete_permission(request, row):
                raise PermissionDenied
            row.delete()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Also for a bulk delete: names the rows that may not be deleted, and none that the user may not read."""
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        if any(not _is_readable(row, request.user) for row in collector.protected):
            return [], {}, set(), [gettext("Records that you may not see need it. Ask the content staff.")]
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        kept = [str(row) for row in objs if not self.has_delete_permission(request, row)]
        return deleted, counts, needed, [*protected, *kept]

    # Forms and lists

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The form's version travels with its first section."""
        sections = list(super().get_fieldsets(request, obj))
        if not self._edits(request, obj):
            if obj is not None and not self.may_read_acts(request, obj):
                sections = without_notes(sections)
            return reading_sections(sections, self.model, request.user)
        if sections and issubclass(self.form, RootForm):
            name, options = sections[0]
            sections[0] = (name, {**options, "fields": (*options["fields"], "shown_version")})
        return sections

    def _edits(self, request: HttpRequest, obj: Any) -> bool:
        return self.has_change_permission(request, obj) if obj else self.has_add_permission(request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return self.choosable(request, super().get_changeform_initial_data(request))

    def choosable(self, request: HttpRequest, initial: dict[str, Any]) -> dict[str, Any]:
        """All that an address may fill in: foreign keys of rows that the user may choose. Django takes every field,
        and breaks on a time that is none."""
        found = {}
        for name, value in initial.items():
            field = _field(self.model, name)
            if isinstance(field, ForeignKey) and _has_row(readable(field.related_model, request.user), value):
                found[name] = value
        return found

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """A translated field is searched in every language."""
        found: list[str] = []
        for name in self.search_fields:
            translated = isinstance(_field(self.model, name), TranslatedField)
            found += [f"{name}__{tag}" for tag in languages()] if translated else [name]
        return found

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        form = context["adminform"].form
        if isinstance(form, RootForm) and form.is_bound and form.is_stale():
            context["conflict"] = self._conflict(form)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """As Django has it, but for what was posted: it copies all of that for each section, a quarter of a save."""
        found = {"instance": obj, "prefix": prefix, "queryset": inline.get_queryset(request)}
        if request.method == "POST":
            found |= {"data": request.POST, "files": request.FILES, "save_as_new": "_saveasnew" in request.POST}
        return found

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:
        """A section whose rows are refused as a whole is shown open: Django opens it for errors of single rows only."""
        sections: list[Any] = super().get_inline_formsets(*args, **kwargs)
        for section in sections:
            if section.formset.is_bound and section.formset.non_form_errors():
                section.classes = " ".join(name for name in section.classes.split() if name != "collapse")
        return sections

    def _conflict(self, form: RootForm) -> dict[str, Any]:
        newest = form.others_acts().first()
        data = cast(QueryDict, form.data).copy()
        data[form.add_prefix("shown_version")] = str(form.instance.version)
        form.data = data
        fields = [form.fields[name].label or name for name in form.conflicts]
        return {"by": newest.by if newest else None, "at": newest.at if newest else None, "fields": fields}

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Says when another editor's changes were kept beside this one's."""
        others = getattr(request, "merged_with", None)
        if others:
            names = ", ".join(sorted({name_shown(name) for act in others for name in act.fields}))
            people = ", ".join(sorted({str(act.by) for act in others}))
            note = gettext("%(people)s saved this meanwhile (%(names)s); both changes are kept.")
            self.message_user(request, note % {"people": people, "names": names}, messages.WARNING)
        return super().response_change(request, obj)

    def save_form(self, request: HttpRequest, form: ModelForm, change: bool) -> Any:
        if isinstance(form, RootForm) and form.is_stale():
            request.merged_with = list(form.others_acts())  # type: ignore[attr-defined]
        return super().save_form(request, form, change)

    @admin.display(description=_("last change"), ordering="updated_at")
    def changed_on(self, row: Any) -> str:
        """Short, so that the list fits a window."""
        return date_format(timezone.localtime(row.updated_at), "Y-m-d")

    @admin.display(description=_("missing"))
    def missing(self, row: Any) -> SafeString | str:
        """The languages that some text of the row is not written in."""
        tags = missing_languages(getattr(row, field.name) for field in translated_fields(type(row)))
        return format_html_join(
            " ", '<span class="badge badge--missing" lang="{}">{}</span>', ((tag, label(tag)) for tag in tags)
        )


def translated_fields(model: type[Model]) -> list[TranslatedField]:
    return [field for field in model._meta.get_fields() if isinstance(field, TranslatedField)]


def _is_readable(row: Model, user: Any) -> bool:
    """By its root where it is a part of one."""
    root = row.root if isinstance(row, Child) else row
    return readable(type(root), user).filter(pk=root.pk).exists()


def _has_row(rows: QuerySet[Any], key: Any) -> bool:
    try:
        return rows.filter(pk=key).exists()
    except (ValueError, ValidationError, OverflowError):
        return False


def _field(model: type[Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


class ContentInline(OwnChoices, InlineModelAdmin):
    """Rows of a root: who may change the root may change them."""

    form = MergingForm
    formset = MergingFormSet
    extra = 0

    class Media:
        js = ("core/order.js",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sections = super().get_fieldsets(request, obj)
        return sections if self._parent_allows(request, obj) else reading_sections(sections, self.model, request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The functions that stand for fields on a page to read are no fields of its form."""
        fields = list(super().get_readonly_fields(request, obj))
        if self._parent_allows(request, obj):
            return fields
        return [*fields, *(each for each in flatten_fieldsets(self.get_fieldsets(request, obj)) if callable(each))]

    def _parent_allows(self, request: HttpRequest, obj: Any) -> bool:
        parent: Any = self.admin_site._registry[self.parent_model]
        return parent.has_change_permission(request, obj) if obj else parent.has_add_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_allows(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_allows(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_allows(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = self.admin_site._registry[self.parent_model]
        return parent.has_view_permission(request, obj)


class TabularRows(ContentInline, admin.TabularInline):
    pass


class StackedRows(ContentInline, admin.StackedInline):
    pass


def badge(state: str, words: Any) -> SafeString:
    return format_html('<span class="badge badge--{}">{}</span>', state, words)


def change_url(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
