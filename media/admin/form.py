"""The form of a picture: on its page, and for each file of an upload."""

from collections.abc import Callable
from typing import IO, Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.values import post_over
from media.admin.file_form import FileForm
from media.admin.focal import NAME, FocalField, FocalWidget, Point, moved_to
from media.models import Image
from media.preparing import STORE_AWAY, Prepared, prepare, recut
from media.renditions import CENTRE
from media.storages import StoreUnavailable
from media.turns import PATIENCE

LOST = _("The original of this picture is lost or damaged: its focal point stays. Upload the picture anew.")
OTHER_CUT = _("Somebody else put another picture here. Look at it, then set its focal point.")


def read_picture(request: HttpRequest) -> Callable[[IO[bytes]], Prepared]:
    """Reads and cuts a posted picture around the point that the same form moves to. Another picture's old point says
    nothing of a new one: where nobody moved it, that is the middle."""
    return lambda file: prepare(file, moved_to(request.POST) or CENTRE)


def cut_anew(image: Image | None, request: HttpRequest) -> Prepared | ValidationError | None:
    """The stored picture around the point that was posted; None where it does not move."""
    point = moved_to(request.POST)
    if image is None or point is None or tuple(point) == image.focal or "original" in request.FILES:
        return None
    try:
        return recut(image, (point.x, point.y), patience=PATIENCE)
    except ValidationError as error:
        return error
    except StoreUnavailable:
        return ValidationError(STORE_AWAY, code="store")
    except OSError:  # no file, or none that Pillow can read
        return ValidationError(LOST, code="lost")


class FileInput(forms.FileInput):
    """The scripts tell how large a file may be before it travels."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        told = {"accept": "image/jpeg,image/png,image/webp", "data-most": settings.IMAGE_MAX_BYTES}
        return {**super().build_attrs(*args, **kwargs), **told}


class ImageForm(FileForm):
    file_field = "original"
    replace_label = _("Replace the picture")
    lost_message = _("Choose the file again and set its focal point: a form that comes back has lost them.")
    recut: ClassVar[Prepared | ValidationError | None] = None  # the stored picture, cut anew

    original = forms.FileField(label=_("Picture"), widget=FileInput)
    focal = FocalField(
        label=_("Focal point"),
        help_text=_("What every cut keeps in view. Click into the picture, or move the mark with the arrow keys."),
    )

    class Meta:
        model = Image
        fields = ("original", "alt", "caption", "credit", "licence", "source", "organizer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        image = self.instance
        self.initial[NAME] = Point(*image.focal)
        if not image._state.adding:
            shown: FocalWidget = self.fields[NAME].widget
            shown.picture = {"url": image.address(width=1280), "width": image.width, "height": image.height}

    def limits(self) -> str:
        words = gettext("JPEG, PNG or WebP, up to %(most)d MB. Position and camera data are removed.")
        return words % {"most": settings.IMAGE_MAX_BYTES // 10**6}

    def take(self, found: Any) -> None:
        self.instance.set_picture(found)

    def forget_file(self) -> None:
        """The point was one of that file: the stored picture, which is shown again, has its own."""
        super().forget_file()
        if not self.instance._state.adding:
            self.data = data = cast(QueryDict, self.data).copy()
            post_over(data, self.fields[NAME].widget, self.add_prefix(NAME), self.initial[NAME])

    def cleaned_stored(self, name: str) -> Any:
        return Point(*self.instance.focal) if name == NAME else super().cleaned_stored(name)

    def others_changed(self, name: str) -> bool:
        """Where another editor moved the focal point of a picture that is being replaced no longer matters."""
        return super().others_changed(name) and not (name == NAME and self._replaces())

    def _replaces(self) -> bool:
        return self.instance._prepared is not None

    def clean_original(self) -> Any:
        return self.picked_up()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        point = cleaned.get(NAME)
        elsewhere = NAME in self.conflicts or self.instance._state.adding or self.files.get("original")
        if point is not None and not elsewhere and tuple(point) != self.instance.focal:
            self._move(tuple(point))
        return cleaned

    def _move(self, point: Any) -> None:
        read = self.recut
        if isinstance(read, ValidationError):
            self.add_error(NAME, read)
        elif read is not None and (read.sha256, read.focal) == (self.instance.sha256, point):
            self.instance.set_picture(read)
        else:  # the point is one of a picture that is not here any more
            self.show_stored_file()
            self.show_stored(name for name in self.changed_data if name != NAME)
            self.add_error(NAME, ValidationError(OTHER_CUT, code="conflict"))
