"""Lists and keys of the admin, whatever an address or a post holds."""

import uuid
from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest
from django.db.models import Model, UUIDField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.utils.text import capfirst


def is_number(text: str) -> bool:
    """Whether it may be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) < 19


def is_key(model: type[Model], text: str) -> bool:
    """Whether it may be the key of a row of the model."""
    if not isinstance(model._meta.pk, UUIDField):
        return is_number(text)
    try:
        return bool(uuid.UUID(text[:40]))
    except ValueError:
        return False


def no_key(model: type[Model]) -> str:
    """A key that no row has."""
    return str(uuid.UUID(int=0)) if isinstance(model._meta.pk, UUIDField) else "0"


class ListedAdmin(admin.ModelAdmin):
    """A list that takes whatever address it is given."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Headed by what it lists: Django's “Select picture to change” is no heading. Where the address asks for what
        no database can compute (the year 9999), it is shown without filters."""
        context = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        try:
            response: HttpResponse = super().changelist_view(request, context)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response
        except (OverflowError, ValueError) as error:
            if request.method != "GET" or "e" in request.GET:
                raise BadRequest("The list cannot be shown like this.") from error
            return HttpResponseRedirect(f"{request.path}?e=1")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Ten words are enough to find anything, and few enough for any database."""
        return super().get_search_results(request, queryset, " ".join(search_term[:200].split()[:10]))
