"""The form of a thing that has a file, known by its ``sha256``. The slow work on the file is done before the unit of
work opens; here its result is only picked up."""

from collections.abc import Callable
from typing import IO, Any, ClassVar, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.merging import RootForm, ShownField
from media.models import Shown
from media.same import same_things

OTHER_FILE = _("Somebody else put another file here. Look at it; to replace it, choose your file again.")
WORDS_STAY = _("Its words stay: look whether they fit the new one.")
SAME = _("This file is in the library already. Use that one; or choose the file again, and tick “Add it anyway”.")


def read_file(request: HttpRequest, name: str, read: Callable[[IO[bytes]], Any]) -> None:
    """Keeps with the posted file what ``read`` makes of it: something with a ``sha256``, or a ValidationError."""
    file = request.FILES.get(name)
    if file is None:
        return
    try:
        file.found = read(cast(Any, file))  # type: ignore[attr-defined]
    except ValidationError as error:
        file.found = error  # type: ignore[attr-defined]


class Given(NamedTuple):
    """What a form knows beside its data: who posts it, and how many places show the thing."""

    user: Any = None
    places: int = 0


class FileForm(RootForm):
    given: ClassVar[Given] = Given()
    file_field: ClassVar[str]
    replace_label: Any
    lost_message: Any = _("Choose the file again: a form that comes back has lost it.")

    again = forms.BooleanField(label=_("Add it anyway"), required=False, widget=forms.HiddenInput)
    shown_file = ShownField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_file"].initial = self.instance.sha256
        self.fields["shown_file"].show_hidden_initial = False
        self.same: list[Shown] = []  # what the library has of the posted file already
        file = self.fields[self.file_field]
        file.help_text = self.limits()
        if not self.instance._state.adding:
            del self.fields["again"]
            file.required = False
            file.label = self.replace_label
            file.help_text = format_html("{} {}<br>{}", _everywhere(self.given.places), WORDS_STAY, file.help_text)

    def limits(self) -> str:
        """Which files are taken, in words."""
        raise NotImplementedError(f"{type(self).__name__} does not say which files it takes")

    def take(self, found: Any) -> None:
        """Gives the file that was read to the instance."""
        raise NotImplementedError(f"{type(self).__name__} does not say what becomes of a file")

    def full_clean(self) -> None:
        super().full_clean()
        if self.errors and self.files.get(self.file_field):
            self.forget_file()

    def forget_file(self) -> None:
        """Browsers forget a chosen file when its form comes back."""
        if self.file_field not in self.errors:
            self[self.file_field].help_text = self.lost_message

    def picked_up(self) -> Any:
        """What the file's field is cleaned to."""
        file = self.cleaned_data[self.file_field]
        found = getattr(file, "found", None)
        if isinstance(found, ValidationError):
            raise found
        if found is None:
            return file
        self._check_replaced(found.sha256)
        self._check_same(found.sha256)
        self.take(found)
        return getattr(self.instance, self.file_field)

    def _check_replaced(self, sha256: str) -> None:
        """A file that somebody else put here meanwhile is seen before it is replaced."""
        shown, stored = self.data.get(self.add_prefix("shown_file")), self.instance.sha256
        if self.instance._state.adding or shown in (None, stored) or sha256 == stored:
            return
        self.show_stored_file()
        raise ValidationError(OTHER_FILE, code="conflict")

    def show_stored_file(self) -> None:
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("shown_file")] = self.instance.sha256
        self.data = data

    def _check_same(self, sha256: str) -> None:
        """A file that comes again is found. Who replaces one has said which thing they mean."""
        if not self.instance._state.adding or self.data.get(self.add_prefix("again")):
            return
        self.same = list(same_things(type(self.instance), sha256, self.given.user)[:5])
        if self.same:
            self.fields["again"].widget = forms.CheckboxInput()
            raise ValidationError(SAME, code="same")


def _everywhere(places: int) -> str:
    if not places:
        return gettext("Nothing shows it yet.")
    words = ngettext(
        "%(count)d place shows it, and will show the new one.",
        "%(count)d places show it, and will show the new one.",
        places,
    )
    return words % {"count": places}
