"""How long a form with a file may be at all, and a file's name, wherever it is sent: Django writes it to the disk
before anybody looks."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

# A file that is somewhat too large is read, so that its form can say so.
SPARE = 4
# The ending of a client's name becomes that of a temporary file, which may have 255 bytes, four for a character.
NAME = 50


class LengthLimit(FileUploadHandler):
    """The first of FILE_UPLOAD_HANDLERS: it sees the length before a byte is read, and leaves all else to the others.

    Raises RequestDataTooBig, which Django answers with 400.
    """

    def handle_raw_input(self, *args: Any, **_more: Any) -> None:
        _body, _meta, content_length, *_boundary = args
        if content_length > SPARE * max(
            settings.IMAGE_MAX_BYTES, settings.AUDIO_MAX_BYTES, settings.DOCUMENT_MAX_BYTES
        ):
            raise RequestDataTooBig("The form is longer than any file that is taken.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class ShortNames(TemporaryFileUploadHandler):
    """Django's ends with an OSError where what stands behind the last dot of a name is longer than a disk takes."""

    def new_file(self, field_name: str, file_name: str, *args: Any, **more: Any) -> None:
        super().new_file(field_name, file_name[-NAME:], *args, **more)
