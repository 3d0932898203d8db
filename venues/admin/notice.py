from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import TabularRows, badge, change_url
from core.admin.publishing import PublishedAdmin
from core.api.ask import Ask
from core.publication import State, Verb, verbs_for
from organizers.models import acts_for_all
from venues.concerns import load_concerns
from venues.models import Notice, NoticeVenue, Venue
from venues.serializers.notice import NoticeItem

# What higher floors add: the relation to read, and the names of what a notice is about by it.
_further: list[tuple[str, Callable[[Any], list[str]]]] = []


class VenueRows(TabularRows):
    """A member names venues that their organizer runs, and at least one: the whole district is not theirs."""

    model = NoticeVenue
    fields = ("venue",)
    autocomplete_fields = ("venue",)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return super().get_autocomplete_fields(request) if acts_for_all(request.user) else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if not acts_for_all(request.user):
            kwargs["queryset"] = Venue.objects.run_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj is None else 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if not acts_for_all(request.user):
            kwargs |= {"min_num": 1, "validate_min": True}
        return super().get_formset(request, obj, **kwargs)


class WhenFilter(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "time"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("in force")), ("coming", _("announced")), ("over", _("over"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        chosen = {"now": "in_force", "coming": "coming"}.get(self.value() or "")
        if chosen:
            return getattr(queryset, chosen)()
        return queryset.over(timezone.now()) if self.value() == "over" else queryset


@admin.register(Notice)
class NoticeAdmin(PublishedAdmin):
    """Written in a minute on the day: “save and publish” is one click."""

    serializer_class = NoticeItem
    list_display = ("__str__", "when_badge", "begins", "ends", "about", "notice_kind", "severity")
    list_filter = (WhenFilter, "state", "notice_kind", "severity")
    search_fields = ("title", "text")
    ordering = ("-starts_at", "pk")
    inlines: ClassVar[Any] = [VenueRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("title", "text", ("notice_kind", "severity"), ("starts_at", "ends_at"))}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        further = [relation for relation, _words in _further]
        return super().get_queryset(request).prefetch_related("places__venue", *further)

    def load_preview(self, row: Notice, ask: Ask) -> None:
        load_concerns([row])

    # One click more than saving

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return self._publish(request, obj) if "_publish" in request.POST else response

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, obj)
        return self._publish(request, obj) if "_publish" in request.POST else response

    def _publish(self, request: HttpRequest, row: Notice) -> HttpResponse:
        """What cannot be published is saved all the same, and its page says why."""
        stored = Notice._base_manager.get(pk=row.pk)
        if Verb.PUBLISH in verbs_for(stored, request.user):
            try:
                self.message_user(request, self.do(request, stored, Verb.PUBLISH, ""), messages.SUCCESS)
            except ValidationError as error:
                for message in error.messages:
                    self.message_user(request, message, messages.ERROR)
        elif stored.state != State.PUBLISHED:
            self.message_user(request, gettext("It is saved. A publisher has to publish it."), messages.WARNING)
        return HttpResponseRedirect(change_url(stored))

    # Columns

    @admin.display(description=_("about what"))
    def about(self, row: Notice) -> str:
        names = [str(place.venue) for place in row.places.all()]
        names += [name for _relation, words in _further for name in words(row)]
        return ", ".join(names) or gettext("the whole district")

    @admin.display(description=_("begins at"), ordering="starts_at")
    def begins(self, row: Notice) -> str:
        return _moment(row.starts_at)

    @admin.display(description=_("ends at"), ordering="ends_at")
    def ends(self, row: Notice) -> str:
        return _moment(row.ends_at) if row.ends_at else "–"

    @admin.display(description=_("state"), ordering="state")
    def when_badge(self, row: Notice) -> SafeString:
        if row.state != State.PUBLISHED:
            return badge(row.state, row.get_state_display())
        if not row.public:
            return badge(State.WITHDRAWN, _("over"))
        return badge(State.PUBLISHED, _("in force")) if row.begun else badge(State.IN_REVIEW, _("announced"))


def register_rows(rows: type[TabularRows], relation: str, words: Callable[[Any], list[str]]) -> None:
    """Adds the rows of a higher floor to the page of a notice; ``words`` names them in the list, from ``relation``."""
    if rows not in NoticeAdmin.inlines:
        NoticeAdmin.inlines.append(rows)
        _further.append((relation, words))


def _moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "m-d H:i")
