"""``python -m media.rewriting``: a PDF on standard input, the same without what acts or tells of its makers on standard
output. A process of its own, with limits: a small file can ask for any amount of memory and time.

It imports nothing of Django, so that it starts in a tenth of a second. Of the catalog only what shows pages is kept;
every dictionary of the file is looked at. What it refuses it names on standard error, in one word: ``damaged``,
``encrypted``, ``empty``, ``pages``, ``inline``, ``large``, ``memory``.
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

from media.boxes import BrokenBoxError
from media.embedded import without_boxes, without_segments

try:
    import resource
except ImportError:  # not a Unix: there is only the time that the parent waits
    resource = None  # type: ignore[assignment]

# What a file ends with (ISO 32000-2, section 7.5.5); readers look for it in the last kilobyte.
END, END_WITHIN = b"%%EOF", 1024
# Of the catalog (ISO 32000-2, table 29). Left out: actions, scripts, embedded files, metadata, signatures.
CATALOG = {
    *("/Type", "/Pages", "/PageLabels", "/Names", "/Dests", "/ViewerPreferences", "/PageLayout", "/PageMode"),
    *("/Outlines", "/AcroForm", "/StructTreeRoot", "/MarkInfo", "/Lang", "/OCProperties", "/OutputIntents"),
}
# Of a page (table 31): threads of articles tell their authors, thumbnails may show what it was before.
PAGE = {
    *("/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/BoxColorInfo"),
    *("/Contents", "/Rotate", "/Group", "/Annots", "/Tabs", "/StructParents", "/UserUnit"),
}
ANNOTATIONS = {
    *("/Link", "/Widget", "/FreeText", "/Stamp", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Ink"),
    *("/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Caret"),
}
ACTIONS = {"/GoTo", "/URI", "/Named"}
SCHEMES = {"http", "https", "mailto", "tel"}
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
# A file on another machine, to which Windows would send its user's name.
ELSEWHERE = re.compile(r"[/\\]{2}")
# Readers pass over these wherever they stand.
BLANKS = re.compile(r"[\x00-\x20\x7f]+")
# What acts; what tells who made it, with what, when and where; files inside; streams that lie elsewhere.
GONE = {
    *("/AA", "/JS", "/OpenAction", "/XFA", "/EF", "/RF", "/AF", "/RichMediaContent", "/RichMediaSettings", "/OPI"),
    *("/Metadata", "/PieceInfo", "/LastModified", "/CreationDate", "/ModDate", "/SigFlags", "/LegalAttestation"),
    *("/Thumb", "/CreatorInfo"),
}
# Who left a note on the page, and when.
GONE_OF_NOTES = {"/T", "/RC", "/NM", "/M", "/Popup", "/Subj"}
GONE_OF_STREAMS = {"/F", "/FFilter", "/FDecodeParms", "/Ref", "/Alternates", "/Measure", "/PtData"}
# Dictionaries whose keys are names of the file's own: a font may be called /AA.
OWN_NAMES = {
    *("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs", "/Dests"),
}
SIGNATURES = {"/Sig", "/DocTimeStamp"}
# Readers take the short names of inline images in streams too.
FILTERS = {"/AHx": "/ASCIIHexDecode", "/A85": "/ASCII85Decode", "/Fl": "/FlateDecode", "/DCT": "/DCTDecode"}
# A JPEG is longer; a smaller inline picture has no room for anything that tells.
INLINE = 512
INLINE_JPEG = re.compile(rb"/DCT")
# One that stays: the word that begins it, its keys, and the word before its bytes (ISO 32000-2, section 8.9.7).
LEFT_INLINE = re.compile(rb"\bBI\s[^\xff]{0,500}?/DCT[^\xff]{0,500}?\bID\s")
FORBIDDEN = {
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR", "/GoToE", "/Thread", "/Sound"),
    *("/Movie", "/Rendition", "/Hide", "/SetOCGState", "/Trans", "/GoTo3DView", "/RichMediaExecute", "/GoToDp"),
}
DEEPEST = 64  # of direct objects inside each other
MOST_INFLATED = 200_000_000  # of a JPEG that is packed once more


class RefusedError(Exception):
    pass


def rewrite(raw: bytes, most_pages: int) -> tuple[bytes, int]:
    """The rewritten file, the same for the same input, and how many pages it has. Raises RefusedError."""
    if (
        END not in raw[-END_WITHIN:]
    ):  # a transfer broke off: what is there could be put in order, without its last pages
        raise RefusedError("damaged")
    try:
        with Pdf.open(io.BytesIO(raw), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise RefusedError("encrypted")
            pages = _count(pdf, most_pages)
            inline = _clean(pdf)
            out = io.BytesIO()
            pdf.save(
                out,
                linearize=True,
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,  # what is packed stays so, however much it holds
                preserve_pdfa=False,
            )
            if inline:
                _refuse_left(out)
            return out.getvalue(), pages
    except pikepdf.PasswordError as error:
        raise RefusedError("encrypted") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, BrokenBoxError) as error:
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


def _refuse_left(out: io.BytesIO) -> None:
    """Pages and the forms on them have no inline JPEG any more; patterns, glyphs and the looks of notes still may."""
    with Pdf.open(io.BytesIO(out.getvalue())) as written:
        if any(_holds(LEFT_INLINE, found) for found in written.objects):
            raise RefusedError("inline")


def _clean(pdf: Pdf) -> bool:
    """Whether it had inline JPEG."""
    for name in set(pdf.trailer.keys()) - {"/Root", "/Size"}:  # LibreOffice keeps the whole text document there
        del pdf.trailer[name]
    for name in list(pdf.Root.keys()):
        if name not in CATALOG:
            del pdf.Root[name]
    names = pdf.Root.get("/Names")
    if names is not None:
        pdf.Root.Names = Dictionary(Dests=names.Dests) if "/Dests" in names else Dictionary()
    inline = any(_holds(INLINE_JPEG, found) for found in pdf.objects)
    for page in pdf.pages:
        if inline:  # it reads every word of the page
            page.externalize_inline_images(INLINE)
        for name in set(page.obj.keys()) - PAGE:
            del page.obj[name]
        if "/Annots" in page.obj:
            page.obj.Annots = Array([each for each in page.obj.Annots if _is_shown(each)])
    own = {each.objgen for found in pdf.objects for each in _of_own_names(found)}
    for found in pdf.objects:
        if isinstance(found, Object):  # a number or a word that stands by itself is none
            _clean_object(found, named=found.objgen in own)
    return inline


def _holds(words: re.Pattern[bytes], found: Any) -> bool:
    if not isinstance(found, Stream) or _subtype(found) == "/Image":
        return False
    try:
        return words.search(found.read_bytes()) is not None
    except pikepdf.PdfError:  # packed in a way that none can read: it shows nothing
        return False


def _of_own_names(found: Any) -> Iterator[Object]:
    """Those that an object refers to, itself or in its resources."""
    for holder in (found, found.get("/Resources")) if isinstance(found, Dictionary | Stream) else ():
        if isinstance(holder, Dictionary | Stream):
            held: list[Any] = [holder.get(name) for name in OWN_NAMES.intersection(holder.keys())]
            yield from (each for each in held if _has_own_names(each) and each.is_indirect)


def _has_own_names(found: Any) -> bool:
    return isinstance(found, Dictionary) and not any(
        isinstance(found.get(name), Name) for name in ("/Type", "/Subtype", "/S", "/FT")
    )


def _is_shown(annotation: Any) -> bool:
    return isinstance(annotation, Dictionary) and "/Rect" in annotation and _subtype(annotation) in ANNOTATIONS


def _subtype(found: Any) -> str:
    return str(found.get("/Subtype", ""))


def _clean_object(top: Object, *, named: bool) -> None:
    """An indirect object and what stands in it; what it only refers to comes by itself. ``named``: its keys are names
    of the file's own."""
    waiting: list[tuple[Any, int, bool]] = [(top, 0, named)]
    while waiting:
        found, depth, named = waiting.pop()
        if depth > DEEPEST:
            raise RefusedError("damaged")
        if isinstance(found, Dictionary | Stream):
            if not named:
                _clean_dictionary(found)
            if isinstance(found, Stream):
                _clean_stream(found)
        elif not isinstance(found, Array):
            continue
        for name, each in _parts(found):
            if isinstance(each, Object) and not each.is_indirect:
                waiting.append((each, depth + 1, name in OWN_NAMES and _has_own_names(each)))


def _parts(found: Any) -> Iterable[tuple[str, Any]]:
    return (("", each) for each in found) if isinstance(found, Array) else found.items()


def _clean_dictionary(found: Any) -> None:
    subtype = _subtype(found)
    # Notes, files and films that no page shows any more; what belongs to one may still name it.
    hidden = "/Rect" in found and "/Subtype" in found and subtype not in ANNOTATIONS
    signature = str(found.get("/Type", "")) in SIGNATURES or "/ByteRange" in found  # whose, and broken by now
    if hidden or signature or str(found.get("/S", "")) in FORBIDDEN or _leads_astray(found):
        for name in list(found.keys()):
            if not (isinstance(found, Stream) and name in ("/Length", "/Filter", "/DecodeParms")):
                del found[name]
        return
    note = "/Rect" in found and subtype in ANNOTATIONS - {"/Widget"}
    gone = GONE | (GONE_OF_NOTES if note else set()) | (GONE_OF_STREAMS if isinstance(found, Stream) else set())
    for name in gone.intersection(found.keys()):
        del found[name]
    usage = found.get("/Usage")
    if isinstance(usage, Dictionary) and "/User" in usage:  # whom a layer is for
        del usage["/User"]
    acts = found.get("/A")
    shown = "/Rect" in found or "/Title" in found  # elsewhere it is an attribute
    if shown and isinstance(acts, Dictionary) and str(acts.get("/S", "")) not in ACTIONS:
        del found["/A"]


def _leads_astray(found: Any) -> bool:
    """A link with a scheme that may run something, or to another machine's files; one that has neither stays within
    the document's own address."""
    if str(found.get("/S", "")) != "/URI":
        return False
    address = BLANKS.sub("", str(found.get("/URI", ""))).lower()
    scheme = SCHEME.match(address)
    return scheme[1] not in SCHEMES if scheme else ELSEWHERE.match(address) is not None


def _clean_stream(found: Stream) -> None:
    filters = found.get("/Filter")
    chain = [str(each) for each in filters] if isinstance(filters, Array) else [str(filters)] if filters else []
    chain = [FILTERS.get(name, name) for name in chain]
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


def _limit(megabytes: int, seconds: int) -> None:
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no file is written; a pipe is none


def main(most_pages: int, most_bytes: int, megabytes: int, seconds: int) -> int:
    _limit(megabytes, seconds)
    try:
        content, pages = rewrite(sys.stdin.buffer.read(), most_pages)
        if len(content) > most_bytes:  # what was packed twice is packed once then
            raise RefusedError("large")
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
    sys.exit(main(*(int(each) for each in sys.argv[1:5])))
