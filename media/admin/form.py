"""The form of a picture: on its page, and for each file of an upload. The slow work on the file is done before the unit
of work opens; here its result is only picked up."""

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.merging import RootForm, ShownField
from core.admin.values import post_over
from media.admin.focal import NAME, FocalField, FocalWidget, Point, moved_to
from media.admin.same import hold, same_pictures
from media.models import Image
from media.preparing import Prepared, prepare, recut
from media.renditions import CENTRE

Read = Prepared | ValidationError
LOST_FILE = _("Choose the file again and set its focal point: a form that comes back has lost them.")
LOST = _("The original of this picture is gone from the store: its focal point stays. Upload the picture anew.")
OTHER_FILE = _("Somebody else put another picture here. Look at it; to replace it, choose your file again.")
OTHER_CUT = _("Somebody else put another picture here. Look at it, then set its focal point.")
SAME = _("This picture is in the library already. Show that one; or choose the file again, and tick “Add it anyway”.")


def read_file(request: HttpRequest) -> None:
    """Reads and cuts the posted picture, around the point that the same form moves to. Another picture's old point
    says nothing of a new one: where nobody moved it, that is the middle."""
    file = request.FILES.get("original")
    if file is None:
        return
    try:
        file.prepared = prepare(file, moved_to(request.POST) or CENTRE)  # type: ignore[attr-defined]
    except ValidationError as error:
        file.prepared = error  # type: ignore[attr-defined]


def cut_anew(image: Image | None, request: HttpRequest) -> Read | None:
    """The stored picture around the point that was posted; None where it does not move."""
    point = moved_to(request.POST)
    if image is None or point is None or tuple(point) == image.focal or "original" in request.FILES:
        return None
    try:
        return recut(image, (point.x, point.y))
    except FileNotFoundError:
        return ValidationError(LOST, code="lost")


@dataclass(frozen=True)
class Given:
    """What a form knows beside its data: who posts it, the picture cut anew, and how many places show it."""

    user: Any = None
    recut: Read | None = None
    places: int = 0


class FileInput(forms.FileInput):
    """The scripts tell how large a file may be before it travels."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        told = {"accept": "image/jpeg,image/png,image/webp", "data-most": settings.IMAGE_MAX_BYTES}
        return {**super().build_attrs(*args, **kwargs), **told}


class ImageForm(RootForm):
    given: ClassVar[Given] = Given()

    original = forms.FileField(
        label=_("picture"),
        widget=FileInput,
        help_text=_("JPEG, PNG or WebP, up to 20 MB. Position and camera data are removed."),
    )
    focal = FocalField(
        label=_("Focal point"),
        help_text=_("What every cut keeps in view. Click into the picture, or move the mark with the arrow keys."),
    )
    again = forms.BooleanField(label=_("Add it anyway"), required=False, widget=forms.HiddenInput)
    shown_file = ShownField()

    class Meta:
        model = Image
        fields = ("original", "alt", "caption", "credit", "licence", "source", "organizer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        image = self.instance
        self.fields["shown_file"].initial = image.sha256
        self.fields["shown_file"].show_hidden_initial = False
        self.same: list[Image] = []  # pictures of the library that are what was posted
        self.initial[NAME] = Point(*image.focal)
        if image._state.adding:
            return
        del self.fields["again"]
        shown: FocalWidget = self.fields[NAME].widget
        shown.picture = {"url": image.address(width=1280), "width": image.width, "height": image.height}
        self.fields["original"].required = False
        self.fields["original"].label = _("Replace the picture")
        told = self.fields["original"].help_text
        self.fields["original"].help_text = f"{_everywhere(self.given.places)} {told}"

    def full_clean(self) -> None:
        super().full_clean()
        if self.errors and self.files.get("original"):
            self._forget_file()

    def _forget_file(self) -> None:
        """Browsers forget a chosen file when its form comes back. The point was one of that file: the stored picture,
        which is shown again, has its own."""
        if "original" not in self.errors:
            self["original"].help_text = LOST_FILE
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
        file = self.cleaned_data["original"]
        read: Read | None = getattr(file, "prepared", None)
        if isinstance(read, ValidationError):
            raise read
        if read is None:
            return file
        self._check_replaced(read)
        self._check_same(read)
        self.instance.set_picture(read)
        return self.instance.original

    def _check_replaced(self, read: Prepared) -> None:
        """A picture that somebody else put here meanwhile is seen before it is replaced."""
        if self.instance._state.adding or not self._shows_other() or read.sha256 == self.instance.sha256:
            return
        self._show_stored_file()
        raise ValidationError(OTHER_FILE, code="conflict")

    def _shows_other(self) -> bool:
        return self.data.get(self.add_prefix("shown_file")) not in (None, self.instance.sha256)

    def _show_stored_file(self) -> None:
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("shown_file")] = self.instance.sha256
        self.data = data

    def _check_same(self, read: Prepared) -> None:
        """A file that comes again is found: storing it makes the same bytes of it. Only what the user may read is
        told."""
        if not self.instance._state.adding or self.data.get(self.add_prefix("again")):
            return
        hold(read.sha256)
        self.same = list(same_pictures(read.sha256, self.given.user)[:5])
        if self.same:
            self.fields["again"].widget = forms.CheckboxInput()
            raise ValidationError(SAME, code="same")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        point = cleaned.get(NAME)
        elsewhere = NAME in self.conflicts or self.instance._state.adding or self.files.get("original")
        if point is not None and not elsewhere and tuple(point) != self.instance.focal:
            self._move(tuple(point))
        return cleaned

    def _move(self, point: Any) -> None:
        read = self.given.recut
        if isinstance(read, ValidationError):
            self.add_error(NAME, read)
        elif read is not None and (read.sha256, read.focal) == (self.instance.sha256, point):
            self.instance.set_picture(read)
        else:  # the point is one of a picture that is not here any more
            self._show_stored_file()
            self.show_stored(name for name in self.changed_data if name != NAME)
            self.add_error(NAME, ValidationError(OTHER_CUT, code="conflict"))


def _everywhere(places: int) -> str:
    if not places:
        return gettext("Nothing shows it yet.")
    words = ngettext(
        "%(count)d place shows it, and will show the new one.",
        "%(count)d places show it, and will show the new one.",
        places,
    )
    return words % {"count": places}
