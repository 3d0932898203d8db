"""Admin pages as a browser reads and posts them."""

import re
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode


class Browser(Client):
    """Posts in parts only where there is a file."""

    def post(self, path: str, data: Any = None, content_type: str = "", **more: Any) -> Any:
        if not content_type and any(hasattr(value, "read") for value in (data or {}).values()):
            return super().post(path, data, **more)
        if not content_type:
            data, content_type = urlencode(data or {}, doseq=True), "application/x-www-form-urlencoded"
        return super().post(path, data, content_type, **more)


def enter(user: AbstractBaseUser | None, language: str = "en") -> Client:
    """A browser with the user logged in (None: nobody), whose pages are in English."""
    client = Browser()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = language
    return client


def url(row: Any, page: str = "change") -> str:
    """``url(venue)``, ``url(venue, "history")``, ``url(Venue, "changelist")``."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
    return reverse(name) if isinstance(row, type) else reverse(name, args=[row.pk])


class _Fields(HTMLParser):
    """Collects what the form of an admin page would post if nothing was touched."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.values: dict[str, Any] = {}
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        has = dict(attrs)
        if tag == "form":
            self.inside = has.get("id", "").endswith(self.form_id)
        if not self.inside or "disabled" in has:
            return
        name = has.get("name") or ""
        if tag == "input" and name and has.get("type") not in ("submit", "file", "button", "image"):
            if has.get("type") not in ("checkbox", "radio") or "checked" in has:
                self._put(name, has.get("value") or ("on" if has.get("type") == "checkbox" else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in has or self.select not in self.values):
            self.values[self.select] = has.get("value") or ""
        elif tag == "textarea":
            self.area, self.values[name] = name, ""

    def _put(self, name: str, value: str) -> None:
        """A name that comes again, as several ticked boxes of one question have it, has a list of values."""
        before = self.values.get(name)
        self.values[name] = value if before is None else [*([before] if isinstance(before, str) else before), value]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.area:
            text = self.values[self.area]
            self.values[self.area] = text.removeprefix("\n")  # HTML drops the first line's end
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data


# Forms and their fields: a fifth of a page. Django escapes what could be a ">" inside of a tag.
_PARTS = re.compile(r"</?(?:form|select)\b[^>]*>|<(?:input|option)\b[^>]*>|<textarea\b.*?</textarea>", re.DOTALL)


def read_form(response: Any, form_id: str = "_form") -> dict[str, Any]:
    """The fields of the page's form with the values that a browser would post."""
    fields = _Fields(form_id)
    fields.feed("".join(_PARTS.findall(response.content.decode())))
    assert fields.values, f"No form in {response.request['PATH_INFO']}: {response.status_code}"
    return fields.values


def open_form(client: Client, page: str) -> dict[str, Any]:
    return read_form(client.get(page))


def save(client: Client, page: str, form: dict[str, Any], button: str = "_save", **changes: Any) -> Any:
    """Posts a form that was opened before, with changes; the names of translated parts as ``name__zh-Hans``."""
    values = {**form, **changes, button: "Save"}
    posted = {
        name: value.replace("\r\n", "\n").replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in values.items()
        if value is not None  # an unticked box posts nothing
    }
    return client.post(page, posted)


def said(response: Any) -> list[str]:
    """The messages that the next page shows, with their levels."""
    return [f"{message.level_tag}: {message}" for message in get_messages(response.wsgi_request)]


def errors(response: Any) -> dict[str, list[str]]:
    """The errors of the page's form; those of inline rows as ``prefix-field``, of the whole as ``""``. None saved."""
    if "adminform" not in (response.context or {}):
        return {}
    with translation.override("en"):
        return _errors(response.context)


def _errors(context: Any) -> dict[str, list[str]]:
    form = context["adminform"].form
    found = {name if name != "__all__" else "": list(messages) for name, messages in form.errors.items()}
    for inline in context["inline_admin_formsets"]:
        if messages := list(inline.formset.non_form_errors()):
            found[inline.formset.prefix] = messages
        for row in inline.formset.forms:
            for name, messages in row.errors.items():
                found[f"{row.prefix}-{name}" if name != "__all__" else row.prefix] = list(messages)
    return found
