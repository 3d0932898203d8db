"""Records of the data files become rows: checked as a form checks them, and told by name where they are at fault."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

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
        row.full_clean()
    except ValidationError as error:
        told = [" ".join([f"{field}:", *messages]) for field, messages in error.message_dict.items()]
        raise DataError(f"{name}: {'; '.join(told)}".replace(f"{NON_FIELD_ERRORS}: ", "")) from error
    except TypeError as error:  # a key that is no field
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
