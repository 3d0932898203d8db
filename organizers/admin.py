from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import ContentInline, OwnChoices, TabularRows, badge
from core.admin.lists import ListedAdmin
from core.admin.publishing import PUBLICATION_FIELDS, PublishedAdmin
from core.api.ask import Ask
from organizers.models import Membership, Organizer, OrganizerLink, Token, acts_for_all, acts_for_somebody
from organizers.serializers import OrganizerItem, split_links
from organizers.tokens import issue, longest


class OwnOrganizer:
    """New rows of a member who works for one organizer are that organizer's."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)  # type: ignore[misc]
        if not acts_for_all(request.user):
            own = list(Organizer.objects.acted_for_by(request.user).values_list("pk", flat=True)[:2])
            if len(own) == 1:
                initial.setdefault("organizer", own[0])
        return initial


class LinkRows(TabularRows):
    model = OrganizerLink
    fields = ("kind", "value", "label", "position")


class MembershipRows(OwnChoices, admin.TabularInline):
    model = Membership
    autocomplete_fields = ("user",)
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ContentInline.has_view_permission(self, request, obj)  # type: ignore[arg-type]

    def _allowed(self, request: HttpRequest) -> bool:
        """Who belongs to an organizer is decided by those who act for all of them."""
        return request.user.has_perm("organizers.change_organizer") and request.user.has_perm("organizers.act_for_all")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)


@admin.register(Organizer)
class OrganizerAdmin(PublishedAdmin):
    serializer_class = OrganizerItem
    list_display = ("__str__", "slug", "state_badge", "missing", "sample", "changed_on")
    list_filter = ("state", "sample")
    search_fields = ("slug", "name", "summary")
    ordering = ("slug",)
    inlines: ClassVar[Any] = [LinkRows, MembershipRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("name", "summary", "description")}),
        (_("In lists and addresses"), {"fields": ("slug", "name_pinyin", "verified_on", "sample")}),
        (_("Time to appear and to vanish"), {"fields": PUBLICATION_FIELDS, "classes": ("collapse",)}),
    ]

    def load_preview(self, row: Any, ask: Ask) -> None:
        split_links([row])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("links")


class TokenForm(forms.ModelForm):
    days = forms.IntegerField(label=_("days until it expires"), min_value=1)

    class Meta:
        model = Token
        fields = ("name", "organizer", "scope")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "days" in self.fields:  # not where a token is only read
            self.fields["days"].initial = longest().days
            self.fields["days"].validators.append(MaxValueValidator(longest().days))


@admin.register(Token)
class TokenAdmin(OwnChoices, ListedAdmin):
    """Everybody makes and ends their own; a superuser ends those of others too. None is ever changed."""

    form = TokenForm
    list_select_related = ("user", "organizer")
    search_fields = ("name", "user__username")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return ("__str__", "beginning", "works", *self._whose(request), "organizer", "scope", "expiry")

    def _whose(self, request: HttpRequest) -> tuple[str, ...]:
        """The others know it: they see their own."""
        return ("user",) if request.user.is_superuser else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        return Token.objects.readable_by(request.user)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "organizer", "scope", "days")
        return ("name", "beginning", "works", *self._whose(request), "organizer", "scope", "created", "expiry")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else self.get_fields(request, obj)

    def _allowed(self, request: HttpRequest, obj: Any) -> bool:
        if obj is not None:
            return bool(request.user.is_superuser or obj.user_id == request.user.pk)
        if not hasattr(request, "acts_for_somebody"):  # asked several times a page
            request.acts_for_somebody = acts_for_somebody(request.user)  # type: ignore[attr-defined]
        return bool(request.acts_for_somebody)  # type: ignore[attr-defined]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request, None)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request, obj)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """One button: the page that follows shows the secret, whatever else was asked for."""
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        obj.user = request.user
        lifetime = timedelta(days=form.cleaned_data["days"])
        request.secret = issue(obj, timezone.now(), lifetime)  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Token, post_url_continue: str | None = None) -> HttpResponse:
        """The secret stands on this page and nowhere else: a message would lie in a cookie until it is read."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New API token"),
            "token": obj,
            "secret": request.secret,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "organizers/token_made.html", context)

    @admin.display(description=_("begins with"))
    def beginning(self, row: Token) -> str:
        return row.beginning

    @admin.display(description=_("works"))
    def works(self, row: Token) -> SafeString:
        if row.expiry > timezone.now():
            return badge("published", _("works"))
        return badge("withdrawn", _("expired"))
