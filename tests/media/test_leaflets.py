"""Leaflets: a PDF is written anew, without what acts, what is hidden and who made it; bombs harm nobody."""

import io
import re
import struct
import time
import zlib
from collections.abc import Mapping
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from media.embedded import without_boxes, without_segments
from media.leaflets import read_leaflet
from tests.factories_media import box, jpeg, pdf


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('SECRET')"))


def picture(made: Pdf, *filters: str, content: bytes) -> Any:
    return made.make_indirect(
        Stream(
            made,
            content,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=32,
            Height=24,
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Array([Name(each) for each in filters]) if len(filters) > 1 else Name(filters[0]),
        )
    )


def annotation(made: Pdf, kind: str, **more: Any) -> Any:
    return made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name(kind), Rect=Array([0, 0, 9, 9]), **more))


def loaded() -> bytes:
    """A leaflet with everything that must not stay; each part holds the word SECRET."""
    made = Pdf.new()
    made.add_blank_page(page_size=(300, 300))
    page = made.pages[0].obj
    pictures = Dictionary(
        A=picture(made, "/DCTDecode", content=jpeg()),
        B=picture(made, "/FlateDecode", "/DCTDecode", content=zlib.compress(jpeg())),
        C=picture(made, "/ASCIIHexDecode", "/DCTDecode", content=jpeg().hex().encode() + b">"),
    )
    page.Resources = Dictionary(XObject=pictures)
    page.Contents = Stream(made, b"q 200 0 0 150 0 0 cm /A Do Q")
    page.AA = Dictionary(O=script())
    page.PieceInfo = Dictionary(Editor=String("SECRET"))
    links = [
        annotation(made, "/Link", A=script()),
        annotation(made, "/Link", A=Dictionary(S=Name.Launch, F=String("SECRET.exe"))),
        annotation(made, "/Link", A=Dictionary(S=Name.GoToR, F=String("SECRET.pdf"))),
        annotation(made, "/Link", A=Dictionary(S=Name.SubmitForm, F=String("https://SECRET.example/"))),
        annotation(made, "/Link", A=Dictionary(S=Name.URI, URI=String("javascript:SECRET"))),
        annotation(made, "/Link", A=Dictionary(S=Name.URI, URI=String(" Java\nscript:SECRET"))),
        annotation(made, "/Link", A=Dictionary(S=Name.URI, URI=String("https://museum.example/"))),
        annotation(made, "/Link", A=Dictionary(S=Name.URI, URI=String("www.museum.example"))),
        annotation(made, "/Link", A=Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]), Next=script())),
    ]
    notes = [annotation(made, kind, T=String("SECRET")) for kind in ("/FileAttachment", "/Screen", "/RichMedia", "/3D")]
    page.Annots = Array([*links, *notes, annotation(made, "/FreeText", T=String("SECRET"), Contents=String("seen"))])
    root = made.Root
    root.OpenAction, root.AA = script(), Dictionary(WC=script())
    root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), made.make_indirect(script())])))
    root.AcroForm = Dictionary(Fields=Array([]), XFA=String("SECRET"))
    root.Lang = String("de")
    hide_more(made)
    made.attachments["SECRET.txt"] = b"SECRET"
    with made.open_metadata() as told:
        told["dc:creator"] = ["SECRET"]
    made.docinfo["/Author"] = "SECRET"
    out = io.BytesIO()
    made.save(out)
    return b"<script>SECRET</script>\n" + out.getvalue() + b"PK\3\4SECRET"


def hide_more(made: Pdf) -> None:
    """What only what is kept leads to, and what readers forgive."""
    page, root = made.pages[0].obj, made.Root
    made.trailer.AdditionalStreams = Array([made.make_indirect(Stream(made, b"SECRET"))])  # of LibreOffice
    thread = made.make_indirect(Dictionary(Type=Name.Thread, I=Dictionary(Author=String("SECRET"))))
    page.B = Array([made.make_indirect(Dictionary(Type=Name.Bead, T=thread))])
    page.VP = Array([Dictionary(Type=Name.Viewport, Name=String("SECRET"))])
    page.Thumb = made.make_indirect(Stream(made, b"SECRET"))
    drawn = page.Resources.XObject
    drawn.D = picture(made, "/DCT", content=jpeg())
    drawn.E = picture(made, "/DCTDecode", content=b"\n" + jpeg())
    drawn.F = picture(made, "/DCTDecode", content=jpeg())
    drawn.F.Alternates = Array([Dictionary(Image=picture(made, "/FlateDecode", content=b"SECRET"))])
    inline = b"q BI /W 32 /H 24 /CS /RGB /BPC 8 /F /DCT ID " + jpeg() + b"\nEI Q"
    page.Contents = Array([page.Contents, made.make_indirect(Stream(made, inline))])
    note = annotation(made, "/Text", Contents=String("SECRET"), T=String("SECRET"))
    nowhere = made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.FreeText, T=String("SECRET")))
    host = annotation(made, "/Link", A=Dictionary(S=Name.URI, URI=String("\\\\SECRET\\share")))
    page.Annots.extend([annotation(made, "/Highlight", IRT=note), nowhere, host])
    signed = annotation(made, "/Widget", V=Dictionary(Type=Name.Sig, Name=String("SECRET")))
    root.AcroForm.Fields = Array([made.make_indirect(Dictionary(FT=Name.Sig, T=String("a"), Kids=Array([signed])))])
    usage = Dictionary(CreatorInfo=Dictionary(Creator=String("SECRET")), User=Dictionary(Name=String("SECRET")))
    root.OCProperties = Dictionary(OCGs=Array([made.make_indirect(Dictionary(Type=Name.OCG, Usage=usage))]))


def all_of(content: bytes) -> bytes:
    """Every byte and every object of a PDF."""
    found = [content]
    with Pdf.open(io.BytesIO(content)) as made:
        for each in made.objects:
            found.append(each.unparse())
            if isinstance(each, Stream):
                found.append(each.read_raw_bytes())
                if "/Subtype" not in each or each.Subtype != Name.Image:
                    found.append(each.read_bytes())
    return b"\n".join(found)


def test_a_leaflet_is_left_without_what_acts_and_who_made_it() -> None:
    raw = loaded()
    leaflet = read_leaflet(raw)
    assert b"SECRET" in all_of(raw[raw.index(b"%PDF") :])
    assert re.findall(rb".{40}SECRET.{20}", all_of(leaflet.content), re.DOTALL) == []
    assert (leaflet.pages, leaflet.content[:5], leaflet.content[-6:]) == (1, b"%PDF-", b"%%EOF\n")
    with Pdf.open(io.BytesIO(leaflet.content)) as made:
        assert set(made.Root.keys()) == {"/Type", "/Pages", "/Names", "/AcroForm", "/Lang", "/OCProperties"}
        assert (str(made.Root.Lang), list(made.Root.Names.keys()), made.is_linearized) == ("de", [], True)
        kept = [str(each.Subtype) for each in made.pages[0].obj.Annots]
        assert kept == [*["/Link"] * 9, "/FreeText", "/Highlight", "/Link"]
        actions = [str(each.A.get("/S")) for each in made.pages[0].obj.Annots if "/A" in each and each.A.keys()]
        assert actions == ["/URI", "/URI", "/GoTo"]
        assert str(made.pages[0].obj.Annots[9].Contents) == "seen"


def test_the_same_leaflet_is_written_the_same() -> None:
    assert read_leaflet(loaded()).content == read_leaflet(loaded()).content


def test_pictures_in_a_leaflet_keep_their_pixels() -> None:
    with Pdf.open(io.BytesIO(read_leaflet(loaded()).content)) as made:
        pictures = made.pages[0].obj.Resources.XObject
        shown = {name: pikepdf.PdfImage(found).as_pil_image().tobytes() for name, found in pictures.items()}
        inline = next(name for name in shown if len(name) > 2)
        assert inline.encode() + b" Do" in made.pages[0].obj.Contents.read_bytes()
    assert len(shown) == 7
    assert len(set(shown.values())) == 1
    assert len(shown["/A"]) == 32 * 24 * 3


@pytest.mark.parametrize("indirect", [False, True])
def test_a_font_is_left_whatever_it_is_called(indirect: bool) -> None:
    """Only where a key has a meaning it may have one that must not stay."""
    made = Pdf.new()
    made.add_blank_page(page_size=(99, 99))
    names = ("/AA", "/AF", "/JS", "/EF", "/F1")
    fonts = Dictionary({name: Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(name)) for name in names})
    script = {"/OpenAction": Dictionary(S=Name.JavaScript, JS=String("SECRET"))}
    fonts.F1.Widths = Dictionary(script)
    made.pages[0].obj.Resources = Dictionary(Font=made.make_indirect(fonts) if indirect else fonts)
    out = io.BytesIO()
    made.save(out)
    clean = read_leaflet(out.getvalue()).content
    assert b"SECRET" not in all_of(clean)
    with Pdf.open(io.BytesIO(clean)) as left:
        assert sorted(left.pages[0].obj.Resources.Font.keys()) == sorted(names)


def test_numbers_and_words_may_stand_by_themselves() -> None:
    page = PAGE[3][:-2] + b"/Rotate 5 0 R/Parts[6 0 R 7 0 R]>>"
    assert read_leaflet(objects({**PAGE, 3: page, 5: b"90", 6: b"null", 7: b"true"})).pages == 1


def test_a_jpeg_keeps_its_scans_and_loses_its_segments() -> None:
    clean = without_segments(jpeg())
    assert (b"SECRET" in clean, clean[:2], clean[-2:]) == (False, b"\xff\xd8", b"\xff\xd9")
    assert without_segments(clean) == clean
    thumbnail = b"JFIF\0\1\1\0\0\1\0\1\2\1" + b"SECRET"
    with_one = b"\xff\xd8\xff\xe0" + struct.pack(">H", len(thumbnail) + 2) + thumbnail + clean[2:]
    assert without_segments(b"\n" + with_one) == clean[:4] + b"\0\x10" + thumbnail[:12] + b"\0\0" + clean[2:]
    assert without_segments(b"no JPEG SECRET") == b"no JPEG SECRET"


def test_a_jpeg_2000_keeps_its_code_and_loses_its_words() -> None:
    raw = box(b"jP  ", b"\r\n\x87\n") + box(b"xml ", b"SECRET") + box(b"jp2c", b"code") + box(b"uuid", b"SECRET" * 4)
    raw += box(b"jp2h", box(b"ihdr", b"size"), box(b"uuid", b"SECRET" * 4)) + box(b"abcd", b"SECRET")
    clean = without_boxes(raw)
    assert (len(clean), b"SECRET" in clean, b"code" in clean) == (len(raw), False, True)
    assert b"size" in clean
    code = b"\xff\x4f\xff\x51\0\4ab\xff\x64\0\x0a\0\1SECRET\xff\x90SECRET as a tile"
    assert without_boxes(code) == code.replace(b"SECRET", bytes(6), 1)


def objects(found: Mapping[int, bytes]) -> bytes:
    """A PDF of these objects; the first is its catalog."""
    out, places = io.BytesIO(), {}
    out.write(b"%PDF-1.7\n")
    for number, body in found.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    at, most = out.tell(), max(found) + 1
    rows = (b"%010d 00000 %s \n" % (places.get(each, 0), b"n" if each in places else b"f") for each in range(1, most))
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % most + b"".join(rows))
    out.write(b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (most, at))
    return out.getvalue()


def stream(head: bytes, content: bytes) -> bytes:
    return b"<<" + head + b"/Length %d>>\nstream\n" % len(content) + content + b"\nendstream"


def bomb(megabytes: int = 300) -> bytes:
    """Flate data that hold so many zeros."""
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(10**6)) for _number in range(megabytes)) + packer.flush()


def swollen_jpeg(megabytes: int = 40) -> bytes:
    """More than a file may have; packed, it has forty kilobytes."""
    return b"\xff\xd8\xff\xda\0\2" + bytes(megabytes * 10**6)


PAGE = {
    1: b"<</Type/Catalog/Pages 2 0 R>>",
    2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
    4: stream(b"", b"q Q"),
}


def protected(**passwords: str) -> bytes:
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(pdf())) as made:
        made.save(out, encryption=pikepdf.Encryption(**{"owner": "", "user": "", **passwords}))
    return out.getvalue()


def deep_tree(depth: int = 5000) -> dict[int, bytes]:
    found = {number: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 1) for number in range(2, depth)}
    return {1: PAGE[1], **found, depth: b"<</Type/Page/MediaBox[0 0 9 9]>>"}


REFUSED: dict[str, tuple[Any, str]] = {
    "a head alone": (lambda: b"%PDF-1.7\n", "damaged"),
    "cut": (lambda: pdf()[:200], "damaged"),
    "cut behind its first pages": (lambda: objects({**PAGE, 5: stream(b"", bytes(2000))})[:-1200], "damaged"),
    "no pages": (lambda: objects({1: b"<</Type/Catalog>>"}), "damaged"),
    "zero pages": (lambda: objects({**PAGE, 2: b"<</Type/Pages/Kids[]/Count 0>>"}), "empty"),
    "more than allowed": (lambda: pdf(4), "pages"),
    "thousands of the same": (lambda: objects({**PAGE, 2: b"<</Type/Pages/Kids[%s]>>" % (b"3 0 R " * 5000)}), "pages"),
    "a password to open": (lambda: protected(user="word", owner="word"), "encrypted"),
    "a password to change": (lambda: protected(owner="word"), "encrypted"),
    "pages in a ring": (lambda: objects({**PAGE, 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1>>"}), "damaged"),
    "a deep tree": (lambda: objects(deep_tree()), "damaged"),
    "deep in itself": (
        lambda: objects({**PAGE, 3: PAGE[3][:-2] + b"/Resources<</X" + b"[" * 400 + b"]" * 400 + b">>>>"}),
        "damaged",
    ),
    "a picture that is none": (
        lambda: objects({**PAGE, 5: stream(b"/Subtype/Image/Filter[/LZWDecode/DCTDecode]", b"x")}),
        "damaged",
    ),
    "a picture of another kind than it says": (
        lambda: objects({**PAGE, 5: stream(b"/Subtype/Image/Filter/JPXDecode", b"\n" + box(b"jP  ", b"SECRET"))}),
        "damaged",
    ),
    "a picture that swells to what is too large": (
        lambda: objects(
            {
                **PAGE,
                3: PAGE[3][:-2] + b"/Resources<</XObject<</A 5 0 R>>>>>>",
                5: stream(b"/Subtype/Image/Filter[/FlateDecode/DCTDecode]", zlib.compress(swollen_jpeg())),
            }
        ),
        "large",
    ),
    "a picture that swells": (
        lambda: objects({**PAGE, 5: stream(b"/Subtype/Image/Filter[/FlateDecode/DCTDecode]", bomb())}),
        "damaged",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_bad_leaflet_is_refused_by_name(kind: str, settings: Any, english: None) -> None:
    settings.DOCUMENT_MAX_PAGES = 3
    make, code = REFUSED[kind]
    with pytest.raises(ValidationError) as refused:
        read_leaflet(make())
    assert refused.value.code == code
    assert len(refused.value.messages[0]) > 15


def test_a_leaflet_larger_than_allowed_is_not_read(settings: Any, english: None) -> None:
    settings.DOCUMENT_MAX_BYTES = 100
    with pytest.raises(ValidationError, match="The file is larger than 0 MB"):
        read_leaflet(pdf())


def test_what_takes_too_much_memory_or_time_ends_by_itself(settings: Any, english: None) -> None:
    """Packed twice, a few kilobytes hold half a gigabyte."""
    settings.DOCUMENT_MAX_SECONDS = 1
    swollen = stream(b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(bomb(500)))
    begun = time.monotonic()
    with pytest.raises(ValidationError) as refused:
        read_leaflet(objects({**PAGE, 4: swollen}))
    assert refused.value.messages == [
        "The PDF takes too much time or memory to read. Print it as a plain PDF and upload that."
    ]
    assert time.monotonic() - begun < 8


@pytest.mark.parametrize("place", ["pattern", "glyph", "note"])
def test_a_photograph_where_nothing_can_be_taken_out_of_it_is_refused(place: str) -> None:
    with Pdf.open(io.BytesIO(pdf())) as made:
        page = made.pages[0].obj
        held = made.make_indirect(Stream(made, b"q BI /W 32 /H 24 /CS /RGB /BPC 8 /F /DCT ID " + jpeg() + b"\nEI Q"))
        if place == "pattern":
            held.stream_dict.PatternType = 1
            page.Resources = Dictionary(Pattern=Dictionary(P=held))
        elif place == "glyph":
            page.Resources = Dictionary(Font=Dictionary(F=Dictionary(Type=Name.Font, CharProcs=Dictionary(a=held))))
        else:
            note = Dictionary(Subtype=Name.Stamp, Rect=Array([0, 0, 9, 9]), AP=Dictionary(N=held))
            page.Annots = Array([note])
        out = io.BytesIO()
        made.save(out)
    with pytest.raises(ValidationError) as refused:
        read_leaflet(out.getvalue())
    assert refused.value.code == "inline"
