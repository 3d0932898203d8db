"""The drawing surface: flat shapes in a small palette, drawn at double size so that edges come out smooth."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import cos, radians, sin
from pathlib import Path

from PIL import Image, ImageDraw

Color = tuple[int, int, int]
Point = tuple[float, float]

WIDTH, HEIGHT = 1600, 1200
SCALE = 2
# Few enough that a poster stays small, many enough that the smoothed edges keep their steps.
COLORS = 48

SOOT: Color = (24, 25, 29)
COAL: Color = (45, 49, 56)
SLATE: Color = (47, 66, 80)
STEEL: Color = (96, 122, 138)
MIST: Color = (168, 186, 192)
CREAM: Color = (244, 232, 208)
FURNACE: Color = (232, 76, 30)
EMBER: Color = (166, 46, 24)
BRASS: Color = (245, 180, 52)


def polar(x: float, y: float, radius: float, degrees: float) -> Point:
    """The point at an angle round a centre; 0 is to the right, angles run clockwise as Pillow's do."""
    return x + radius * cos(radians(degrees)), y + radius * sin(radians(degrees))


def scaled(points: Iterable[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


class Canvas:
    """Pillow's drawing calls in poster units, so that compositions read in the numbers of the finished picture."""

    def __init__(self, background: Color) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), background)
        self.pen = ImageDraw.Draw(self.image)

    def rect(self, x0: float, y0: float, x1: float, y1: float, color: Color, radius: float = 0) -> None:
        self.pen.rounded_rectangle(scaled([(x0, y0), (x1, y1)]), radius * SCALE, fill=color)

    def poly(self, points: Iterable[Point], color: Color) -> None:
        self.pen.polygon(scaled(points), fill=color)

    def disc(self, x: float, y: float, radius: float, color: Color) -> None:
        self.ellipse(x, y, radius, radius, color)

    def ellipse(self, x: float, y: float, rx: float, ry: float, color: Color) -> None:
        self.pen.ellipse(scaled([(x - rx, y - ry), (x + rx, y + ry)]), fill=color)

    def ring(self, x: float, y: float, radius: float, width: float, color: Color) -> None:
        self.pen.ellipse(
            scaled([(x - radius, y - radius), (x + radius, y + radius)]), outline=color, width=int(width * SCALE)
        )

    def wedge(self, x: float, y: float, radius: float, start: float, end: float, color: Color) -> None:
        self.pen.pieslice(scaled([(x - radius, y - radius), (x + radius, y + radius)]), start, end, fill=color)

    def arc(self, x: float, y: float, radius: float, start: float, end: float, width: float, color: Color) -> None:
        box = scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self.pen.arc(box, start, end, fill=color, width=int(width * SCALE))

    def line(self, points: Sequence[Point], width: float, color: Color) -> None:
        """A stroke with round joints and ends: Pillow's own are ragged where thick lines bend."""
        self.pen.line(scaled(points), fill=color, width=int(width * SCALE))
        for x, y in points:
            self.disc(x, y, width / 2, color)

    def gear(self, x: float, y: float, radius: float, teeth: int, color: Color, hole: Color, turn: float = 0) -> None:
        step = 360 / teeth
        for tooth in range(teeth):
            angle = tooth * step + turn
            rim = [polar(x, y, radius * 0.8, angle + d) for d in (-step * 0.34, step * 0.34)]
            tip = [polar(x, y, radius, angle + d) for d in (step * 0.2, -step * 0.2)]
            self.poly([*rim, *tip], color)
        self.disc(x, y, radius * 0.84, color)
        self.disc(x, y, radius * 0.34, hole)

    def rays(self, x: float, y: float, count: int, color: Color, turn: float = 0, reach: float = 2200) -> None:
        step = 360 / count
        for ray in range(count):
            angle = turn + ray * step
            self.poly([(x, y), polar(x, y, reach, angle), polar(x, y, reach, angle + step / 2)], color)

    def star(self, x: float, y: float, radius: float, color: Color, points: int = 5, inner: float = 0.42) -> None:
        """Spikes round a centre, the first one upwards."""
        step = 180 / points
        radii = (radius, radius * inner)
        self.poly([polar(x, y, radii[i % 2], i * step - 90) for i in range(points * 2)], color)

    def person(self, x: float, foot: float, height: float, color: Color) -> None:
        """Seen from behind, hands at the sides: enough of a figure to give a building its size."""
        unit = height / 8
        self.disc(x, foot - unit * 7.1, unit * 0.85, color)
        self.rect(x - unit * 1.35, foot - unit * 6.1, x + unit * 1.35, foot - unit * 2.9, color, unit * 0.8)
        self.rect(x - unit * 0.95, foot - unit * 4, x - unit * 0.12, foot, color, unit * 0.2)
        self.rect(x + unit * 0.12, foot - unit * 4, x + unit * 0.95, foot, color, unit * 0.2)

    def shade(self, points: Iterable[Point], color: Color, alpha: float) -> None:
        """A translucent shape: beams of light and shadows that let what lies below show."""
        mask = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(mask).polygon(scaled(points), fill=round(alpha * 255))
        self.image.paste(color, (0, 0), mask)

    def inside_disc(self, x: float, y: float, radius: float, paint: Callable[["Canvas"], None]) -> None:
        """Paint only within a disc, for stripes and cut-away views."""
        layer = Canvas(SOOT)
        layer.image.paste(self.image)
        paint(layer)
        mask = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(mask).ellipse(scaled([(x - radius, y - radius), (x + radius, y + radius)]), fill=255)
        self.image.paste(layer.image, (0, 0), mask)

    def finished(self) -> Image.Image:
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        return small.quantize(COLORS, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)


Painter = Callable[[Canvas], None]
POSTERS: dict[str, tuple[Color, Painter]] = {}


def poster(key: str, background: Color) -> Callable[[Painter], Painter]:
    """Registers a composition under the key of its picture in images.yaml."""

    def register(paint: Painter) -> Painter:
        POSTERS[key] = (background, paint)
        return paint

    return register


def draw(key: str) -> Image.Image:
    background, paint = POSTERS[key]
    canvas = Canvas(background)
    paint(canvas)
    return canvas.finished()


def write_all(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for key in sorted(POSTERS):
        path = folder / f"{key}.png"
        draw(key).save(path, optimize=True)
        yield path
