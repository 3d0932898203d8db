"""Guide tracks: what is taken, what is refused and why, and that nothing but sound is left."""

import io
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from tinytag import TinyTag

from media.sound import read_track
from tests.factories_media import FRAME_SECONDS, box, frames, full, m4a, track, words

FILES = Path(__file__).parent / "files"
REAL = {ending: (FILES / f"tone.{ending}").read_bytes() for ending in ("mp3", "m4a")}
SECRET = b"SECRET +41.8002+123.4001/"
PICTURE = b"\xff\xd8\xff\xe0" + b"\xff\xfb\x90\x64" * 2000  # with what looks like heads of frames


def id3v2(content: bytes, footer: bool = False) -> bytes:
    size = bytes(len(content) >> shift & 0x7F for shift in (21, 14, 7, 0))
    head = b"ID3\4\0" + (b"\x10" if footer else b"\0") + size
    return head + content + (b"3DI\4\0\x10" + size if footer else b"")


def ape(content: bytes, head: bool = True) -> bytes:
    def end(flags: int) -> bytes:
        return b"APETAGEX" + struct.pack("<IIII", 2000, len(content) + 32, 1, flags) + bytes(8)

    return (end(0xA0000000) if head else b"") + content + end(0x80000000 if head else 0)


ID3V1 = b"TAG" + SECRET.ljust(125, b"\0")
LYRICS = b"LYRICSBEGIN" + SECRET + b"000045LYRICS200"
AROUND = {
    "nothing": (b"", b""),
    "ID3v2 with a picture": (id3v2(SECRET + PICTURE), b""),
    "two ID3v2": (id3v2(SECRET) + id3v2(SECRET), b""),
    "ID3v2 with a footer, appended": (b"", id3v2(SECRET, footer=True)),
    "padding behind the tag": (id3v2(SECRET) + bytes(100_000), b""),
    "ID3v1": (b"", ID3V1),
    "the long ID3v1": (b"", (b"TAG+" + SECRET).ljust(227, b"\0") + ID3V1),
    "APE": (b"", ape(SECRET + PICTURE)),
    "APE without a head": (b"", ape(SECRET, head=False)),
    "Lyrics3": (b"", LYRICS + ID3V1),
    "all": (id3v2(SECRET), ape(SECRET) + LYRICS + ID3V1),
    "a page before": (b"<!DOCTYPE html><script>SECRET</script>", b""),
    "a page behind": (b"", b"<!DOCTYPE html><script>SECRET</script>"),
    "a ZIP behind": (b"", b"PK\3\4SECRET" * 100),
    "a cut frame behind": (b"", frames(1)[:20]),
}


@pytest.mark.parametrize("kind", AROUND)
def test_of_an_mp3_the_frames_are_left(kind: str) -> None:
    before, behind = AROUND[kind]
    sound, ending = read_track(before + frames(28) + behind)
    assert (sound.content, ending) == (frames(28), "mp3")
    assert sound.seconds == pytest.approx(28 * FRAME_SECONDS)


def test_a_tag_between_the_frames_goes() -> None:
    assert read_track(frames(10) + id3v2(SECRET) + frames(5))[0].content == frames(15)


@pytest.mark.parametrize("ending", REAL)
def test_the_sound_of_an_encoder_is_read_as_another_reader_reads_it(ending: str) -> None:
    raw = REAL[ending]
    sound, found = read_track(raw)
    tag = TinyTag.get(f"tone.{ending}", file_obj=io.BytesIO(sound.content))
    assert found == ending
    assert tag.duration == pytest.approx(sound.seconds, abs=0.1)
    assert (tag.title, tag.comment, b"SECRET" in raw, b"SECRET" in sound.content) == (None, None, True, False)
    assert read_track(sound.content) == (sound, ending)  # what is clean stays as it is


UDTA = box(b"udta", box(b"\xa9xyz", SECRET), box(b"meta", SECRET))
HIDDEN = {
    "udta": {"inside": UDTA},
    "meta": {"inside": full(b"meta", SECRET)},
    "uuid": {"inside": box(b"uuid", bytes(16), SECRET)},
    "free": {"inside": box(b"free", SECRET) + box(b"skip", SECRET)},
    "of the track": {"extra": UDTA},
    "of the table": {"in_table": box(b"free", SECRET)},
    "of QuickTime's wave": {"in_entry": box(b"wave", box(b"frma", b"mp4a"), box(b"uuid", SECRET), box(bytes(4)))},
    "what none knows": {"inside": box(b"abcd", SECRET)},
    "media that no sample holds": {"hidden": SECRET},
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_of_an_m4a_what_is_no_sound_is_blank(kind: str) -> None:
    raw = m4a([b"one" * 30, b"two" * 30], **HIDDEN[kind])
    sound, ending = read_track(raw)
    assert (ending, len(sound.content), sound.seconds) == ("m4a", len(raw), 2.0)  # no place in the file has moved
    assert b"SECRET" in raw
    assert b"SECRET" not in sound.content
    assert b"one" * 30 + b"two" * 30 in sound.content
    assert read_track(raw)[0].content == sound.content


def test_an_m4a_does_not_tell_when_it_was_recorded() -> None:
    clean = read_track(m4a())[0].content
    for kind in (b"mvhd", b"tkhd", b"mdhd"):
        at = clean.index(kind)
        assert clean[at + 8 : at + 16] == bytes(8)


@pytest.mark.parametrize("behind", [b"PK\3\4SECRET", b"<html>SECRET</html>", b"\0\0\0"])
def test_what_is_appended_to_an_m4a_is_cut_off(behind: bytes) -> None:
    assert read_track(m4a() + behind)[0].content == read_track(m4a())[0].content


def test_an_m4a_with_its_index_in_front_is_taken() -> None:
    head, media = box(b"ftyp", b"M4A ", words(0)), box(b"mdat", b"sound" * 20)
    size = len(box(b"moov", track([b"sound" * 20], offset=0)))
    raw = head + box(b"moov", track([b"sound" * 20], offset=len(head) + size + 8)) + media
    assert read_track(raw)[0].content.endswith(b"sound" * 20)


def large(kind: bytes, body: bytes) -> bytes:
    """With its size in 64 bits."""
    return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body


def test_an_m4a_with_large_sizes_is_taken() -> None:
    head = box(b"ftyp", b"M4A ", words(0))
    raw = head + large(b"mdat", b"sound" * 20) + box(b"moov", track([b"sound" * 20], offset=len(head) + 16))
    assert b"sound" * 20 in read_track(raw)[0].content


def sized(value: int, kind: bytes = b"moov") -> bytes:
    """An M4A whose first box of that kind claims another size."""
    raw = bytearray(m4a())
    at = raw.index(kind)
    raw[at - 4 : at] = struct.pack(">I", value)
    return bytes(raw)


def two_tracks(handler: bytes) -> bytes:
    return m4a(inside=track([b"x"], offset=8, handler=handler))


REFUSED: dict[str, tuple[Any, str]] = {
    "nothing": (b"", "empty"),
    "text": (b"This is no sound at all. " * 50, "unreadable"),
    "a script": (b"<html><script>alert(1)</script></html>", "unreadable"),
    "zeros": (bytes(10_000), "unreadable"),
    "a tag alone": (id3v2(SECRET), "unreadable"),
    "a tag of any length": (b"ID3\4\0\0\x7f\x7f\x7f\x7f" + frames(28), "unreadable"),
    "heads without frames": (b"\xff\xf3" * 100_000, "foreign"),
    "many tags": (id3v2(b"") * 1000 + frames(28), "foreign"),
    "words of songs without end": (b"LYRICSBEGIN" * 20_000, "foreign"),
    "a large file behind": (frames(28) + b"PK\3\4SECRET" * 20_000, "foreign"),
    "a large file before": (b"PK\3\4SECRET" * 20_000 + frames(28), "foreign"),
    "WAV": (b"RIFF\0\0\0\0WAVEfmt ", "kind"),
    "AVI": (b"RIFF\0\0\0\0AVI LIST", "kind"),
    "OGG": (b"OggS\0\2" + bytes(50), "kind"),
    "FLAC": (b"fLaC" + bytes(50), "kind"),
    "AMR": (b"#!AMR\n" + bytes(50), "kind"),
    "WMA": (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(50), "kind"),
    "AAC alone": (b"\xff\xf1\x50\x80" + bytes(50), "kind"),
    "3GP": (box(b"ftyp", b"3gp4", words(0)), "kind"),
    "ALAC": (m4a(codec=b"alac"), "kind"),
    "protected": (m4a(codec=b"drms"), "encrypted"),
    "video": (two_tracks(b"vide"), "video"),
    "video alone": (m4a(handler=b"vide"), "video"),
    "chapters": (two_tracks(b"text"), "tracks"),
    "positions in time": (two_tracks(b"meta"), "tracks"),
    "two tracks of sound": (two_tracks(b"soun"), "tracks"),
    "pieces": (m4a() + box(b"moof", bytes(8)), "pieces"),
    "pieces to come": (m4a(inside=box(b"mvex", bytes(8))), "pieces"),
    "cut in its sound": (m4a()[:80], "damaged"),
    "cut in its index": (m4a()[:-40], "damaged"),
    "no index": (box(b"ftyp", b"M4A ", words(0)) + box(b"mdat", b"sound"), "damaged"),
    "an index that points elsewhere": (box(b"ftyp", b"M4A ") + box(b"moov", track([b"x"], offset=10**6)), "damaged"),
    "a box too small for its head": (sized(4), "damaged"),
    "a box longer than the file": (sized(0xFFFFFFFF), "damaged"),
    "a box inside longer than what holds it": (sized(0xFFFF, b"stsz"), "damaged"),
    "boxes in boxes": (box(b"ftyp", b"M4A ", words(0)) + b"\0\0\0\0moov" * 5000, "damaged"),
    "more boxes than a track has": (box(b"ftyp", b"M4A ") + box(b"free") * 50_000, "damaged"),
    "more boxes than a track has, apart": (
        box(b"ftyp", b"M4A ") + box(b"moov", box(b"trak", box(b"free") * 999) * 9) * 9 + box(b"mdat", b"x"),
        "damaged",
    ),
    "more samples than it has": (m4a(in_table=b"").replace(words(0, 1, 100), words(0, 9, 100)), "damaged"),
    "no clock": (m4a(scale=0), "damaged"),
    "no time": (m4a(length=0), "silent"),
    "no time that is told": (m4a(scale=0xFFFFFFFF, length=1), "silent"),
    "a year": (m4a(length=0xFFFFFFFF), "length"),
    "a head without a body at the end": (m4a(extra=box(b"tkhd")), "damaged"),
    "protected in QuickTime's wave": (m4a(in_entry=box(b"wave", box(b"sinf"))), "encrypted"),
    "media elsewhere": (m4a().replace(b"url \0\0\0\1", b"url \0\0\0\0"), "damaged"),
    "the head of a song without sound": (frames(1)[:4] + bytes(9) + b"Xing" + bytes(19), "silent"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_bad_track_is_refused_by_name(kind: str, english: None) -> None:
    raw, code = REFUSED[kind]
    with pytest.raises(ValidationError) as refused:
        read_track(raw)
    assert refused.value.code == code
    assert len(refused.value.messages[0]) > 15


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("AUDIO_MAX_BYTES", 1000, "The file is larger than 0 MB. Save it smaller."),
        ("AUDIO_MAX_SECONDS", 1, "The track is longer than 0 minutes. Cut it into several."),
    ],
)
def test_a_track_has_limits(settings: Any, english: None, setting: str, value: int, said: str) -> None:
    setattr(settings, setting, value)
    with pytest.raises(ValidationError, match=said):
        read_track(frames(28))


def test_what_is_refused_says_what_would_do(english: None) -> None:
    with pytest.raises(ValidationError) as refused:
        read_track(b"OggS" + bytes(50))
    assert refused.value.messages == ["OGG files are not taken. Save it as MP3 or M4A (AAC)."]


@pytest.mark.parametrize("table", [b"stco", b"stts", b"stsc", b"stsz"])
def test_a_table_of_millions_of_rows_is_not_read(table: bytes) -> None:
    """A file of 60 MB has room for fifteen million, which would take gigabytes."""
    rows = 1_500_000
    widths = {b"stco": 4, b"stts": 8, b"stsc": 12, b"stsz": 4}
    raw = m4a()
    at = raw.index(table) - 4
    end = at + int.from_bytes(raw[at : at + 4])
    head = words(0, rows) if table == b"stsz" else words(rows)
    held = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
    raw = raw[:at] + full(table, head, bytes(rows * widths[table])) + raw[end:]
    longer = bytearray(raw)
    for kind in held:
        place = raw.index(kind) - 4
        longer[place : place + 4] = words(int.from_bytes(raw[place : place + 4]) + len(raw) - len(m4a()))
    tracemalloc.start()
    with pytest.raises(ValidationError) as refused:
        read_track(bytes(longer))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code == "damaged"
    assert peak < 3 * len(longer)  # the file itself is held twice


@pytest.mark.parametrize("raw", [m4a([b"one", b"two"]), frames(6)], ids=["m4a", "mp3"])
def test_a_track_with_any_byte_wrong_is_read_or_refused(raw: bytes) -> None:
    """And so is one that ends anywhere: nothing else is ever raised."""
    broken = [raw[:end] for end in range(len(raw))]
    broken += [raw[:at] + bytes([value]) + raw[at + 1 :] for at in range(len(raw)) for value in (0, 1, 0x7F, 0xFF)]
    read = refused = 0
    for each in broken:
        try:
            read_track(each)
            read += 1
        except ValidationError:
            refused += 1
    assert read + refused == 5 * len(raw)
    assert min(read, refused) > 20
