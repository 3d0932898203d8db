"""Sport and industry of today: gymnasium, stadium, conference centre, car plant."""

from itertools import pairwise

from tourism.demo.posters.canvas import (
    BRASS,
    COAL,
    CREAM,
    EMBER,
    FURNACE,
    MIST,
    SLATE,
    SOOT,
    STEEL,
    Canvas,
    polar,
    poster,
)


def basketball(c: Canvas, x: float, y: float, radius: float, seam: float) -> None:
    def seams(layer: Canvas) -> None:
        layer.disc(x, y, radius, FURNACE)
        layer.wedge(x, y, radius, 20, 160, EMBER)
        layer.ellipse(x, y - radius * 0.12, radius, radius * 0.86, FURNACE)
        layer.line([(x - radius, y), (x + radius, y)], seam, SOOT)
        layer.line([(x, y - radius), (x, y + radius)], seam, SOOT)
        for side in (-1, 1):
            layer.ring(x + side * radius * 1.25, y, radius * 0.9, seam, SOOT)

    c.disc(x, y, radius + seam * 0.7, SOOT)
    c.inside_disc(x, y, radius, seams)


@poster("tiexi-gymnasium", SLATE)
def gymnasium(c: Canvas) -> None:
    """From under the basket: the roof ribs lead to the hoop."""
    for index, radius in enumerate(range(1500, 500, -170)):
        c.disc(800, 1350, radius, STEEL if index % 2 else SLATE)
    for angle in range(200, 345, 12):
        c.line([polar(800, 1350, 640, angle), polar(800, 1350, 1700, angle)], 10, COAL)
    c.rect(0, 1060, 1600, 1200, BRASS)
    for x in range(-200, 1800, 160):
        c.line([(800 + (x - 800) * 0.8, 1060), (x * 1.25 - 200, 1200)], 6, EMBER)
    c.rect(330, 150, 1130, 690, SOOT, 18)
    c.rect(350, 170, 1110, 670, CREAM, 10)
    c.rect(570, 390, 890, 640, FURNACE)
    c.rect(592, 412, 868, 640, CREAM)
    c.rect(690, 660, 770, 730, SOOT)
    net = [(560 + i * 56, 740) for i in range(7)]
    foot = [(622 + i * 36, 1000) for i in range(7)]
    for index in range(6):
        c.line([net[index], foot[index + 1]], 7, CREAM)
        c.line([net[index + 1], foot[index]], 7, CREAM)
    c.line([net[0], foot[0]], 7, CREAM)
    c.line([net[6], foot[6]], 7, CREAM)
    c.rect(540, 722, 920, 754, FURNACE, 16)
    basketball(c, 1150, 450, 190, 14)


@poster("tiexi-stadium", SOOT)
def stadium(c: Canvas) -> None:
    """Opening night: four floodlights, full stands, one pitch."""
    masts = ((110, 200, 1080), (520, 90, 640), (1080, 90, 640), (1490, 200, 1080))
    for x, top, _foot in masts:
        aim = 800 + (800 - x) * 0.3
        c.shade([(x - 60, top), (x + 60, top), (aim + 420, 880), (aim - 420, 880)], BRASS, 0.22)
    bowls = [(720, 330, SLATE), (690, 300, FURNACE), (620, 262, EMBER), (590, 246, CREAM), (540, 214, STEEL)]
    for rx, ry, color in [*bowls, (490, 184, MIST)]:
        c.ellipse(800, 840, rx, ry, color)
    for index in range(72):
        angle = index * 5
        for rx, ry in ((655, 282), (566, 230)):
            across, down = polar(0, 0, 1, angle)
            c.disc(800 + rx * across, 840 + ry * down, 9, (CREAM, BRASS, SOOT)[(index + rx) % 3])
    pitch(c)
    for x, height, foot in masts:
        c.rect(x - 12, height, x + 12, foot, STEEL)
        c.rect(x - 90, height - 10, x + 90, height + 90, COAL, 10)
        for lamp in range(4):
            for row in range(2):
                c.disc(x - 62 + lamp * 41, height + 18 + row * 42, 15, CREAM)


def pitch(c: Canvas) -> None:
    c.poly([(520, 740), (1080, 740), (1190, 940), (410, 940)], SLATE)
    for stripe in range(0, 8, 2):
        top, foot = 520 + stripe * 70, 410 + stripe * 97.5
        c.poly([(top, 740), (top + 70, 740), (foot + 97.5, 940), (foot, 940)], STEEL)
    c.line([(520, 740), (1080, 740), (1190, 940), (410, 940), (520, 740)], 7, CREAM)
    c.line([(800, 740), (800, 940)], 7, CREAM)
    c.ellipse(800, 832, 84, 36, CREAM)
    c.ellipse(800, 832, 74, 28, SLATE)
    c.disc(800, 832, 10, CREAM)


NODES = [(170, 260), (380, 120), (560, 330), (790, 150), (960, 330), (1180, 130), (1400, 290), (1520, 110), (60, 80)]
EDGES = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (0, 8), (1, 3), (3, 5), (5, 7), (0, 2), (4, 6)]


@poster("industrial-internet-conference-centre", SLATE)
def conference_centre(c: Canvas) -> None:
    """A net of machines in the sky, and the long roof that gathers it."""
    c.disc(800, 700, 430, FURNACE)
    for start, end in EDGES:
        c.line([NODES[start], NODES[end]], 6, MIST)
    for index, (x, y) in enumerate(NODES):
        if index % 3 == 1:
            c.gear(x, y, 60, 9, BRASS, SLATE)
        else:
            c.disc(x, y, 30, CREAM)
            c.disc(x, y, 15, FURNACE)
    c.poly([(0, 640), (420, 540), (800, 505), (1180, 540), (1600, 640), (1600, 700), (0, 700)], CREAM)
    c.poly([(0, 682), (1600, 682), (1600, 720), (0, 720)], MIST)
    c.rect(110, 720, 1490, 1040, COAL)
    for index, x in enumerate(range(130, 1470, 92)):
        c.rect(x, 740, x + 74, 1040, (STEEL, BRASS, STEEL, SLATE)[index % 4])
        c.rect(x, 870, x + 74, 880, COAL)
    for x in (60, 330, 600, 1000, 1270, 1540):
        c.poly([(x - 34, 715), (x + 34, 715), (x + 14, 1050), (x - 14, 1050)], CREAM)
    c.rect(690, 850, 910, 1040, SOOT)
    c.rect(0, 1040, 1600, 1200, SOOT)
    c.poly([(690, 1040), (910, 1040), (1260, 1200), (340, 1200)], MIST)


def arm(c: Canvas, joints: list[tuple[float, float]]) -> None:
    """A welding robot: thick at the shoulder, thin at the wrist."""
    for index, (start, end) in enumerate(pairwise(joints)):
        c.line([start, end], 104 - index * 26, FURNACE)
    for index, (x, y) in enumerate(joints[:-1]):
        c.disc(x, y, 78 - index * 16, SOOT)
        c.disc(x, y, 42 - index * 8, BRASS)


@poster("bmw-tiexi-plant", MIST)
def car_plant(c: Canvas) -> None:
    """Body shop with robots over a bare body; the visitors' yellow line runs along the floor."""
    for x in range(0, 1600, 200):
        c.rect(x, 0, x + 100, 150, STEEL)
    c.rect(0, 130, 1600, 170, SLATE)
    c.rect(0, 880, 1600, 1200, SLATE)
    c.poly([(0, 1200), (0, 1110), (1600, 990), (1600, 1080), (300, 1200)], BRASS)
    c.star(820, 560, 210, CREAM, points=12, inner=0.34)
    c.star(820, 560, 120, BRASS, points=10, inner=0.4)
    body = [(330, 850), (330, 740), (420, 690), (580, 660), (720, 540), (1050, 540), (1230, 670), (1390, 700)]
    c.poly([*body, (1430, 760), (1430, 850)], STEEL)
    c.poly([(640, 660), (745, 572), (870, 572), (870, 660)], MIST)
    c.poly([(910, 660), (910, 572), (1035, 572), (1150, 660)], MIST)
    c.rect(330, 740, 1430, 762, CREAM)
    for x in (540, 1220):
        c.disc(x, 856, 118, SLATE)
        c.rect(x - 120, 880, x + 120, 980, SLATE)
    c.rect(250, 862, 1510, 910, SOOT, 10)
    for x in range(290, 1500, 120):
        c.disc(x, 886, 13, BRASS)
    c.rect(90, 800, 350, 900, SOOT)
    arm(c, [(220, 780), (170, 430), (520, 260), (740, 400), (816, 540)])
    c.rect(1330, 800, 1590, 900, SOOT)
    arm(c, [(1460, 780), (1500, 420), (1200, 250), (1040, 380), (1000, 500)])
