"""Publication in the admin: the bar with its acts, previews and links into the API, and the bulk acts of lists."""

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from core.admin.acts import act_row
from core.admin.base import ContentAdmin, badge, change_url, translated_fields
from core.admin.lists import is_key
from core.api.ask import Ask
from core.api.serializers import Item, Words
from core.changes.edits import edit
from core.changes.models import acts_of
from core.geo import Datum
from core.publication import Published, State, Verb, act, approvals, verbs_for
from core.translations import default_language, label, languages, missing_languages

TONES = {Verb.PUBLISH: "primary", Verb.APPROVE: "good", Verb.REJECT: "warn", Verb.WITHDRAW: "danger"}

WITHDRAWING = _("Visitors will see at once that this is gone, and calendars and apps drop it. Withdraw it?")

Button = dict[str, Any]


class PublishedAdmin(ContentAdmin):
    """A page of something that is published."""

    serializer_class: ClassVar[type[Item] | None] = None
    actions = ["submit_selected", "approve_selected", "publish_selected", "withdraw_selected"]

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/act/", view(self.act_view), name=f"{name}_act"),
            path("<path:object_id>/preview/", view(never_cache(self.preview_view)), name=f"{name}_preview"),
        ]
        return [*own, *super().get_urls()]

    def _url(self, name: str, row: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=[row.pk])

    def _readable_or_403(self, request: HttpRequest, object_id: str) -> Any:
        found = self.get_queryset(request).filter(pk=object_id).first() if is_key(self.model, object_id) else None
        if found is None or not self.has_view_permission(request, found):
            raise PermissionDenied
        return found

    # The bar above the form

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is not None:
            context["publication"] = self.publication(request, row)
        return super().render_change_form(request, context, *args, **kwargs)

    def publication(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        stored = type(row)._base_manager.get(pk=row.pk)  # not what a form in error made of it
        tags = missing_languages(getattr(stored, field.name) for field in translated_fields(type(stored)))
        return {
            "state": stored.state,
            "state_label": stored.get_state_display(),
            "appears_at": stored.appear_at,
            "vanishes_at": stored.vanish_at,
            "url": self._url("act", stored),
            "verbs": self.buttons(request, stored),
            "api_links": self.api_links(stored),
            "preview_links": [
                {"label": label(tag), "url": f"{self._url('preview', stored)}?lang={tag}"} for tag in languages()
            ],
            "missing": [label(tag) for tag in tags],
            "acts": [act_row(each) for each in acts_of(stored)[:50]] if self.may_read_acts(request, stored) else [],
        }

    def buttons(self, request: HttpRequest, row: Published) -> list[Button]:
        return [
            {
                "name": verb,
                "label": verb.label,
                "tone": TONES.get(verb, "plain"),
                "needs_note": verb == Verb.REJECT,
                "confirm": WITHDRAWING if verb == Verb.WITHDRAW else "",
            }
            for verb in verbs_for(row, request.user)
        ]

    def api_links(self, row: Any) -> list[dict[str, str]]:
        if not row.public:
            return []
        address = reverse(row.kind, args=[row.key.key])
        return [{"label": label(tag), "url": f"{address}?lang={tag}"} for tag in languages()]

    # Acts

    def act_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self._readable_or_403(request, object_id)
        name, note = request.POST.get("_verb", ""), request.POST.get("note", "")[:1000]
        if name not in [button.get("name") for button in self.buttons(request, row)]:
            raise PermissionDenied
        try:
            done = self.do(request, row, name, note)
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(change_url(row))

    def do(self, request: HttpRequest, row: Any, name: str, note: str) -> str:
        """Does the act of a button; returns what to say. Raises ValidationError."""
        after = act(row, Verb(name), by=request.user, note=note)
        if name == Verb.APPROVE:
            text = gettext("“%(object)s” is approved: %(got)d of %(required)d.")
            return text % {"object": row, "got": approvals(after), "required": after.reviews_required}
        return gettext("“%(object)s” is now: %(state)s.") % {"object": row, "state": after.get_state_display()}

    def _act_on_selected(self, request: HttpRequest, queryset: QuerySet[Any], verb: Verb) -> None:
        done = 0
        for row in queryset.order_by("pk"):
            if verb not in verbs_for(row, request.user):
                text = gettext("“%(object)s”: you cannot do this now (%(state)s).")
                words = text % {"object": row, "state": row.get_state_display()}
                self.message_user(request, words, messages.WARNING)
                continue
            try:
                with edit(by=request.user):
                    act(row, verb, by=request.user)
                done += 1
            except ValidationError as error:
                for message in error.messages:
                    self.message_user(request, f"“{row}”: {message}", messages.ERROR)
        if done:
            text = gettext("%(verb)s: %(count)d done.") % {"verb": verb.label, "count": done}
            self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=_("Submit for review"))
    def submit_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._act_on_selected(request, queryset, Verb.SUBMIT)

    @admin.action(description=_("Approve"))
    def approve_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._act_on_selected(request, queryset, Verb.APPROVE)

    @admin.action(description=_("Publish"))
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._act_on_selected(request, queryset, Verb.PUBLISH)

    @admin.action(description=_("Withdraw"))
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._act_on_selected(request, queryset, Verb.WITHDRAW)

    # Preview: what the API would answer, drafts included

    def load_preview(self, row: Any, ask: Ask) -> None:
        """Sets what the serializer reads beside columns, drafts included."""

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._readable_or_403(request, object_id)
        tag = request.GET.get("lang", "")
        tag = tag if tag in languages() else default_language()
        item = self.preview_item(row, tag)
        context = {
            "lang": tag,
            "languages": [
                {"tag": each, "label": label(each), "url": f"?lang={each}", "active": each == tag}
                for each in languages()
            ],
            "item": item,
            "fallbacks": [(self.field_label(name), label(shown)) for name, shown in item["fallbacks"].items()],
            "dates": dates_text(item),
            "lines": self.preview_lines(item),
            "prose": item.get("description_html") or item.get("story_html"),
            "state_label": row.get_state_display(),
            "json": json.dumps(item, ensure_ascii=False, indent=2, default=str),
            "back_url": change_url(row),
        }
        return TemplateResponse(request, "core/preview.html", context)

    def field_label(self, path: str) -> str:
        """``spaces.0.name`` in the words of the form: the field's own, or the last part's."""
        for part in path.split("."):
            try:
                return capfirst(str(self.model._meta.get_field(part).verbose_name))
            except (FieldDoesNotExist, AttributeError):
                continue
        return path

    def preview_item(self, row: Any, tag: str) -> dict[str, Any]:
        ask = Ask(
            language=tag,
            datum=Datum.WGS84,
            moment=timezone.now(),
            valid_until=None,
            revision=0,
            path="",
            params={},
            include=self.preview_include(),
        )
        self.load_preview(row, ask)
        assert self.serializer_class is not None
        context = {"ask": ask, "words": Words(tag), "listing": False}
        item = dict(self.serializer_class(row, context=context).data)
        if "price" in item:
            item["price"] = {**item["price"], "text": price_text(row)}
        return item

    def preview_lines(self, item: dict[str, Any]) -> list[tuple[Any, str]]:
        """More facts for the preview, each with its name."""
        return []

    def preview_include(self) -> frozenset[str]:
        return frozenset()

    # Columns

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, row: Published) -> SafeString:
        if row.state == State.PUBLISHED and not row.public:
            waits = row.vanish_at is None or row.vanish_at > timezone.now()
            return badge("in_review", _("not yet visible") if waits else _("no longer visible"))
        return badge(row.state, row.get_state_display())


PUBLICATION_FIELDS: tuple[str, str] = ("appear_at", "vanish_at")


def dates_text(item: dict[str, Any]) -> str:
    """An event's days as exactly as they are known: a month or a year shows as such."""
    shown = {"year": 4, "month": 7}.get(item.get("date_precision", ""), 10)
    return " – ".join(dict.fromkeys(str(item[name])[:shown] for name in ("starts_on", "ends_on") if item.get(name)))


def price_text(row: Any) -> str:
    """The price in words: yuan, not fen."""
    amounts = [f"{amount / 100:g}" for amount in (row.price_min, row.price_max) if amount is not None]
    known = f"{'–'.join(dict.fromkeys(amounts))} {row.currency}" if amounts else ""
    return " ".join(part for part in (str(row.get_price_kind_display()), known) if part)


def pictures_of(placements: Iterable[Any]) -> list[Any]:
    """All pictures of a preview, public or not."""
    return [placement.image for placement in placements]
