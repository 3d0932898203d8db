"""Who did what to a record: the admin's own account of a change becomes an act in the log."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from core.admin.acts import act_row
from core.admin.lists import ListedAdmin
from core.changes.edits import edit
from core.changes.models import Act, Child, Root, acts_of, log


class LoggedAdmin(ListedAdmin):
    """Writes acts in place of Django's entries, and shows them as the history of a record."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return self._log(request, obj, Act.Verb.CREATED, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return self._log(request, obj, Act.Verb.CHANGED, message) if message else None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            self._log(request, row, Act.Verb.DELETED, [])

    def _log(self, request: HttpRequest, obj: Any, verb: Act.Verb, message: Any) -> None:
        """An act on a child's own page is a change of its root."""
        names = self.changed_names(message)
        if isinstance(obj, Child):
            obj, verb, names = obj.root, Act.Verb.CHANGED, [self.opts.verbose_name_raw]
        if isinstance(obj, Root) and obj.pk is not None:
            if verb != Act.Verb.DELETED:
                obj.refresh_from_db(fields=["version"])  # its children raised it
            with edit(by=request.user) as unit:
                log(obj, verb, by=request.user, at=unit.moment, fields=names)

    def changed_names(self, message: Any) -> list[str]:
        """The names of fields and sections from the admin's own account of a change."""
        names: list[str] = []
        for part in message if isinstance(message, list) else []:
            for what in part.values():
                names += what.get("fields", []) if "name" not in what else [what["name"]]
        return list(dict.fromkeys(str(name) for name in names))

    def may_read_acts(self, request: HttpRequest, row: Any) -> bool:
        """Notes among colleagues: not for those who read the row only because the public does."""
        return request.user.has_perm("core.view_act") or self.has_change_permission(request, row)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None or not self.has_view_permission(request, found):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.may_read_acts(request, found):
            raise PermissionDenied
        acts = acts_of(found) if isinstance(found, Root) else []
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History: %s") % found,
            "acts": [act_row(act) for act in acts],
            "object": found,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/core_history.html", context)
