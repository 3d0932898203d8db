"""A form that takes a line from a GPX file: read before the unit of work opens, shown, replaced, taken away."""

from collections.abc import Callable
from typing import IO, Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from core.admin.merging import MergingForm, ShownField
from core.geo import Point
from venues.lines import Landmark, check_place

# What the form has for a line beside the fields of its model.
LINE_FIELDS = ("gpx", "remove_line", "shown_line")


def gpx_field(help_text: Any) -> forms.FileField:
    return forms.FileField(
        label=_("replace the line"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".gpx,application/gpx+xml"}),
        help_text=help_text,
    )


def read_posted(request: HttpRequest, read: Callable[[IO[bytes]], Any]) -> None:
    """Reads the file that was posted, or keeps what is wrong with it for the form to say."""
    file: Any = request.FILES.get("gpx")
    if file is None:
        return
    try:
        file.read_line = read(file)
    except ValidationError as error:
        file.read_line = error


def without_line_fields(sections: Any) -> Any:
    """Who may only read the page has no file to choose."""
    return [
        (title, {**options, "fields": tuple(name for name in options["fields"] if name not in LINE_FIELDS)})
        for title, options in sections
    ]


class LineForm(MergingForm):
    """Its object has ``set_line(line)`` and ``line_mark``; a line that was read has ``points``."""

    gpx = gpx_field("")
    remove_line = forms.BooleanField(label=_("remove the line"), required=False)

    shown_line = ShownField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("remove_line", "shown_line"):  # an order and a mark: no values that two editors could merge
            if name in self.fields:
                self.fields[name].show_hidden_initial = False
        if "shown_line" in self.fields:
            self.fields["shown_line"].initial = self.instance.line_mark

    def landmarks(self) -> list[Landmark]:
        """What the line should pass."""
        return []

    def clean_gpx(self) -> Any:
        file = self.cleaned_data["gpx"]
        read: Any = getattr(file, "read_line", None)
        if isinstance(read, ValidationError):
            raise read
        if read is not None:
            check_place(read.points, self.landmarks(), Point(*settings.DISTRICT_POSITION))
        return read

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("gpx") and cleaned.get("remove_line"):
            self.add_error("remove_line", _("You have chosen a new line too. Untick this, or take the file out."))
        for name in ("gpx", "remove_line"):
            if cleaned.get(name) and self._is_other_line():
                self.add_error(
                    name, _("Somebody else changed the line. Look at it; if yours shall hold, give it again.")
                )
        return cleaned

    def _is_other_line(self) -> bool:
        """Whether the form showed another line than the stored one; the next time it shows that one."""
        shown, stored = self.data.get(self.add_prefix("shown_line")), self.instance.line_mark
        if self.instance._state.adding or shown in (None, stored):
            return False
        self.data = data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("shown_line")] = stored
        return True

    def _post_clean(self) -> None:
        """The line comes first: the object's own rules look at it."""
        if self.cleaned_data.get("gpx"):
            self.instance.set_line(self.cleaned_data["gpx"])
        elif self.cleaned_data.get("remove_line"):
            self.instance.set_line(None)
        super()._post_clean()
