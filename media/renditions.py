"""What is made of an original for every screen: pixels in, bytes out; the same for the same picture and focal point.

Each ratio is cut as large as it fits, as near to the focal point as the edges allow. Nothing is larger than the
original.
"""

import hashlib
import io
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import blurhash
from PIL import Image as Pillow

RATIOS: dict[str, tuple[int, int] | None] = {"16:9": (16, 9), "4:3": (4, 3), "1:1": (1, 1), "original": None}
WIDTHS = (320, 640, 1280, 1920)
# What messengers show of a link; they read no WebP.
SHARE_RATIO, SHARE_WIDTH = "5:4", 1200
ENDINGS = {"webp": "webp", "avif": "avif", "jpeg": "jpg"}
AT_ONCE = ("webp", "jpeg")
CENTRE = (0.5, 0.5)
THREADS = min(4, os.cpu_count() or 1)

Box = tuple[int, int, int, int]
Size = tuple[int, int]
Focal = tuple[float, float]


class Spec(NamedTuple):
    """What a rendition is: ``Spec("16:9", 640, "webp")``, in a column ``16:9/640/webp``."""

    ratio: str
    width: int
    kind: str

    def __str__(self) -> str:
        return f"{self.ratio}/{self.width}/{self.kind}"

    @property
    def mime(self) -> str:
        return f"image/{self.kind}"


@dataclass(frozen=True)
class Piece:
    """One file. Its name is the beginning of the SHA-256 of its content: 128 bits, half as long in every answer."""

    spec: Spec
    height: int
    content: bytes

    @property
    def name(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:32]

    @property
    def path(self) -> str:
        return path_of(self.name, self.spec.kind)


@dataclass(frozen=True)
class Rendered:
    """``color`` is the dominant one, ``#rrggbb``; ``placeholder`` a BlurHash."""

    pieces: tuple[Piece, ...]
    color: str
    placeholder: str


def path_of(name: str, kind: str) -> str:
    return f"renditions/{name[:2]}/{name}.{ENDINGS[kind]}"


def crop_box(size: Size, ratio: tuple[int, int] | None, focal: Focal = CENTRE) -> Box:
    """Left, top, right, bottom of the largest cut in that ratio, the focal point as near to its middle as can be."""
    width, height = size
    if ratio is None:
        return (0, 0, width, height)
    cut_width = min(width, max(1, round(height * ratio[0] / ratio[1])))
    cut_height = min(height, max(1, round(width * ratio[1] / ratio[0])))
    left = round(min(max(focal[0] * width - cut_width / 2, 0), width - cut_width))
    top = round(min(max(focal[1] * height - cut_height / 2, 0), height - cut_height))
    return (left, top, left + cut_width, top + cut_height)


def widths_within(most: int) -> list[int]:
    """The widths that a cut so wide is offered in; a smaller one gets its own as its largest."""
    return [width for width in WIDTHS if width < most] + ([most] if most <= WIDTHS[-1] else [])


def wanted(size: Size, kinds: Iterable[str], focal: Focal = CENTRE) -> dict[Spec, tuple[Box, Size]]:
    """Every rendition of a picture of that size: from where it is cut, and how large it becomes."""
    found: dict[Spec, tuple[Box, Size]] = {}
    for kind in kinds:
        if kind == "jpeg":
            box = crop_box(size, (5, 4), focal)
            width = min(SHARE_WIDTH, box[2] - box[0])
            found[Spec(SHARE_RATIO, width, kind)] = (box, _scaled(box, width))
            continue
        for name, ratio in RATIOS.items():
            box = crop_box(size, ratio, focal)
            for width in widths_within(box[2] - box[0]):
                found[Spec(name, width, kind)] = (box, _scaled(box, width))
    return found


def _scaled(box: Box, width: int) -> Size:
    return width, max(1, round(width * (box[3] - box[1]) / (box[2] - box[0])))


def render(content: bytes, focal: Focal = CENTRE, kinds: Iterable[str] = AT_ONCE) -> Rendered:
    """The renditions of a stored original, whose bytes are ours. ``focal`` is x, y from the upper left corner, 0 to 1.

    Decodes once, and encodes on several processors at a time: Pillow lets go of the interpreter meanwhile.
    """
    steps = _Steps(_decoded(content))
    specs = wanted(steps.size, kinds, focal)
    jobs: dict[tuple[Box, Size], set[str]] = {}  # a cut that is the whole picture is made once, whatever it is called
    for spec, cut in specs.items():
        jobs.setdefault(cut, set()).add(spec.kind)
    large = {cut: steps.cut(*cut) for cut in jobs if steps.needs_whole(*cut)}
    steps.forget_whole()

    def encoded(cut: tuple[Box, Size]) -> dict[str, bytes]:
        picture = large.pop(cut, None) or steps.cut(*cut)
        return {kind: _encoded(picture, kind) for kind in jobs[cut]}

    with ThreadPoolExecutor(THREADS) as pool:
        made = dict(zip(jobs, pool.map(encoded, jobs), strict=True))
    pieces = tuple(Piece(spec, cut[1][1], made[cut][spec.kind]) for spec, cut in specs.items())
    small = _flat(steps.smallest)
    return Rendered(pieces, dominant_color(small), placeholder(small))


def _decoded(content: bytes) -> Pillow.Image:
    with Pillow.open(io.BytesIO(content)) as picture:
        picture.load()
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    whole = picture if picture.mode == mode else picture.convert(mode)
    whole.info = {}
    return whole


class _Steps:
    """A picture and its smaller sizes, each made of the one before: a cut is scaled from the smallest that suffices.

    The whole one takes most of the memory, and few cuts need it: they are made first.
    """

    def __init__(self, whole: Pillow.Image) -> None:
        self.size = whole.size
        self._steps = [whole]
        for width in reversed(WIDTHS):
            if width < whole.width:
                size = _scaled((0, 0, *whole.size), width)
                self._steps.append(self._steps[-1].resize(size, Pillow.Resampling.LANCZOS))

    @property
    def smallest(self) -> Pillow.Image:
        return self._steps[-1]

    def needs_whole(self, box: Box, size: Size) -> bool:
        return self._source(box, size).size == self.size

    def forget_whole(self) -> None:
        del self._steps[: len(self._steps) > 1]

    def _source(self, box: Box, size: Size) -> Pillow.Image:
        least = size[0] * self.size[0] / (box[2] - box[0]) - 0.01
        return next((step for step in reversed(self._steps) if step.width >= least), self._steps[0])

    def cut(self, box: Box, size: Size) -> Pillow.Image:
        step = self._source(box, size)
        if step.size == size:
            return step
        across, down = step.width / self.size[0], step.height / self.size[1]
        inside = (box[0] * across, box[1] * down, min(box[2] * across, step.width), min(box[3] * down, step.height))
        return step.resize(size, Pillow.Resampling.LANCZOS, box=inside)


def _encoded(picture: Pillow.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "webp":  # more thought for what travels most; for the large ones it costs much and saves little
        picture.save(out, "WEBP", quality=75, method=4 if picture.width <= 640 else 2)
    elif kind == "avif":
        picture.save(out, "AVIF", quality=50, speed=8, max_threads=1)
    else:
        _flat(picture).save(out, "JPEG", quality=82, progressive=True)
    return out.getvalue()


def _flat(picture: Pillow.Image) -> Pillow.Image:
    """On white, where something shows through."""
    if picture.mode == "RGB":
        return picture
    ground = Pillow.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def dominant_color(picture: Pillow.Image) -> str:
    """The colour of the largest of six groups of like pixels."""
    few = picture.resize((48, 48), Pillow.Resampling.BOX).quantize(6, Pillow.Quantize.MEDIANCUT)
    counts: Any = few.getcolors() or [(1, 0)]
    most = max(counts)[1]
    red, green, blue = (few.getpalette() or [0, 0, 0])[most * 3 : most * 3 + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def placeholder(picture: Pillow.Image) -> str:
    """A BlurHash of four by three components, three by four for an upright picture."""
    upright = picture.height > picture.width
    size = (24, 32) if upright else (32, 24)
    small = picture.resize(size, Pillow.Resampling.BOX)
    flat = small.tobytes()
    rows = [
        [flat[at : at + 3] for at in range(row * size[0] * 3, (row + 1) * size[0] * 3, 3)] for row in range(size[1])
    ]
    return str(blurhash.encode(rows, *((3, 4) if upright else (4, 3))))
