"""One page for all teams of an event, their groups and seeds: a table to type into, saved with the event's version."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext, ngettext

from core.admin.base import ContentAdmin, change_url
from core.admin.lists import is_number
from core.admin.merging import RootForm
from events.league.admin.rows import EntryRows, GroupRows, StageRows, roster_of
from events.league.entries import make_groups
from events.league.models import Entry
from events.models import Event


class TeamsPage(ContentAdmin):
    """An event's page on which nothing of the event itself stands. It is opened by ``CompetitionAdmin``."""

    model = Event
    form = RootForm
    change_form_template = "admin/league/teams.html"
    inlines: ClassVar[Any] = [EntryRows, GroupRows, StageRows]
    fieldsets: ClassVar[Any] = [(None, {"fields": ()})]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def show(self, request: HttpRequest, event_id: str) -> HttpResponse:
        """The page, or what was posted from it."""
        if request.method == "POST" and "_groups" in request.POST:
            return self._make_groups(request, event_id)
        response: HttpResponse = self.change_view(
            request, event_id, extra_context={"title": gettext("Teams and groups")}
        )
        return response

    def _make_groups(self, request: HttpRequest, event_id: str) -> HttpResponse:
        event = self.get_queryset(request).filter(pk=event_id).first()
        if event is None or not self.has_change_permission(request, event):
            raise PermissionDenied
        count = request.POST.get("count", "")
        try:
            made = make_groups(event, int(count) if is_number(count) else 0, by=request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.log_change(request, event, [{"added": {"name": "groups"}}])
            words = ngettext("%(count)d group is made.", "%(count)d groups are made.", len(made))
            self.message_user(request, words % {"count": len(made)}, messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        event = kwargs["obj"]
        context |= {
            "show_save_and_add_another": False,
            "roster": roster_of(request, event).all() if self.has_change_permission(request, event) else [],
            "has_groups": event.groups.exists(),
            "entered": Entry._base_manager.filter(event=event).count(),
            "competition": getattr(event, "competition", None),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Back to the event, or on with this page; what another editor did is said."""
        super().response_change(request, obj)
        return HttpResponseRedirect(request.path if "_continue" in request.POST else change_url(obj))
