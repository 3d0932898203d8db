"""The import and the export of sheets on the pages of an event, of its schedule unless ``?kind=`` says otherwise:
upload, match the columns, look at each row, take all of them. The file waits in the database between the pages; what
was looked at is what is written."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.admin.lists import is_number
from core.admin.publishing import PublishedAdmin
from events.admin.sheet_kinds import SheetWords, asked_kind
from events.admin.sheet_page import PreviewPage
from events.models import Event, ImportFile
from events.sheets.columns import Fields
from events.sheets.doors import FORMATS, read_table, remember_columns
from events.sheets.kinds import SheetKind
from events.sheets.planning import SheetPlan
from events.sheets.tables import MOST_BYTES
from events.sheets.uploads import choose_columns, keep_file, table_of, waiting_file
from events.sheets.upsert import NotImported


class UploadForm(forms.Form):
    file = forms.FileField(label=_("File"), required=False, help_text=_("XLSX or CSV, up to 5 MB and 5,000 rows."))
    pasted = forms.CharField(
        label=_("or paste the cells"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("Copied from a spreadsheet, with the names of the columns in the first row."),
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        file = given.get("file")
        if file is not None and file.size > MOST_BYTES:
            raise ValidationError({"file": _("The file is larger than 5 MB. Divide it.")})
        if file is None and not (given.get("pasted") or "").strip() and not self.errors:
            raise ValidationError(_("Choose a file, or paste the cells of a table."))
        return given

    def content(self) -> tuple[str, bytes]:
        file = self.cleaned_data["file"]
        if file is not None:
            return file.name, file.read()
        return "", self.cleaned_data["pasted"].encode()


class SheetAdmin(PublishedAdmin):
    change_form_template = "admin/events/event/form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/import/<int:file_id>/", view(self.file_view), name="events_import_file"),
            path("<path:object_id>/import/", view(self.import_view), name="events_event_import"),
            path("<path:object_id>/export/", view(self.export_view), name="events_event_export"),
        ]
        return [*own, *super().get_urls()]

    def _editable_or_403(self, request: HttpRequest, object_id: str) -> Event:
        event: Event = self._readable_or_403(request, object_id)
        if not self.has_change_permission(request, event):
            raise PermissionDenied
        return event

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        event: Event = self._readable_or_403(request, object_id)
        file_format = request.GET.get("format", "xlsx")
        if file_format not in FORMATS:
            raise BadRequest("There is no such format.")
        kind, _words = _asked(request)
        data = kind.export(event, get_language() or "", file_format)
        response = HttpResponse(data, content_type=FORMATS[file_format])
        name = event.slug if kind.name == "slots" else f"{event.slug}-{kind.name}"
        response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
        return response

    # The upload

    def import_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        event = self._editable_or_403(request, object_id)
        kind, words = _asked(request)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if form.is_valid():
            name, data = form.content()
            try:
                read_table(event, data, {}, kind)
            except ValidationError as error:
                form.add_error("file" if name else "pasted", error)
            else:
                file = keep_file(event, request.user, name, data, timezone.now())
                return HttpResponseRedirect(_file_url(file, kind))
        context = {
            "form": form,
            "title": gettext("Import"),
            "formats": list(FORMATS),
            "words": words,
            "kind": kind.name,
        }
        return self._sheet_page(request, event, "admin/events/import.html", context)

    def _sheet_page(self, request: HttpRequest, event: Event, template: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "original": event}
        return TemplateResponse(request, template, {**frame, **context})

    # The rows

    def file_view(self, request: HttpRequest, object_id: str, file_id: int) -> HttpResponse:
        event = self._editable_or_403(request, object_id)
        file = waiting_file(event, request.user, min(file_id, 2**62), timezone.now())
        if file is None:
            self.message_user(request, _("The file is no longer there. Choose it again."), messages.WARNING)
            return HttpResponseRedirect(self._url("import", event))
        kind, words = _asked(request)
        if request.method != "POST":
            return self._rows_page(request, file, kind, kind.plan(event, table_of(file, kind), request.user))
        do = request.POST.get("_do", "")
        if do == "match":
            remember_columns(event.organizer, choose_columns(file, _chosen(request, kind.fields), kind), kind)
            return HttpResponseRedirect(_file_url(file, kind))
        if do == "drop":
            file.delete()
            return HttpResponseRedirect(self._url("import", event) + _query(kind))
        if do == "apply":
            return self._apply(request, file, kind, words)
        raise BadRequest("This is not a button of the form.")

    def _apply(self, request: HttpRequest, file: ImportFile, kind: SheetKind, words: SheetWords) -> HttpResponse:
        seen = request.POST.get("plan", "")
        try:
            table = table_of(file, kind)
            plan = kind.carry_out(file.event, table, by=request.user, expected=seen, name=file.name)
        except NotImported as refused:
            return self._rows_page(request, file, kind, refused.plan, refused)
        file.delete()
        self.message_user(request, words.done(plan), messages.SUCCESS)
        return HttpResponseRedirect(words.after(file.event))

    def _rows_page(
        self,
        request: HttpRequest,
        file: ImportFile,
        kind: SheetKind,
        plan: SheetPlan[Any],
        refused: NotImported | None = None,
    ) -> HttpResponse:
        _kind, words = asked_kind(kind.name)
        page = PreviewPage(plan, request.GET.get("show", ""), request.GET.get("page", ""), words, kind.name)
        context = {"file": file, "page": page, "refused": refused, "title": gettext("Import"), "plan": plan}
        return self._sheet_page(request, file.event, "admin/events/import_rows.html", {**context, "words": words})


def _asked(request: HttpRequest) -> tuple[SheetKind, SheetWords]:
    return asked_kind(request.GET.get("kind", ""))


def _file_url(file: ImportFile, kind: SheetKind) -> str:
    return reverse("admin:events_import_file", args=[file.event.pk, file.pk]) + _query(kind)


def _query(kind: SheetKind) -> str:
    return "" if kind.name == "slots" else f"?kind={kind.name}"


def _chosen(request: HttpRequest, fields: Fields) -> dict[int, str | None]:
    """From ``column-3=title.en``; ``-`` leaves a column out, nothing leaves the question open."""
    found: dict[int, str | None] = {}
    for name, value in request.POST.items():
        head, _dash, place = name.partition("column-")
        if not head and place and is_number(place):
            found[int(place)] = "" if value == "-" else value if value in fields.all() else None
    return found
