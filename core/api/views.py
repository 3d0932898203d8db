"""The base of every public view: a subclass binds a queryset, a serializer, a filterset and its orders.

A request passes in this order: its parameters are read, the revision is looked up (one query), a matching ETag ends
it with 304, a stored answer with its bytes; only then is it counted against the limit and the content read.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Never

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, Throttled
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.ask import Ask, names_in, own_parameters, read_datum, read_names, refuse_unknown, single_values
from core.api.caching import cache_control, matches, store_answer, stored_answer, weak_etag
from core.api.filters import Parameter, StrictFilterSet
from core.api.keyset import Order, RowKey, read_cursor, write_cursor
from core.api.language import EVERY, speaking
from core.api.problems import BadRequest, FieldProblem, Gone, language_of
from core.api.renderers import OneAnswer
from core.api.serializers import Item, Words
from core.api.throttling import AddressThrottle
from core.changes.models import Change
from core.changes.records import Now
from core.changes.ticks import revision_at
from core.clock import minute

# Parameters, and what is embedded, that make an answer change with the minute.
CLOCK_PARAMETERS = frozenset({"when", "open_now"})
CLOCK_EMBEDS = frozenset({"slots", "venue", "venues", "parent", "stops"})


class PublicView(APIView):
    """A cacheable ``GET`` that depends on nobody's identity."""

    content_negotiation_class = OneAnswer
    serializer_class: ClassVar[type[Item] | None] = None
    common: ClassVar[frozenset[str]] = frozenset({"lang", "coords", "fields", "include"})
    includes: ClassVar[frozenset[str]] = frozenset()
    # What a view takes beside these; a list has filters for it.
    parameters: ClassVar[Mapping[str, Parameter]] = {}
    # In the schema, where the answer is no serializer's.
    plain_schema: ClassVar[dict[str, Any] | None] = None
    shows_clock: ClassVar[bool] = False
    # The fields that tell the minute; an answer without them holds longer.
    clock_fields: ClassVar[frozenset[str]] = frozenset()
    # Whether it passes over what it does not know: for addresses that people pass on through messengers.
    ignores_unknown: ClassVar[bool] = False
    # Whether the answer is the envelope of a list.
    many: ClassVar[bool] = False
    rate_limit: AddressThrottle | None = None
    language: str

    def known_parameters(self) -> Iterable[str]:
        return self.common | set(self.parameters)

    def clock_shows(self, params: Mapping[str, str]) -> bool:
        """Whether the answer changes with the minute: slots say whether they run, venues whether they are open."""
        if self.shows_clock or not CLOCK_PARAMETERS.isdisjoint(params):
            return True
        if not CLOCK_EMBEDS.isdisjoint(names_in(params, "include")):
            return True
        return bool(self.clock_fields & names_in(params, "fields") if "fields" in params else self.clock_fields)

    def check_throttles(self, request: Request) -> None:
        """Later: what is answered from the cache is not counted."""

    def dispatch(self, request: HttpRequest, *args: Any, **names: Any) -> HttpResponseBase:
        """Every message is worded in the asked language, also one about the method."""
        self.language = language_of(request)
        with speaking(self.language):
            return super().dispatch(request, *args, **names)

    def get(self, request: Request, **names: Any) -> HttpResponse:
        return self._get(request, timezone.now(), names)

    def _get(self, request: Request, now: datetime, names: dict[str, Any]) -> HttpResponse:
        query = request._request.GET
        params = single_values(own_parameters(query, self.known_parameters()) if self.ignores_unknown else query)
        issued = self._issued(params, request.path)
        asked: Mapping[str, str] = issued.get("params", params)
        self.language = issued.get("language", self.language)
        refuse_unknown(asked, self.known_parameters())
        content = revision_at(now)
        # Before the first content nothing says as of when: then the minute does.
        clock = minute(now) if self.clock_shows(asked) or content.at is None else None
        valid_until = clock + timedelta(minutes=1) if clock else content.next_due
        assert valid_until is not None  # without content the clock shows
        etag = weak_etag(content.number, self.language, clock or valid_until)
        target = f"{request.path}?{sorted(params.items())}"
        response: HttpResponse
        if matches(request.META.get("HTTP_IF_NONE_MATCH", ""), etag):
            response = HttpResponseNotModified()
        elif (stored := stored_answer(etag, target)) is not None:
            response = stored
        else:
            super().check_throttles(request)
            ask = self._ask(request.path, asked, content, clock, issued, valid_until)
            renderer: Any = self.renderer_classes[0]()
            body = renderer.render(self.answer(ask, **names))
            content_type = "; charset=".join(filter(None, [renderer.media_type, renderer.charset]))
            response = HttpResponse(body, content_type=content_type)
            store_answer(etag, target, body, content_type)
        return self._with_headers(response, etag, clock, now)

    def _ask(
        self,
        path: str,
        asked: Mapping[str, str],
        content: Now,
        clock: datetime | None,
        issued: Mapping[str, Any],
        valid_until: datetime,
    ) -> Ask:
        moment = datetime.fromisoformat(issued["as_of"]) if issued else clock or content.at
        assert moment is not None  # without content the clock shows
        include = read_names(asked, "include", self.includes)
        return Ask(
            language=self.language,
            datum=read_datum(asked),
            moment=moment,
            valid_until=valid_until,
            revision=content.number,
            path=path,
            params=asked,
            fields=read_names(asked, "fields", {*self._field_names(), *include}),
            include=include,
            after=issued.get("after"),
        )

    def _issued(self, params: Mapping[str, str], path: str) -> dict[str, Any]:
        """What the cursor fixes; nothing where there is none."""
        if "cursor" not in params or "cursor" not in self.known_parameters():
            return {}
        others = sorted(set(params) - {"cursor"})
        if others:
            message = _("The cursor holds all other parameters. Use the address in “next” as it is.")
            raise BadRequest(FieldProblem(name, "with_cursor", message) for name in others)
        return read_cursor(params["cursor"], path)

    def _with_headers(self, response: HttpResponse, etag: str, clock: datetime | None, now: datetime) -> HttpResponse:
        response["ETag"] = etag
        response["Cache-Control"] = cache_control(clock, now)
        if self.language != EVERY:
            response["Content-Language"] = self.language
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.rate_limit is not None:
            for name, value in self.rate_limit.headers().items():
                response[name] = value
        return response

    def throttled(self, request: Request, wait: float | None) -> Never:
        raise Throttled(wait)

    def _field_names(self) -> Iterable[str]:
        return self.serializer_class._declared_fields if self.serializer_class else ()

    def context(self, ask: Ask, **more: Any) -> dict[str, Any]:
        return {"ask": ask, "words": Words(ask.language), **more}

    def answer(self, ask: Ask, **names: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} answers nothing")

    def envelope(self, results: Any, following: str | None, ask: Ask) -> dict[str, Any]:
        return {
            "results": results,
            "next": following,
            "revision": ask.revision,
            "as_of": _local(ask.moment),
            "valid_until": _local(ask.valid_until),
        }


class ListView(PublicView):
    """``{"results", "next", "revision", "as_of", "valid_until"}`` by keyset."""

    many = True
    filterset_class: ClassVar[type[StrictFilterSet]]
    # Name -> order; the first is the default. With ``near`` rows come by distance unless another is asked for.
    orders: ClassVar[dict[str, Order]]
    limit = 20
    most = 100

    def known_parameters(self) -> Iterable[str]:
        own = {"limit", "cursor", "order"} if len(self.orders) > 1 else {"limit", "cursor"}
        return self.common | own | set(self.parameters) | set(self.filterset_class.base_filters)

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        raise NotImplementedError(f"{type(self).__name__} lists nothing")

    def load(self, rows: list[Any], ask: Ask) -> None:
        """Fetches what belongs to the rows of a page, one query per kind."""

    def answer(self, ask: Ask, **names: Any) -> Any:
        size = self._size(ask)
        name = self._order_name(ask)
        order = self.orders[name]
        filters = self.filterset_class(ask, self.queryset(ask))
        queryset = self.ordered(filters.result(), name, ask)
        rows, key = order.page(filters.parts(queryset, name), ask.after, size)
        self.load(rows, ask)
        assert self.serializer_class is not None
        serializer = self.serializer_class(rows, many=True, context=self.context(ask, listing=True))
        return self.envelope(serializer.data, self._next(ask, key), ask)

    def ordered(self, queryset: QuerySet[Any], order: str, ask: Ask) -> QuerySet[Any]:
        """Adds the columns that an order sorts by."""
        return queryset

    def _next(self, ask: Ask, key: RowKey | None) -> str | None:
        if key is None:
            return None
        cursor = write_cursor(
            path=ask.path,
            params=dict(ask.params),
            language=ask.language,
            as_of=ask.moment.isoformat(),
            after=key,
        )
        return f"{settings.PUBLIC_ORIGIN}{ask.path}?cursor={cursor}"

    def _size(self, ask: Ask) -> int:
        text = ask.params.get("limit", str(self.limit))
        if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= self.most):
            message = _("Give a whole number from 1 to %(most)d.") % {"most": self.most}
            raise BadRequest([FieldProblem("limit", "out_of_range", message)])
        return int(text)

    def _order_name(self, ask: Ask) -> str:
        default = "distance" if "near" in ask.params and "distance" in self.orders else next(iter(self.orders))
        name = ask.params.get("order", default)
        if name not in self.orders:
            message = _("Unknown order. Choose from: %(known)s.") % {"known": ", ".join(self.orders)}
            raise BadRequest([FieldProblem("order", "invalid_choice", message)])
        if name == "distance" and "near" not in ask.params:
            raise BadRequest([FieldProblem("order", "needs_near", _("Give `near` too: lat,lng."))])
        return name


class DetailView(PublicView):
    """One object by its public key; 410 for one that was public once."""

    lookup: ClassVar[str] = "slug"

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        raise NotImplementedError(f"{type(self).__name__} shows nothing")

    def load(self, rows: list[Any], ask: Ask) -> None:
        """Fetches what belongs to the object, one query per kind."""

    def shown(self, row: Any, ask: Ask) -> Any:
        """What the serializer is given: the object, or something made of it."""
        return row

    def found(self, ask: Ask, names: dict[str, Any]) -> Any:
        queryset = self.queryset(ask)
        row = queryset.filter(**{self.lookup: names[self.lookup]}).first()
        if row is None:
            kind = queryset.model.kind
            buried = Change.objects.filter(kind=kind, key=str(names[self.lookup]), deleted=True)
            if tombstone := buried.values("kind", "key", "revision", "deleted").first():
                raise Gone(tombstone=dict(tombstone))
            raise NotFound()
        return row

    def answer(self, ask: Ask, **names: Any) -> Any:
        row = self.found(ask, names)
        self.load([row], ask)
        assert self.serializer_class is not None
        return self.serializer_class(self.shown(row, ask), context=self.context(ask, listing=False)).data


def _local(moment: datetime | None) -> str | None:
    return None if moment is None else timezone.localtime(moment).isoformat()


class GeoListView(ListView):
    """The same list as an RFC 7946 feature collection: WGS-84 only, positions as longitude, latitude."""

    common: ClassVar[frozenset[str]] = frozenset({"lang"})
    limit = 200
    most = 1000

    def envelope(self, results: Any, following: str | None, ask: Ask) -> dict[str, Any]:
        rest = super().envelope(None, following, ask)
        del rest["results"]
        return {"type": "FeatureCollection", "features": results, **rest}
