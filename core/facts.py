"""Columns that several kinds of content share: a price, links and contacts, keys to sort by."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.models import Child
from core.fields import TranslatedField
from core.translations import languages, resolve, sort_key


class PriceKind(models.TextChoices):
    FREE = "free", _("free")
    PARTLY_FREE = "partly_free", _("partly free")
    PAID = "paid", _("paid")
    UNKNOWN = "unknown", _("unknown")


class Priced(models.Model):
    """What it costs. Amounts are integers of the currency's smallest unit (fen)."""

    price_kind = models.CharField(_("price"), max_length=12, choices=PriceKind, default=PriceKind.UNKNOWN)
    price_min = models.PositiveIntegerField(
        _("lowest price"), null=True, blank=True, help_text=_("In fen: 35 yuan is 3500.")
    )
    price_max = models.PositiveIntegerField(_("highest price"), null=True, blank=True, help_text=_("In fen."))
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="CNY",
        validators=[RegexValidator(r"\A[A-Z]{3}\Z", _("Use the ISO 4217 code: CNY."))],
    )
    price_note = TranslatedField(_("note on the price"), blank=True, max_length=300)
    concessions = TranslatedField(_("concessions"), blank=True, max_length=300)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.price_min is not None and self.price_max is not None and self.price_max < self.price_min:
            raise ValidationError({"price_max": _("This is below the lowest price.")})
        if self.price_kind == PriceKind.FREE and (self.price_min or self.price_max):
            raise ValidationError({"price_kind": _("It has a price: choose “paid” or “partly free”.")})


class LinkKind(models.TextChoices):
    PHONE = "phone", _("telephone")
    EMAIL = "email", _("e-mail")
    WECHAT = "wechat", _("WeChat account")
    WEBSITE = "website", _("website")
    MINI_PROGRAM = "mini_program", _("mini-program")
    VIDEO = "video", _("video")
    MAP = "map", _("map")
    OTHER = "other", _("other link")


CONTACT_KINDS = (LinkKind.PHONE, LinkKind.EMAIL, LinkKind.WECHAT)
WEB_KINDS = (LinkKind.WEBSITE, LinkKind.VIDEO, LinkKind.MAP, LinkKind.OTHER)

validate_web_address = URLValidator(schemes=["http", "https"])
validate_phone = RegexValidator(r"\A\+?[0-9][0-9 ()-]{3,24}\Z", _("Enter a telephone number: +86 24 8888 0000."))


class Link(Child):
    """A way to reach or read more: telephone, e-mail, WeChat account, web page."""

    kind = models.CharField(_("kind"), max_length=12, choices=LinkKind, default=LinkKind.WEBSITE)
    value = models.CharField(_("address or number"), max_length=500)
    label = TranslatedField(_("label"), blank=True, max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(Child.Meta):
        abstract = True
        ordering = ["position", "pk"]
        verbose_name = _("link or contact")
        verbose_name_plural = _("links and contacts")

    def __str__(self) -> str:
        return self.value

    def clean(self) -> None:
        super().clean()
        check: Any = {LinkKind.PHONE: validate_phone, LinkKind.EMAIL: EmailValidator()}.get(LinkKind(self.kind))
        if self.kind in WEB_KINDS:
            check = validate_web_address
        if check:
            try:
                check(self.value)
            except ValidationError as error:
                raise ValidationError({"value": error.messages}) from error


class SortKey(models.Model):
    """What a name sorts by in one language; derived, written by the unit of work."""

    language = models.CharField(max_length=16)
    key = models.CharField(max_length=100)

    class Meta:
        abstract = True


def write_sort_keys(model: type[SortKey], owner: str, rows: Iterable[Any]) -> None:
    """Brings the keys of these named objects up to date; ``owner`` is the foreign key of ``model`` to them."""
    rows = list(rows)
    manager: Any = model._default_manager
    stored = {
        (pk, language): key
        for pk, language, key in manager.filter(**{f"{owner}__in": rows}).values_list(owner, "language", "key")
    }
    fresh = []
    for row in rows:
        for tag in languages():
            text, shown = resolve(row.name, tag)
            chinese = shown is not None and shown.startswith("zh")
            key = sort_key(text, row.name_pinyin if chinese else "")
            if stored.get((row.pk, tag)) != key:
                fresh.append(model(**{owner: row, "language": tag, "key": key}))
    manager.bulk_create(
        fresh, batch_size=200, update_conflicts=True, unique_fields=[owner, "language"], update_fields=["key"]
    )
