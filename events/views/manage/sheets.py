"""``manage/events/{slug}/import`` and ``…/export``: the draft schedule as a CSV or XLSX file, or of another kind: with
``kind=teams`` who is in the competition."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.ask import single_values
from core.api.filters import Parameter, one_of, parse_flag, read_parameters
from core.api.language import EVERY, in_script, speaking
from core.api.manage import (
    InConflict,
    ManageView,
    Parts,
    VersionMissing,
    answer,
    check_version,
    read_body,
    rule_language,
    rule_problems,
    writes,
)
from core.api.problems import BadRequest, FieldProblem
from core.translations import default_language
from events.models import Event
from events.serializers.manage_event import shown_event
from events.sheets.columns import Table
from events.sheets.doors import FORMATS, foretold, remember_columns, table_with, taken
from events.sheets.kinds import SheetKind, sheet_kinds
from events.sheets.tables import MOST_BYTES
from events.views.manage.base import EDITS, check_rights, event_of, held_event

TEXT = {"type": "string"}


class RawSheet(BaseParser):
    """The file as the body itself."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {"file": stream.read()}


class RawCsv(RawSheet):
    media_type = "text/csv"


class RawXlsx(RawSheet):
    media_type = FORMATS["xlsx"]


def parse_plan(text: str) -> str:
    return text[:64]


class NotTaken(BadRequest):
    """400 with the report that says why, row by row."""

    def __init__(self, problems: list[FieldProblem], report: dict[str, Any]) -> None:
        super().__init__(problems)
        self.more = {"report": report}


def parse_kind(text: str) -> SheetKind:
    kinds = sheet_kinds()
    return kinds[one_of(kinds)(text)]


IMPORT: dict[str, Parameter] = {
    "kind": Parameter(parse_kind, TEXT),
    "dry_run": Parameter(parse_flag, {"type": "boolean"}),
    "plan": Parameter(parse_plan, TEXT),
}
EXPORT: dict[str, Parameter] = {
    "kind": Parameter(parse_kind, TEXT),
    "format": Parameter(one_of(FORMATS), TEXT),
}
PARTS = ("file", "columns")


class ManageImport(ManageView):
    """A file into the draft: all of its rows or none. With ``dry_run`` it is only told, row by row, what would happen.

    The file is the body, or the part ``file`` of a form; ``columns`` beside it, a JSON object, says which column is
    which field, and is remembered for the organizer. A write says what it was made from: the event's version as
    ``If-Match``, or the ``plan`` of the report that was looked at.
    """

    parser_classes = (Parts, RawCsv, RawXlsx)
    parameters = frozenset(IMPORT)
    most_bytes: ClassVar[int | None] = MOST_BYTES + 100_000  # with the frame of a form

    def post(self, request: Request, slug: str) -> Any:
        """The file is read before anything is locked."""
        read_body(request)
        event = event_of(request.user, slug)
        check_rights(request, event, EDITS)
        asked = read_parameters(single_values(request._request.GET), IMPORT)
        kind = asked.get("kind") or sheet_kinds()["slots"]
        name, data, columns = _sent(request, kind)
        try:
            with speaking(rule_language(self.language)):
                table = table_with(event, data, columns, kind)
                if asked.get("dry_run"):
                    return Response(_worded(foretold(event, table, request.user, kind), self.language))
        except ValidationError as error:
            raise BadRequest(_about_file(self, error)) from error
        return self.write(request, slug=slug, kind=kind, table=table, name=name, chosen=columns, plan=asked.get("plan"))

    @writes
    def write(
        self,
        request: Request,
        slug: str,
        kind: SheetKind,
        table: Table,
        name: str,
        chosen: Mapping[str, str],
        plan: str | None,
    ) -> Response:
        event = held_event(request, slug)
        if plan is None and "If-Match" not in request.headers:
            raise VersionMissing(_("Say what you looked at: the event's version as If-Match, or “plan” of the report."))
        if "If-Match" in request.headers:
            check_version(request, event.version, lambda: shown_event(event, request.user))
        with speaking(rule_language(self.language)):
            report = taken(event, table, request.user, expected=plan, name=name, kind=kind)
            report = _worded(report, self.language)
        if not report["applied"]:
            _refuse(report)
        if chosen:
            remember_columns(event.organizer, table, kind)
        report["version"] = Event._base_manager.values_list("version", flat=True).get(pk=event.pk)
        return answer(report)


def _sent(request: Request, kind: SheetKind) -> tuple[str, bytes, dict[str, str]]:
    """The name of the file, its bytes, the columns that were chosen. Raises BadRequest."""
    data: Any = request.data
    file = data.get("file")
    unknown = [FieldProblem(name, "unknown", _("There is no such field.")) for name in data if name not in PARTS]
    if isinstance(file, UploadedFile):
        name, content = str(file.name), file.read()
    elif isinstance(file, bytes):
        name, content = "", file
    else:
        unknown.append(FieldProblem("file", "required", _("Send the file as the body, or as “file” of a form.")))
        name, content = "", b""
    if unknown:
        raise BadRequest(unknown)
    return name, content, _columns(data.get("columns"), kind)


def _columns(text: Any, kind: SheetKind) -> dict[str, str]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        found = None
    known = {"", *kind.fields.all()}
    if not isinstance(found, dict) or any(field not in known for field in found.values() if isinstance(field, str)):
        found = None
    if found is None or not all(isinstance(field, str) for field in found.values()):
        message = _("Send a JSON object: the name of a column, and its field or an empty text. Fields: %(known)s.")
        names = ", ".join(kind.fields.all())
        raise BadRequest([FieldProblem("columns", "invalid", message % {"known": names})])
    return found


def _worded(report: dict[str, Any], tag: str) -> dict[str, Any]:
    """The messages of a report in the reader's script."""
    for each in (*report["errors"], *(error for row in report["rows"] for error in row["errors"])):
        each["detail"] = in_script(str(each["detail"]), tag)
    return report


def _about_file(view: ManageView, error: ValidationError) -> list[FieldProblem]:
    return [FieldProblem("file", each.code, each.detail) for each in rule_problems(error, view.language)]


def _refuse(report: dict[str, Any]) -> None:
    """Raises InConflict where somebody changed the schedule meanwhile, else NotTaken."""
    problems = [FieldProblem("file", each["code"], each["detail"]) for each in report["errors"]]
    if any(each.code == "stale" for each in problems):
        raise InConflict(problems, report=report)
    for row in report["rows"]:
        problems += [
            FieldProblem(f"rows.{row['row']}.{each['field']}".rstrip("."), each["code"], each["detail"])
            for each in row["errors"]
        ]
    raise NotTaken(problems, report)


class ManageExport(ManageView):
    """The draft schedule as a file; imported again it changes nothing."""

    parameters = frozenset(EXPORT)

    def get(self, request: Request, slug: str) -> HttpResponse:
        event = event_of(request.user, slug)
        asked = read_parameters(single_values(request._request.GET), EXPORT)
        kind, file_format = asked.get("kind") or sheet_kinds()["slots"], asked.get("format", "xlsx")
        tag = default_language() if self.language == EVERY else self.language
        response = HttpResponse(kind.export(event, tag, file_format), content_type=FORMATS[file_format])
        name = event.slug if kind.name == "slots" else f"{event.slug}-{kind.name}"
        response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
        response["ETag"] = f'"{event.version}"'
        return response
