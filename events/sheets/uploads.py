"""A file waits between its upload and its import, for a day at most, for whoever uploaded it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from events.models import Event, ImportFile
from events.sheets.columns import Table
from events.sheets.doors import read_table
from events.sheets.kinds import SLOTS, SheetKind

KEPT_FOR = timedelta(days=1)


def keep_file(event: Event, by: Any, name: str, data: bytes, moment: datetime) -> ImportFile:
    """Instead of an earlier one for the same event; what others left behind for too long goes too."""
    ImportFile.objects.filter(at__lt=moment - KEPT_FOR).delete()
    ImportFile.objects.filter(event=event, by=by).delete()
    return ImportFile.objects.create(event=event, by=by, at=moment, name=name[:200], data=data)


def waiting_file(event: Event, by: Any, pk: int, moment: datetime) -> ImportFile | None:
    return ImportFile.objects.filter(pk=pk, event=event, by=by, at__gte=moment - KEPT_FOR).first()


def table_of(file: ImportFile, kind: SheetKind = SLOTS) -> Table:
    chosen = {int(place): field for place, field in file.columns.items()}
    return read_table(file.event, bytes(file.data), chosen, kind)


def choose_columns(file: ImportFile, chosen: Mapping[int, str | None], kind: SheetKind = SLOTS) -> Table:
    """Keeps what was chosen for this file; returns its table with these columns."""
    file.columns = {str(place): field for place, field in chosen.items()}
    file.save(update_fields=["columns"])
    return table_of(file, kind)
