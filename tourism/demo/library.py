"""Loads guide tracks and leaflets, and puts them where the records of venues and exhibits name them."""

import io
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from core.publication import Published
from media.models import MediaObject, MediaPlacement
from media.uploads import Kept, take
from tourism.demo.records import NAMESPACE, DataError, Record, checked, save, telling
from tourism.demo.records import take as pick

FOLDER = Path(__file__).parent
LINE = 34
TOP, LEFT, WIDTH = 740, 56, 595


def media_id(key: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"media/{key}")


def read_files(records: Iterable[Record]) -> list[tuple[Record, Kept]]:
    """Those that are not loaded yet, each with its file: cleaned and stored before the unit of work opens."""
    known = set(MediaObject.objects.values_list("pk", flat=True).order_by())
    found = []
    for record in records:
        if media_id(record["key"]) not in known:
            with telling(f"media {record['key']}"):
                found.append((record, take(io.BytesIO(_content(record)))))
    return found


def _content(record: Record) -> bytes:
    if "file" in record:
        return (FOLDER / record["file"]).read_bytes()
    language = record["language"]
    return leaflet(record["title"][language], record["transcript"][language], chinese=language.startswith("zh"))


def load_media(records: Iterable[tuple[Record, Kept]]) -> int:
    """Returns how many were new."""
    count = 0
    for record, kept in records:
        row = MediaObject(
            pk=media_id(record["key"]), **pick(record, "title", "language", "transcript", "credit", "licence")
        )
        row.set_file(kept)
        save(f"media {record['key']}", row)
        count += 1
    return count


def add_media(name: str, owner: Mapping[str, Published], record: Record, placement: type[MediaPlacement]) -> None:
    for order, key in enumerate(record.get("media") or []):
        media = MediaObject.objects.filter(pk=media_id(key)).first()
        if media is None:
            raise DataError(f"{name}: media: there is no track or leaflet {key!r}")
        checked(f"{name} media {key}", placement, **owner, media=media, position=order)


def leaflet(title: str, text: str, *, chinese: bool) -> bytes:
    """A page of A4 with a title and lines, in a font that every reader of PDF has."""
    made = Pdf.new()
    made.add_blank_page(page_size=(WIDTH, 842))
    page = made.pages[0].obj
    page.Resources = Dictionary(Font=Dictionary(F=made.make_indirect(_song(made) if chinese else _helvetica())))
    made.Root.Lang = String("zh-Hans" if chinese else "en")
    drawn = [b"0.72 0.24 0.04 rg 0 806 %d 36 re f 0.11 0.1 0.09 rg BT /F 30 Tf %d %d Td" % (WIDTH, LEFT, TOP)]
    drawn += [_string(title, chinese) + b" Tj 14 TL /F 14 Tf 0 -%d Td" % (2 * LINE)]
    drawn += [_string(line, chinese) + b" Tj 0 -%d Td" % LINE for line in text.strip().splitlines()]
    page.Contents = Stream(made, b"\n".join([*drawn, b"ET"]))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _string(text: str, chinese: bool) -> bytes:
    encoded = text.encode("utf-16-be") if chinese else text.encode("cp1252", "replace")
    return b"<" + encoded.hex().encode() + b">"


def _helvetica() -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)


def _song(made: Pdf) -> Dictionary:
    """One of Adobe's Chinese fonts, which readers bring along or replace (ISO 32000-2, section 9.7.5.2)."""
    system = Dictionary(Registry=String("Adobe"), Ordering=String("GB1"), Supplement=4)
    metrics = Dictionary(ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=880, StemV=93, Flags=6)
    described = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/STSong-Light"), FontBBox=Array([-25, -254, 1000, 880]), **metrics
    )
    glyphs = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=Name("/STSong-Light"),
        CIDSystemInfo=system,
        FontDescriptor=made.make_indirect(described),
        DW=1000,
        W=Array([1, 95, 500]),  # Latin letters and digits are half as wide
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/STSong-Light-UniGB-UCS2-H"),
        Encoding=Name("/UniGB-UCS2-H"),
        DescendantFonts=Array([made.make_indirect(glyphs)]),
    )
