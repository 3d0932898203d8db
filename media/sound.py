"""What happens to an uploaded guide track before it is stored: its bytes decide its type, and nothing but sound stays.

Nothing is coded anew, so that no sound is lost: what is no sound is cut out (MP3) or blanked (M4A). Titles, pictures,
positions and the times of recording are gone; the library has words of its own.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from media.m4a import RefusedError, read_boxes
from media.mp3 import ForeignBytesError, Sound, read_frames
from media.originals import refuse

# What people try, by the first bytes.
OTHERS = {
    b"OggS": "OGG",
    b"fLaC": "FLAC",
    b"#!AMR": "AMR",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "WMA",
    b"FORM": "AIFF",
    b"caff": "CAF",
    b"MThd": "MIDI",
    b"\x1a\x45\xdf\xa3": "WebM",
    b"\xff\xf1": "AAC (ADTS)",
    b"\xff\xf9": "AAC (ADTS)",
    b"\xff\xfc": "MP2",
    b"\xff\xfd": "MP2",
}
RIFF = {b"WAVE": "WAV", b"AVI ": "AVI"}
CODECS = {"SAMR": "AMR", "ALAC": "ALAC", "AC-3": "AC-3", "OPUS": "Opus", "FLAC": "FLAC", ".MP3": "MP3 in MP4"}
REFUSED = {
    "video": _("This is a video. Export its sound alone, as MP3 or M4A."),
    "tracks": _("The file holds more than one track: chapters, subtitles or pictures. Export the sound alone."),
    "pieces": _("The track is cut into pieces for streaming. Export it as a plain MP3 or M4A."),
    "encrypted": _("The track is protected against copying. Export it without protection."),
    "damaged": _("The track is damaged or ends too early. Send the file again, or export it anew."),
}


def is_mp4(raw: bytes) -> bool:
    return raw[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")


def read_track(raw: bytes) -> tuple[Sound, str]:
    """The sound alone, and the ending of its name: ``mp3`` or ``m4a``.

    Raises ValidationError with what is wrong and what would do: ``empty``, ``bytes``, ``kind``, ``unreadable``,
    ``foreign``, ``silent``, ``length``, and those of REFUSED.
    """
    if not raw:
        raise refuse(_("The file is empty."), "empty")
    if len(raw) > settings.AUDIO_MAX_BYTES:
        limit = settings.AUDIO_MAX_BYTES // 10**6
        raise refuse(_("The file is larger than %(limit)d MB. Save it smaller."), "bytes", limit=limit)
    _refuse_others(raw)
    if is_mp4(raw):
        return _within_time(_mp4(raw)), "m4a"
    return _within_time(_mpeg(raw)), "mp3"


def _refuse_others(raw: bytes) -> None:
    head = raw[:12]
    found = RIFF.get(head[8:12]) if head[:4] == b"RIFF" else None
    found = found or next((kind for magic, kind in OTHERS.items() if head.startswith(magic)), None)
    if head[4:10] == b"ftyp3g":
        found = "3GP"
    if found:
        raise _other(found)


def _other(kind: str) -> ValidationError:
    return refuse(_("%(kind)s files are not taken. Save it as MP3 or M4A (AAC)."), "kind", kind=kind)


def _mp4(raw: bytes) -> Sound:
    try:
        return read_boxes(raw)
    except RefusedError as error:
        if error.code == "codec":
            raise _other(CODECS.get(error.codec, error.codec or "MP4")) from error
        raise refuse(REFUSED[error.code], error.code) from error


def _mpeg(raw: bytes) -> Sound:
    try:
        sound = read_frames(raw)
    except ForeignBytesError as error:
        message: Any = _("There is something else than sound in the file. Export it anew, as a plain MP3 or M4A.")
        raise refuse(message, "foreign") from error
    if sound is None:
        raise refuse(_("This is no readable MP3, M4A or PDF file."), "unreadable")
    return sound


def _within_time(sound: Sound) -> Sound:
    if round(sound.seconds, 3) <= 0:  # as it is stored
        raise refuse(_("There is no sound in the file. Export it anew."), "silent")
    if sound.seconds > settings.AUDIO_MAX_SECONDS:
        limit = settings.AUDIO_MAX_SECONDS // 60
        raise refuse(_("The track is longer than %(limit)d minutes. Cut it into several."), "length", limit=limit)
    return sound
