"""A form that is longer than any file is not written to the disk, and a name that is longer than any is cut."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/media/image/upload/", "/admin/media/mediaobject/add/"])
@pytest.mark.parametrize(("size", "written"), [(3_500, 1), (4_500, 0)])
def test_a_form_longer_than_any_file_is_not_read(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, path: str, size: int, written: int
) -> None:
    """Whoever sends it: Django looks for the CSRF token in it before anybody is asked who they are."""
    settings.IMAGE_MAX_BYTES = settings.AUDIO_MAX_BYTES = settings.DOCUMENT_MAX_BYTES = 1_000
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    files: list[str] = []
    new_file = TemporaryFileUploadHandler.new_file

    def noted(self: Any, field: str, *args: Any, **more: Any) -> None:
        files.append(field)
        new_file(self, field, *args, **more)

    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", noted)
    client = Client(enforce_csrf_checks=True)
    client.get("/admin/login/")
    answer = client.post(path, {"original": SimpleUploadedFile("a.png", bytes(size))})
    assert len(files) == written
    assert answer.status_code == (403 if written else 400)


@pytest.mark.parametrize("name", ["a." + "x" * 250, "照片." + "厂" * 100])
def test_a_file_may_be_called_anything(db: None, settings: Any, name: str) -> None:
    """The form gets as far as the question who sends it."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    client = Client(enforce_csrf_checks=True)
    client.get("/admin/login/")
    answer = client.post("/admin/login/", {"original": SimpleUploadedFile(name, b"x")})
    assert answer.status_code == 403
