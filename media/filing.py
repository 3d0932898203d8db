"""The rows of renditions: written with their picture, set aside when others take their place, removed when nobody can
hold an answer any more that names their files."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django_tasks import task

from core.changes.edits import Edit, edit
from core.changes.models import locked
from media.models import Image, MediaFile, Rendition
from media.preparing import Prepared, Stored, files_of, recut

# An answer may be shown for a day after it went stale (`stale-if-error`), and the next page of a list be asked for.
KEPT = timedelta(days=2)
FILES: tuple[type[Model], ...] = (Rendition, MediaFile)


def write_rows(image: Image, prepared: Prepared, unit: Edit) -> None:
    """Sets aside the rows that ``prepared`` replaces, and adds its own: those of another picture or focal point go all,
    else those of the kinds that were made."""
    kinds = {piece.spec.kind for piece in prepared.pieces}
    made = {(str(piece.spec), piece.path) for piece in prepared.pieces}
    kept, gone = set(), []
    for row in Rendition.objects.filter(image=image, retired_at=None):
        of_this = (row.source, row.focal) == (prepared.sha256, prepared.focal)
        if of_this and (row.spec, row.path) in made:
            kept.add((row.spec, row.path))
        elif not of_this or row.kind in kinds:
            gone.append(row.pk)
    Rendition.objects.filter(pk__in=gone).update(retired_at=unit.moment)
    new = [piece for piece in prepared.pieces if (str(piece.spec), piece.path) not in kept]
    Rendition.objects.bulk_create(_row(image, prepared, piece) for piece in new)
    if settings.AVIF_BY_QUEUE and "avif" not in image.files:
        as_it_is = (str(image.pk), prepared.sha256, *prepared.focal)
        transaction.on_commit(lambda: make_avif.enqueue(*as_it_is), robust=True)


def _row(image: Image, prepared: Prepared, piece: Stored) -> Rendition:
    return Rendition(
        image=image,
        source=prepared.sha256,
        focal_x=prepared.focal[0],
        focal_y=prepared.focal[1],
        spec=str(piece.spec),
        path=piece.path,
        width=piece.spec.width,
        height=piece.height,
        mime=piece.spec.mime,
        bytes=piece.bytes,
    )


@task()
def make_avif(image_id: str, sha256: str, focal_x: float, focal_y: float) -> int:
    """Adds the AVIF files of a picture as it was when they were asked for; returns how many.

    A picture that was replaced, moved to another focal point or deleted meanwhile has asked again, or needs none.
    """
    as_asked = Image.objects.filter(pk=image_id, sha256=sha256, focal_x=focal_x, focal_y=focal_y)
    image = as_asked.first()
    return add_kinds(image, recut(image, kinds=("avif",))) if image else 0


def add_kinds(image: Image, prepared: Prepared) -> int:
    """More renditions of a picture, or others in their place; its version and its date stay: no editor changed it.

    Returns how many, 0 where it is not the picture any more that they were made of.
    """
    with edit() as unit:
        found = locked(Image.objects.filter(pk=image.pk)).first()
        if found is None or (found.sha256, found.focal) != (prepared.sha256, prepared.focal):
            return 0
        looks = {
            "files": found.files | files_of(prepared.pieces),
            "color": prepared.color,
            "placeholder": prepared.placeholder,
        }
        if looks == {name: getattr(found, name) for name in looks}:  # the same bytes once more
            return 0
        unit.touch(*found.touches())
        unit.touch_shown(found.touches)
        found.files = looks["files"]
        Image._base_manager.filter(pk=found.pk).stamp(**looks)
        write_rows(found, prepared, unit)
    return len(prepared.pieces)


def retired(moment: datetime) -> list[QuerySet[Any]]:
    """What was set aside so long before ``moment`` that no answer names it any more: of pictures, of other files."""
    return [model._default_manager.filter(retired_at__lt=moment - KEPT) for model in FILES]


def waiting(moment: datetime) -> int:
    """How many were set aside since."""
    return sum(model._default_manager.filter(retired_at__gte=moment - KEPT).count() for model in FILES)


def remove_retired(moment: datetime) -> int:
    """Removes these rows; returns how many. Where nothing else names their files, these are orphans then."""
    return sum(rows.delete()[0] for rows in retired(moment))
