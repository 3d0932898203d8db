"""What the manage views of published objects share: lists by cursor, and the acts of publication."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.ask import single_values
from core.api.filters import Parameter, comma_list, one_of, parse_slug, read_parameters
from core.api.keyset import Order, read_cursor, write_cursor
from core.api.manage import InConflict, ManageView, answer, check_version, rule_problems, writes
from core.api.managed import OnVersion
from core.api.problems import BadRequest, FieldProblem
from core.publication import ALLOWED, State, Verb, act
from core.translations import languages

LIMIT, MOST = 20, 100


def parse_limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST):
        raise ValidationError(_("Give a whole number from 1 to %(most)d."), code="out_of_range", params={"most": MOST})
    return int(text)


FILTERS: dict[str, Parameter] = {
    "state": Parameter(comma_list(one_of(State.values)), {"type": "string"}),
    "organizer": Parameter(comma_list(parse_slug), {"type": "string"}),
    "q": Parameter(str, {"type": "string"}),
    "limit": Parameter(parse_limit, {"type": "integer"}),
}


class ManageList(ManageView):
    """What the user works on, drafts included, page by page. A subclass says which rows, and how they are shown."""

    filters: ClassVar[Mapping[str, Parameter]] = FILTERS
    parameters = frozenset({*FILTERS, "cursor"})
    order: ClassVar[Order]
    name_field: ClassVar[str] = "name"  # that ``q`` looks into, in every language

    def rows(self, user: Any) -> QuerySet[Any]:
        raise NotImplementedError(f"{type(self).__name__} lists nothing")

    def shown(self, rows: Iterable[Any], user: Any) -> list[dict[str, Any]]:
        raise NotImplementedError(f"{type(self).__name__} shows nothing")

    def filtered(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        if "state" in asked:
            rows = rows.filter(state__in=asked["state"])
        if "organizer" in asked:
            rows = rows.filter(organizer__slug__in=asked["organizer"])
        if text := asked.get("q"):
            found = Q(slug__icontains=text)
            for tag in languages():
                found |= Q(**{f"{self.name_field}__{tag}__icontains": text})
            rows = rows.filter(found)
        return rows

    def get(self, request: Request) -> Response:
        params, after = self._asked(request)
        asked = read_parameters(params, self.filters)
        rows = self.filtered(self.rows(request.user), asked)
        page, key = self.order.page([rows], after, asked.get("limit", LIMIT))
        following = None
        if key is not None:
            cursor = write_cursor(path=request.path, params=params, after=key)
            following = f"{settings.PUBLIC_ORIGIN}{request.path}?cursor={cursor}"
        return Response({"results": self.shown(page, request.user), "next": following})

    def _asked(self, request: Request) -> tuple[dict[str, str], Any]:
        """The parameters, and where to go on; a cursor holds them all but the language."""
        params = single_values(request._request.GET)
        params.pop("lang", None)
        if "cursor" not in params:
            return params, None
        others = sorted(set(params) - {"cursor"})
        if others:
            message = _("The cursor holds all other parameters. Use the address in “next” as it is.")
            raise BadRequest(FieldProblem(name, "with_cursor", message) for name in others)
        issued = read_cursor(params["cursor"], request.path)
        return issued["params"], issued["after"]


class ActShape(OnVersion):
    note = serializers.CharField(allow_blank=True, max_length=1000, default="")


class RejectShape(OnVersion):
    reason = serializers.CharField(max_length=1000)


class ManageAct(ManageView):
    """One act of publication; its route says which. A subclass finds the object and shows it."""

    verb: ClassVar[Verb] = Verb.SUBMIT

    def held(self, request: Request, slug: str, word: str) -> Any:
        """The object, locked, for whom the vocabulary's ``word`` lets act. Raises NotFound, PermissionDenied."""
        raise NotImplementedError(f"{type(self).__name__} acts on nothing")

    def shown(self, row: Any, user: Any) -> dict[str, Any]:
        raise NotImplementedError(f"{type(self).__name__} shows nothing")

    @writes
    def post(self, request: Request, slug: str) -> Response:
        word, states = ALLOWED[self.verb]
        row = self.held(request, slug, word)
        check_version(request, row.version, lambda: self.shown(row, request.user))
        sent = RejectShape(data=request.data) if self.verb is Verb.REJECT else ActShape(data=request.data)
        sent.is_valid(raise_exception=True)
        if row.state not in states:
            message = _("It is in the state “%(state)s”, and this act does not start from there.")
            raise InConflict([FieldProblem("state", "state", message % {"state": row.state})])
        note = sent.validated_data.get("reason") or sent.validated_data.get("note", "")
        try:
            act(row, self.verb, by=request.user, note=note)
        except ValidationError as error:
            problems = rule_problems(error, self.language)
            if any(each.code == "own_text" for each in problems):
                raise PermissionDenied(str(problems[0].detail)) from error
            raise InConflict(problems) from error
        return answer(self.shown(row, request.user))
