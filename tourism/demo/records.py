"""Records of the data files become rows: checked as a form checks them, and told by name where they are at fault."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext

from core.changes.edits import edit
from core.changes.models import Act, log
from core.publication import Published, Verb, act
from core.tags import Tag
from media.models import Image

# Names of pictures and slots in the data files become their ids for good.
NAMESPACE = uuid.UUID("6f1d4d0e-5a7b-4f7e-9b1c-0c6a51e1905c")

Record = dict[str, Any]
M = TypeVar("M", bound=models.Model)


class DataError(Exception):
    """A record that cannot be loaded: the message names the record and its field."""


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Whatever is wrong inside is told as a fault of the record ``name``."""
    try:
        yield
    except KeyError as error:
        raise DataError(f"{name}: {error.args[0]}: is missing") from error
    except ValidationError as error:
        raise DataError(f"{name}: {' '.join(error.messages)}") from error


def checked(name: str, model: type[M], /, **fields: Any) -> M:
    """Makes and saves a row that passes the validation the admin's forms use."""
    try:
        row = model(**fields)
    except TypeError as error:  # a key that is no field
        raise DataError(f"{name}: {error}") from error
    return save(name, row)


def save(name: str, row: M) -> M:
    """As ``checked``, of a row that is made already."""
    try:
        row.full_clean()
    except ValidationError as error:
        told = [" ".join([f"{field}:", *messages]) for field, messages in error.message_dict.items()]
        raise DataError(f"{name}: {'; '.join(told)}".replace(f"{NON_FIELD_ERRORS}: ", "")) from error
    except TypeError as error:  # a value of another type than its field's
        raise DataError(f"{name}: {error}") from error
    row.save()
    return row


def find(name: str, field: str, model: type[M], slug: str, **more: Any) -> M:
    """The row that a record refers to by its slug."""
    row = model._base_manager.filter(slug=slug, **more).first()
    if row is None:
        raise DataError(f"{name}: {field}: there is no {model._meta.model_name} {slug!r}")
    return row


def take(record: Mapping[str, Any], *names: str) -> Record:
    return {name: record[name] for name in names if name in record}


def image_id(key: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"image/{key}")


def make_public(row: Published) -> None:
    with edit() as unit:
        log(row, Act.Verb.CREATED, by=None, at=unit.moment, note=gettext("shipped data set"))
    act(row, Verb.PUBLISH, by=None, note=gettext("shipped data set"), reviewed=True)


def add_children(
    name: str,
    owner: Mapping[str, Published],
    record: Record,
    link: type[models.Model],
    tagging: type[models.Model],
    placement: type[models.Model],
) -> None:
    """What venues and events have alike; ``owner`` names the field that points at the root."""
    for order, each in enumerate(record.get("links") or []):
        checked(f"{name} link {order}", link, **owner, position=order, **each)
    for slug in record.get("tags") or []:
        checked(f"{name} tag {slug}", tagging, **owner, tag=find(name, "tags", Tag, slug))
    add_pictures(name, owner, record, placement)


def add_pictures(name: str, owner: Mapping[str, Published], record: Record, placement: type[models.Model]) -> None:
    for order, key in enumerate(record.get("images") or []):
        image = Image.objects.filter(pk=image_id(key)).first()
        if image is None:
            raise DataError(f"{name}: images: there is no image {key!r}")
        checked(f"{name} image {key}", placement, **owner, image=image, position=order)
