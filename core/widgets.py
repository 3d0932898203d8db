"""The plainest parts of a form, put together without a template.

A page of the admin has some three hundred of them, and Django renders each through two or three templates: a third of
the time that the page takes. What comes out is the same; everything else is Django's as before.
"""

import html
from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString

Context = Mapping[str, Any]


def escaped(value: Any) -> str:
    """As ``conditional_escape`` has it, which asks first whether it was called with a translation."""
    if hasattr(value, "__html__"):
        return str(value.__html__())
    text = str(value)  # a translation may be safe when it is read
    return text if isinstance(text, SafeString) else html.escape(text)


def attributes(attrs: Context) -> SafeString:
    """`` name="value"`` for each; a True stands alone, a False is left out."""
    return SafeString(
        "".join(
            f" {name}" if value is True else f' {name}="{escaped(value)}"'
            for name, value in attrs.items()
            if value is not False
        )
    )


def _input(context: Context) -> str:
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{escaped(widget["value"])}"'
    return f'<input type="{widget["type"]}" name="{escaped(widget["name"])}"{value}{attributes(widget["attrs"])}>'


def _textarea(context: Context) -> str:
    widget = context["widget"]
    value = escaped(widget["value"] or "")
    return f'<textarea name="{escaped(widget["name"])}"{attributes(widget["attrs"])}>\n{value}</textarea>'


def _option(option: Context) -> str:
    return (
        f'<option value="{escaped(option["value"])}"{attributes(option["attrs"])}>{escaped(option["label"])}</option>'
    )


def _select(context: Context) -> str:
    widget = context["widget"]
    groups = []
    for name, options, _place in widget["optgroups"]:
        inner = "\n".join(_option(option) for option in options)
        groups.append(f'<optgroup label="{escaped(name)}">\n{inner}\n</optgroup>' if name else inner)
    lines = "\n".join(groups)
    return f'<select name="{escaped(widget["name"])}"{attributes(widget["attrs"])}>\n{lines}\n</select>'


def _choice(option: Context) -> str:
    box = _input({"widget": option})
    if not option.get("wrap_label"):
        return box
    target = f' for="{escaped(option["attrs"]["id"])}"' if option["attrs"].get("id") else ""
    return f"<label{target}>{box} {escaped(option['label'])}</label>"


def _choices(context: Context) -> str:
    """Radio buttons or boxes."""
    widget = context["widget"]
    groups = []
    for name, options, _place in widget["optgroups"]:
        inner = "\n".join(f"<div>{_choice(option)}</div>" for option in options)
        groups.append(f"<div><label>{escaped(name)}</label>\n{inner}\n</div>" if name else inner)
    kept = {name: widget["attrs"][name] for name in ("id", "class") if widget["attrs"].get(name)}
    lines = "\n".join(groups)
    return f"<div{attributes(kept)}>{lines}\n</div>"


def _label(context: Context) -> str:
    text, tag = escaped(context["label"]), context["tag"]
    return f"<{tag}{attributes(context['attrs'] or {})}>{text}</{tag}>" if context["use_tag"] else text


def _errors(context: Context) -> str:
    errors = context["errors"]
    if not errors:
        return ""
    name = f' id="{escaped(errors.field_id)}_error"' if errors.field_id else ""
    items = "".join(f"<li>{escaped(error)}</li>" for error in errors)
    return f'<ul class="{escaped(context["error_class"])}"{name}>{items}</ul>'


_INPUTS = ("input", "hidden", "text", "number", "date", "time", "email", "url", "checkbox")
PLAIN: dict[str, Callable[[Context], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/radio.html": _choices,
    "django/forms/widgets/checkbox_select.html": _choices,
    "admin/widgets/radio.html": _choices,
    "django/forms/label.html": _label,
    "django/forms/errors/list/default.html": _errors,
    "django/forms/errors/list/ul.html": _errors,
}


class Renderer(DjangoTemplates):
    """The setting ``FORM_RENDERER``."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        plain = PLAIN.get(template_name)
        return SafeString(plain(context) if plain else super().render(template_name, context, request))
