"""The model fields that content needs and Django lacks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.forms import TranslatedFormField
from core.translations import clean_text, default_language, label, one_line


class TranslatedField(models.JSONField):
    """A column of translated text. ``max_length`` bounds each language; ``markdown`` marks long, formatted text.

    A field that is not ``blank`` must be written in the default language.
    """

    def __init__(self, *args: Any, markdown: bool = False, multiline: bool = False, **kwargs: Any) -> None:
        self.markdown = markdown
        self.multiline = multiline or markdown
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "core.fields.TranslatedField", args, kwargs

    def clean(self, value: Any, model_instance: models.Model | None) -> dict[str, str]:
        cleaned = clean_text(value)
        if not self.multiline:
            cleaned = {tag: line for tag, text in cleaned.items() if (line := one_line(text))}
        if not self.blank and default_language() not in cleaned:
            raise ValidationError(
                _("Write this in %(language)s: the other languages fall back to it."),
                code="required",
                params={"language": label(default_language())},
            )
        for tag, text in cleaned.items():
            if self.max_length and len(text) > self.max_length:
                raise ValidationError(
                    _("%(language)s: at most %(limit)d characters; this has %(length)d."),
                    code="max_length",
                    params={"language": label(tag), "limit": self.max_length, "length": len(text)},
                )
        self.run_validators(cleaned)
        return cleaned

    def formfield(self, **kwargs: Any) -> Any:
        return TranslatedFormField(
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text),
            required=not self.blank,
            max_length=self.max_length,
            multiline=self.multiline,
            markdown=self.markdown,
        )


class SeveralField(models.JSONField):
    """A column with several of some choices: a list of their codes in the choices' order; null where nobody said.

    The choices stand in no migration: a new one changes no table.
    """

    def __init__(self, *args: Any, of: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"null": True, "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "core.fields.SeveralField", args, kwargs

    def clean(self, value: Any, model_instance: models.Model | None) -> list[str] | None:
        assert self.of is not None  # which only migrations leave out
        sent = value or []
        known = self.of.values
        unknown = [each for each in sent if each not in known] if isinstance(sent, list | tuple) else [sent]
        if unknown:
            raise ValidationError(
                _("Unknown value “%(value)s”. Choose from: %(known)s."),
                code="invalid_choice",
                params={"value": str(unknown[0])[:40], "known": ", ".join(known)},
            )
        return [code for code in known if code in sent] or None

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """An empty form is not cleaned: nothing chosen is nothing said."""
        return super().get_db_prep_save(value or None, connection)

    def formfield(self, **kwargs: Any) -> Any:
        assert self.of is not None
        return forms.MultipleChoiceField(
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text),
            choices=self.of.choices,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
