"""Kinds of events with a winner: league, cup, race."""

from tourism.demo.posters.canvas import (
    BRASS,
    COAL,
    CREAM,
    EMBER,
    FURNACE,
    SLATE,
    SOOT,
    STEEL,
    Canvas,
    Color,
    polar,
    poster,
)
from tourism.demo.posters.machines import basketball


@poster("event-league", CREAM)
def league(c: Canvas) -> None:
    """Half gear, half ball: the game belongs to the works."""
    c.rect(800, 0, 1600, 1200, SOOT)
    c.gear(800, 600, 540, 16, SLATE, CREAM, turn=11.25)
    c.rect(800, 0, 1600, 1200, SOOT)
    c.ring(800, 600, 330, 22, CREAM)
    for angle in range(108, 270, 36):
        c.disc(*polar(800, 600, 385, angle), 20, CREAM)
    c.disc(800, 600, 300, SLATE)
    c.rect(800, 0, 1600, 1200, SOOT)
    for offset in (470, 560, 650, 740):
        c.arc(800, 600, offset, -60, 60, 16, EMBER)

    def right_half(layer: Canvas) -> None:
        basketball(layer, 800, 600, 430, 24)
        layer.image.paste(c.image.crop((0, 0, 1600, 2400)), (0, 0))

    c.inside_disc(800, 600, 450, right_half)
    c.rect(786, 0, 814, 1200, BRASS)


@poster("event-cup", SLATE)
def cup(c: Canvas) -> None:
    """Rays make the cup the sun of the picture."""
    c.rays(800, 470, 24, STEEL, turn=3.75)
    c.disc(800, 470, 400, EMBER)
    c.disc(800, 470, 350, FURNACE)
    for side in (-1, 1):
        c.ring(800 + side * 240, 400, 140, 42, BRASS)
    c.poly([(540, 220), (1060, 220), (1010, 560), (900, 700), (700, 700), (590, 560)], BRASS)
    c.poly([(540, 220), (680, 220), (690, 560), (760, 700), (700, 700), (590, 560)], CREAM)
    c.rect(515, 190, 1085, 246, CREAM, 10)
    c.star(820, 440, 116, FURNACE)
    c.rect(756, 690, 844, 880, BRASS)
    c.disc(800, 770, 66, BRASS)
    c.poly([(650, 930), (720, 860), (880, 860), (950, 930)], CREAM)
    c.rect(600, 920, 1000, 1060, SOOT)
    c.rect(680, 962, 920, 1016, BRASS)
    c.rect(0, 1050, 1600, 1200, SOOT)
    c.gear(180, 1130, 210, 12, COAL, SLATE)
    c.gear(1420, 1130, 210, 12, COAL, SLATE)


def runner(c: Canvas, x: float, y: float, size: float, shirt: Color, skin: Color) -> None:
    """Leaning forward, arms and legs as thick strokes."""

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x + px * size, y + py * size) for px, py in points]

    c.line(at((-5, 95), (-70, 120), (-120, 75)), 26 * size, SOOT)
    c.line(at((0, 95), (62, 130), (40, 215), (78, 222)), 26 * size, SOOT)
    c.line(at((30, -10), (-40, 30), (-80, -10)), 20 * size, skin)
    c.line(at((0, 85), (34, -6)), 62 * size, shirt)
    c.line(at((34, -4), (82, 50), (132, 20)), 20 * size, skin)
    c.line(at((38, -20), (50, -60)), 20 * size, skin)
    c.disc(*at((56, -78))[0], 29 * size, skin)
    c.wedge(*at((54, -82))[0], 32 * size, 150, 330, SOOT)
    c.poly(at((4, 16), (38, 26), (28, 62), (-6, 52)), CREAM if shirt != CREAM else FURNACE)


@poster("event-race", FURNACE)
def race(c: Canvas) -> None:
    """Lanes round a bend, and three runners who have just come out of it."""
    c.disc(1320, 230, 150, BRASS)
    for index, radius in enumerate(range(1500, 560, -150)):
        c.disc(300, 1500, radius, (EMBER, FURNACE)[index % 2])
        c.arc(300, 1500, radius, 180, 360, 10, CREAM)
    c.disc(300, 1500, 590, SLATE)
    c.arc(300, 1500, 590, 180, 360, 10, CREAM)
    for x, y, size, shirt in ((330, 540, 1.1, CREAM), (740, 660, 1.5, BRASS), (1180, 930, 2.0, SLATE)):
        c.ellipse(x + 10 * size, y + 12 * size, 120 * size, 13 * size, SOOT)
        runner(c, x, y - 222 * size, size, shirt, CREAM if shirt != CREAM else BRASS)
