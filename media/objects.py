"""Files as objects of an S3-compatible store, with the manners that ``WholeFiles`` has on a disk.

boto3 is loaded with this module, and this module only where ``STORAGE_URL`` is set. An object appears whole or not at
all; one of the same name is replaced. Whatever the store refuses, or does not answer in time, is StoreUnavailable;
what it does not have is FileNotFoundError.
"""

import io
import mimetypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from media.originals import TYPES
from media.renditions import ENDINGS
from media.storages import StoreUnavailable

MIMES = {ending: f"image/{kind}" for kind, ending in ENDINGS.items()} | {end: mime for mime, end in TYPES.values()}
MISSING = {"404", "NoSuchKey", "NotFound"}
CONNECT, READ = 2, 5  # seconds without a sign of life; asked twice at most, so that no request waits long
WHOLE = TransferConfig(use_threads=False, multipart_threshold=64 * 2**20, multipart_chunksize=64 * 2**20)


def _client_config(addressing: str, signature: str) -> Config:
    """Checksums only where they must be: other stores than Amazon's refuse the form in which boto3 adds its own."""
    return Config(
        s3={"addressing_style": addressing},
        signature_version=signature,
        connect_timeout=CONNECT,
        read_timeout=READ,
        retries={"mode": "standard", "total_max_attempts": 2},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


@contextmanager
def _asking(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in MISSING:
            raise FileNotFoundError(f"The store has no {name}") from error
        raise StoreUnavailable(f"{error.operation_name}: {code}") from error
    except (BotoCoreError, Boto3Error, HTTPClientError) as error:
        raise StoreUnavailable(type(error).__name__) from error


class ObjectReader(io.RawIOBase):
    """An object, read by GETs from where it stands: a part of a large one costs that part, and none lies in memory.

    ``ask(Range=…)`` is the store's ``get_object``. The first GET is made at once: it tells the size.
    """

    def __init__(self, name: str, ask: Callable[..., Any]) -> None:
        self.name, self._ask = name, ask
        self._body: Any = None
        self._at = self._body_at = 0
        with _asking(name):
            found = ask()
        self.size: int = found["ContentLength"]
        self._body = found["Body"]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Asks nothing: the next read does."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        if self._at >= self.size:
            return b""
        with _asking(self.name):
            if self._body is None or self._body_at != self._at:
                self._drop()
                self._body, self._body_at = self._ask(Range=f"bytes={self._at}-")["Body"], self._at
            data: bytes = self._body.read(None if size is None or size < 0 else size)
        self._at = self._body_at = self._at + len(data)
        return data

    def readinto(self, buffer: Any, /) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None

    def close(self) -> None:
        self._drop()
        super().close()


class Objects(S3Storage):
    cache = "public, max-age=31536000, immutable"

    def __init__(self, addressing_style: str, signature_version: str, **options: Any) -> None:
        config = _client_config(addressing_style, signature_version)
        # Without keys of ours boto3 looks for some by itself; the base class would take half of what it finds.
        keys = {"access_key": None, "secret_key": None}
        super().__init__(**{**keys, **options}, file_overwrite=True, client_config=config, transfer_config=WHOLE)

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        guessed, _encoding = mimetypes.guess_type(name, strict=False)
        kind = MIMES.get(name.rpartition(".")[2]) or guessed or self.default_content_type
        return {"ContentType": kind, "CacheControl": self.cache}

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("Objects are written as a whole, by save().")
        ask = partial(self.connection.meta.client.get_object, Bucket=self.bucket_name, Key=self._normalize_name(name))
        return File(ObjectReader(name, ask), name)  # type: ignore[arg-type]

    def _save(self, name: str, content: Any) -> str:
        with _asking(name):
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _asking(name):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _asking(name):
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _asking(path):
            folders, files = super().listdir(path)
        return folders, files

    def size(self, name: str) -> int:
        with _asking(name):
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        with _asking(name):
            found: datetime = super().get_modified_time(name)
        return found

    def open_to_all(self, name: str) -> bool:
        """Whether somebody without keys is given it."""
        client = self.unsigned_connection.meta.client
        try:
            client.head_object(Bucket=self.bucket_name, Key=self._normalize_name(name))
        except (ClientError, BotoCoreError):
            return False
        return True

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        raise ValueError("Addresses are made by public_url() of media.storages.")


class PrivateObjects(Objects):
    """Objects that no cache keeps, and that are open to nobody."""

    cache = "private, no-store"
