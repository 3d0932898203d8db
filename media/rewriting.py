"""``python -m media.rewriting``: a PDF on standard input, the same without what acts or tells of its makers on standard
output. A process of its own, with limits: a small file can ask for any amount of memory and time.

It imports nothing of Django, so that it starts in a tenth of a second. Of the catalog only what shows pages is kept;
every dictionary of the file is looked at. What it refuses it names on standard error, in one word: ``damaged``,
``encrypted``, ``empty``, ``pages``, ``memory``.
"""

import base64
import io
import re
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from media.boxes import BrokenBoxError, blank, boxes

try:
    import resource
except ImportError:  # not a Unix: there is only the time that the parent waits
    resource = None  # type: ignore[assignment]

# Of the catalog (ISO 32000-2, table 29). Left out: actions, scripts, embedded files, metadata, signatures.
CATALOG = {
    *("/Type", "/Pages", "/PageLabels", "/Names", "/Dests", "/ViewerPreferences", "/PageLayout", "/PageMode"),
    *("/Outlines", "/AcroForm", "/StructTreeRoot", "/MarkInfo", "/Lang", "/OCProperties", "/OutputIntents"),
}
ANNOTATIONS = {
    *("/Link", "/Widget", "/FreeText", "/Stamp", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Ink"),
    *("/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Caret"),
}
ACTIONS = {"/GoTo", "/URI", "/Named"}
SCHEMES = {"http", "https", "mailto", "tel"}
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
# Readers pass over these wherever they stand.
BLANKS = re.compile(r"[\x00-\x20\x7f]+")
# What acts; what tells who made it, with what, when and where; files inside; streams that lie elsewhere.
GONE = {
    *("/AA", "/JS", "/OpenAction", "/XFA", "/EF", "/RF", "/AF", "/RichMediaContent", "/RichMediaSettings", "/OPI"),
    *("/Metadata", "/PieceInfo", "/LastModified", "/CreationDate", "/ModDate", "/SigFlags", "/LegalAttestation"),
}
# Who left a note on the page, and when.
GONE_OF_NOTES = {"/T", "/RC", "/NM", "/M", "/Popup", "/Subj"}
GONE_OF_STREAMS = {"/F", "/FFilter", "/FDecodeParms", "/Ref"}
FORBIDDEN = {
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR", "/GoToE", "/Thread", "/Sound"),
    *("/Movie", "/Rendition", "/Hide", "/SetOCGState", "/Trans", "/GoTo3DView", "/RichMediaExecute", "/GoToDp"),
}
# Of a JPEG's application segments those stay that say how its colours are meant; Exif, XMP and the others go.
JPEG_STAYS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
COMMENT = 0xFE
DEEPEST = 64  # of direct objects inside each other
MOST_INFLATED = 200_000_000  # of a JPEG that is packed once more


class RefusedError(Exception):
    pass


def rewrite(raw: bytes, most_pages: int) -> tuple[bytes, int]:
    """The rewritten file, the same for the same input, and how many pages it has. Raises RefusedError."""
    try:
        with Pdf.open(io.BytesIO(raw), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise RefusedError("encrypted")
            pages = _count(pdf, most_pages)
            _clean(pdf)
            out = io.BytesIO()
            pdf.save(
                out,
                linearize=True,
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,  # what is packed stays so, however much it holds
                preserve_pdfa=False,
            )
            return out.getvalue(), pages
    except pikepdf.PasswordError as error:
        raise RefusedError("encrypted") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        raise RefusedError("damaged") from error


def _count(pdf: Pdf, most: int) -> int:
    """As the file claims, which costs nothing, then as it is."""
    claimed = pdf.Root.Pages.get("/Count", 0)
    if isinstance(claimed, int) and claimed > most:
        raise RefusedError("pages")
    pages = len(pdf.pages)
    if not pages:
        raise RefusedError("empty")
    if pages > most:
        raise RefusedError("pages")
    return pages


def _clean(pdf: Pdf) -> None:
    for name in ("/Info", "/ID"):
        if name in pdf.trailer:
            del pdf.trailer[name]
    for name in list(pdf.Root.keys()):
        if name not in CATALOG:
            del pdf.Root[name]
    names = pdf.Root.get("/Names")
    if names is not None:
        pdf.Root.Names = Dictionary(Dests=names.Dests) if "/Dests" in names else Dictionary()
    for page in pdf.pages:
        if "/Annots" in page.obj:
            page.obj.Annots = Array([each for each in page.obj.Annots if _kind(each) in ANNOTATIONS])
    for found in pdf.objects:
        _clean_object(found)


def _kind(annotation: Any) -> str:
    return str(annotation.get("/Subtype", "")) if isinstance(annotation, Dictionary) else ""


def _clean_object(top: Object) -> None:
    """An indirect object and what stands in it; what it only refers to comes by itself."""
    waiting: list[tuple[Any, int]] = [(top, 0)]
    while waiting:
        found, depth = waiting.pop()
        if depth > DEEPEST:
            raise RefusedError("damaged")
        if isinstance(found, Dictionary | Stream):
            _clean_dictionary(found)
            if isinstance(found, Stream):
                _clean_stream(found)
        elif not isinstance(found, Array):
            continue
        waiting.extend((each, depth + 1) for each in _parts(found) if not each.is_indirect)


def _parts(found: Any) -> Iterator[Object]:
    values: Iterable[Any] = found if isinstance(found, Array) else (value for _name, value in found.items())
    return (each for each in values if isinstance(each, Object))


def _clean_dictionary(found: Any) -> None:
    if str(found.get("/S", "")) in FORBIDDEN or _leads_astray(found):
        for name in list(found.keys()):
            if not (isinstance(found, Stream) and name in ("/Length", "/Filter", "/DecodeParms")):
                del found[name]
        return
    subtype = str(found.get("/Subtype", ""))
    note = "/Rect" in found and subtype in ANNOTATIONS - {"/Widget"}
    gone = GONE | (GONE_OF_NOTES if note else set()) | (GONE_OF_STREAMS if isinstance(found, Stream) else set())
    for name in gone.intersection(found.keys()):
        del found[name]
    if str(found.get("/FT", "")) == "/Sig" and "/V" in found:  # a signature: whose, and broken by now
        del found["/V"]
    acts = found.get("/A")
    shown = "/Rect" in found or "/Title" in found  # elsewhere it is an attribute
    if shown and isinstance(acts, Dictionary) and str(acts.get("/S", "")) not in ACTIONS:
        del found["/A"]


def _leads_astray(found: Any) -> bool:
    """A link with a scheme that may run something; one without any stays within the document's own address."""
    if str(found.get("/S", "")) != "/URI":
        return False
    scheme = SCHEME.match(BLANKS.sub("", str(found.get("/URI", ""))).lower())
    return scheme is not None and scheme[1] not in SCHEMES


def _clean_stream(found: Stream) -> None:
    filters = found.get("/Filter")
    chain = [str(each) for each in filters] if isinstance(filters, Array) else [str(filters)] if filters else []
    last = chain[-1] if chain else ""
    if last not in ("/DCTDecode", "/JPXDecode"):
        return
    content = found.read_raw_bytes()
    for name in chain[:-1]:
        content = _unpacked(content, name)
    cleaned = without_segments(content) if last == "/DCTDecode" else without_boxes(content)
    if cleaned == content and len(chain) == 1:
        return
    parameters = found.get("/DecodeParms")
    if isinstance(parameters, Array):
        parameters = parameters[-1]
    found.write(cleaned, filter=Name(last), decode_parms=parameters if isinstance(parameters, Dictionary) else None)


def _unpacked(content: bytes, name: str) -> bytes:
    try:
        if name == "/FlateDecode":
            inflated = zlib.decompressobj().decompress(content, MOST_INFLATED + 1)
            if len(inflated) <= MOST_INFLATED:
                return inflated
        if name == "/ASCII85Decode":
            return base64.a85decode(content.strip().removeprefix(b"<~").removesuffix(b"~>"))
        if name == "/ASCIIHexDecode":
            return bytes.fromhex(content.split(b">")[0].decode("ascii"))
    except (zlib.error, ValueError) as error:
        raise RefusedError("damaged") from error
    raise RefusedError("damaged")


def without_segments(jpeg: bytes) -> bytes:
    """A JPEG without Exif, XMP, IPTC and comments (ITU-T T.81, annex B); its pixels stay as they are coded.

    Segments follow each other up to the first scan; with several scans more stand between them. Behind the end of the
    image nothing stays: phones hide a second picture there.
    """
    out, place, length = [], 0, len(jpeg)
    if jpeg[:2] != b"\xff\xd8":
        return jpeg
    out.append(jpeg[:2])
    place = 2
    while place + 4 <= length and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xFF:  # a filler
            place += 1
            continue
        if marker == 0xD9:
            break
        (size,) = struct.unpack_from(">H", jpeg, place + 2)
        end = place + 2 + size
        if marker == 0xDA:  # the scan's data follow, up to the next marker that is no restart
            end = _end_of_scan(jpeg, end)
        if _stays(marker, jpeg[place + 4 : place + 20]):
            out.append(jpeg[place:end])
        place = end
    return b"".join(out) + b"\xff\xd9"


def _stays(marker: int, begin: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return marker in JPEG_STAYS and begin.startswith(JPEG_STAYS[marker])
    return marker != COMMENT


def _end_of_scan(jpeg: bytes, place: int) -> int:
    while True:
        place = jpeg.find(b"\xff", place)
        if place < 0 or place + 1 >= len(jpeg):
            return len(jpeg)
        if jpeg[place + 1] != 0 and not 0xD0 <= jpeg[place + 1] <= 0xD7 and jpeg[place + 1] != 0xFF:
            return place
        place += 1 if jpeg[place + 1] == 0xFF else 2


def without_boxes(jpx: bytes) -> bytes:
    """A JPEG 2000 file whose boxes of XML and of others' data are blank; a bare code stream has none."""
    if jpx[4:8] != b"jP  ":
        return jpx
    data = bytearray(jpx)
    try:
        for box in list(boxes(data, 0, len(data))):
            if box.kind in (b"xml ", b"uuid", b"uinf", b"jp2i", b"asoc"):
                blank(data, box)
    except BrokenBoxError as error:
        raise RefusedError("damaged") from error
    return bytes(data)


def _limit(megabytes: int, seconds: int) -> None:
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no file is written; a pipe is none


def main(most_pages: int, megabytes: int, seconds: int) -> int:
    _limit(megabytes, seconds)
    try:
        content, pages = rewrite(sys.stdin.buffer.read(), most_pages)
        sys.stdout.buffer.write(struct.pack(">I", pages) + content)
        sys.stdout.buffer.flush()
        return 0
    except RefusedError as error:
        said = str(error)
    except (MemoryError, RecursionError):
        said = "memory"
    sys.stderr.write(said)
    return 1


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:4])))
