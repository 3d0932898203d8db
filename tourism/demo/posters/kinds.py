"""Kinds of events: what stands in for one that has no picture of its own."""

from math import sin

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
from tourism.demo.posters.streets import bunting


@poster("event-season", SLATE)
def season(c: Canvas) -> None:
    """A page of days with the sun coming up behind it."""
    c.rays(800, 560, 32, STEEL, turn=2.8)
    c.disc(800, 560, 420, BRASS)
    c.disc(800, 560, 340, FURNACE)
    c.rect(230, 560, 1370, 1200, SOOT, 30)
    c.rect(250, 580, 1350, 1220, CREAM, 20)
    c.rect(250, 580, 1350, 670, EMBER, 20)
    for x in (420, 800, 1180):
        c.rect(x - 20, 520, x + 20, 640, MIST, 20)
    for row in range(4):
        for col in range(7):
            x, y = 292 + col * 148, 706 + row * 132
            mark = (row * 7 + col * 5) % 9
            c.rect(x, y, x + 128, y + 112, (FURNACE, MIST, MIST, BRASS, MIST, SLATE, MIST, MIST, MIST)[mark], 8)
            if mark == 0:
                c.star(x + 64, y + 58, 40, CREAM)
            elif mark == 3:
                c.disc(x + 64, y + 56, 30, SOOT)
            elif mark == 5:
                c.gear(x + 64, y + 56, 42, 8, CREAM, SLATE)


@poster("event-concert", SOOT)
def concert(c: Canvas) -> None:
    """Light from above, sound from below."""
    for x, lean, color in ((240, 330, FURNACE), (520, 160, BRASS), (800, 0, CREAM), (1080, -160, BRASS)):
        c.shade([(x - 24, 150), (x + 24, 150), (x + lean + 240, 1200), (x + lean - 240, 1200)], color, 0.42)
    c.shade([(1336, 150), (1384, 150), (1270, 1200), (790, 1200)], FURNACE, 0.42)
    c.rect(0, 70, 1600, 104, STEEL)
    for x in range(-20, 1620, 90):
        c.line([(x, 104), (x + 45, 70)], 7, SOOT)
    for x in (240, 520, 800, 1080, 1360):
        c.poly([(x - 46, 120), (x + 46, 120), (x + 62, 200), (x - 62, 200)], STEEL)
        c.ellipse(x, 200, 62, 18, CREAM)
    for index in range(25):
        x = 30 + index * 62
        height = 150 + abs(sin(index * 0.9) * 260) + abs(sin(index * 0.33 + 1)) * 190
        for level in range(int(height // 34)):
            color = (SLATE, STEEL, BRASS, FURNACE)[min(level // 4, 3)]
            c.rect(x, 1180 - level * 34, x + 48, 1204 - level * 34, color, 4)


@poster("event-festival", FURNACE)
def festival(c: Canvas) -> None:
    """Bursts over bunting; the only poster that is allowed to be noisy."""
    for x, y, radius, color in ((360, 690, 330, BRASS), (1190, 640, 380, CREAM), (770, 470, 190, SLATE)):
        for ray in range(24):
            inner, outer = (0.3, 1.0) if ray % 2 else (0.4, 0.8)
            ends = [polar(x, y, radius * inner, ray * 15), polar(x, y, radius * outer, ray * 15)]
            c.line(ends, 16, color)
            c.disc(*ends[1], 22, color)
        c.disc(x, y, radius * 0.2, color)
        c.disc(x, y, radius * 0.1, EMBER)
    bunting(c, 30, 150)
    for x in range(0, 1601, 80):
        height = 60 + abs(sin(x * 0.021)) * 70
        c.disc(x, 1200 - height, 46, SOOT)
        c.rect(x - 60, 1210 - height, x + 60, 1200, SOOT, 30)
        if x % 240 == 0:
            c.line([(x + 10, 1200 - height), (x + 50, 1040 - height)], 20, SOOT)


@poster("event-tour", MIST)
def tour(c: Canvas) -> None:
    """One yellow line from hall to hall: the sign visitors follow in a working plant."""
    blocks = [(120, 330, 380, SLATE), (620, 250, 380, FURNACE), (1120, 330, 380, SLATE)]
    for x, top, width, color in blocks:
        for tooth in range(3):
            left = x + tooth * width / 3
            c.poly([(left, top), (left, top - 110), (left + width / 3, top)], SOOT)
            c.poly([(left, top), (left, top - 110), (left + 22, top - 90), (left + 22, top)], BRASS)
        c.rect(x, top, x + width, 660, color)
        c.rect(x + width / 2 - 80, 480, x + width / 2 + 80, 660, SOOT)
        for wx in (x + 40, x + width - 110):
            c.rect(wx, top + 60, wx + 70, top + 150, CREAM)
    c.rect(0, 660, 1600, 1200, COAL)
    path = [(-40, 1080), (310, 1080), (310, 820), (560, 820), (560, 1000), (810, 1000), (810, 640)]
    c.line(path, 64, BRASS)
    c.line([(810, 1000), (1060, 1000), (1060, 860), (1310, 860), (1310, 640)], 64, BRASS)
    c.rect(270, 600, 350, 660, SOOT)
    c.line([(310, 820), (310, 640)], 64, BRASS)
    for x in (310, 810, 1310):
        c.poly([(x - 80, 600), (x, 500), (x + 80, 600)], BRASS)
    c.disc(310, 1080, 84, CREAM)
    c.wedge(310, 1100, 60, 180, 360, FURNACE)
    c.rect(236, 1094, 384, 1114, FURNACE, 10)
    c.rect(300, 1036, 320, 1100, EMBER, 8)


@poster("event-exhibition", CREAM)
def exhibition(c: Canvas) -> None:
    """Three small pictures in this one, each under its lamp."""
    c.rect(0, 960, 1600, 1200, SLATE)
    for x in (320, 800, 1280):
        c.poly([(x - 30, 90), (x + 30, 90), (x + 250, 960), (x - 250, 960)], BRASS)
        c.rect(x - 6, 0, x + 6, 60, SOOT)
        c.poly([(x - 34, 50), (x + 34, 50), (x + 52, 110), (x - 52, 110)], SOOT)
    for x, top, foot in ((320, 330, 790), (800, 260, 830), (1280, 330, 790)):
        c.rect(x - 190, top, x + 190, foot, SOOT)
        c.rect(x - 160, top + 30, x + 160, foot - 30, CREAM)
    c.disc(320, 520, 110, FURNACE)
    c.rect(160, 620, 480, 760, SLATE)
    c.gear(800, 470, 140, 12, SLATE, CREAM)
    c.poly([(640, 800), (800, 620), (960, 800)], FURNACE)
    c.rect(1150, 400, 1250, 760, FURNACE)
    c.rect(1270, 500, 1340, 760, SLATE)
    c.rect(1360, 440, 1410, 760, EMBER)
    for x, color in ((560, SOOT), (1050, EMBER)):
        c.person(x, 1190, 420, color)
    c.rect(130, 1040, 430, 1080, SOOT, 8)
    c.rect(170, 1080, 200, 1160, SOOT)
    c.rect(360, 1080, 390, 1160, SOOT)


@poster("event-market", SLATE)
def market(c: Canvas) -> None:
    """Striped awnings under lanterns: the fair in the works yard."""
    for x, y, size in ((200, 250, 90), (500, 170, 110), (800, 270, 96), (1110, 160, 112), (1400, 260, 92)):
        c.rect(x - 5, 0, x + 5, y, SOOT)
        c.ellipse(x, y, size, size * 0.84, FURNACE)
        c.ellipse(x, y, size * 0.55, size * 0.84, BRASS)
        c.ellipse(x, y, size * 0.2, size * 0.84, FURNACE)
        for cap in (-1, 1):
            c.rect(x - size * 0.42, y + cap * size * 0.8 - 13, x + size * 0.42, y + cap * size * 0.8 + 13, SOOT, 6)
        c.rect(x - 4, y + size * 0.8, x + 4, y + size * 1.4, BRASS)
    for index, left in enumerate((40, 570, 1100)):
        c.rect(left + 20, 700, left + 440, 1130, COAL)
        for stripe in range(6):
            color = CREAM if (stripe + index) % 2 else FURNACE
            foot = left + stripe * 460 / 6
            top = left + 50 + stripe * 60
            c.poly([(top, 520), (top + 60, 520), (foot + 77, 690), (foot, 690)], color)
            c.wedge(foot + 38.3, 690, 38.3, 0, 180, color)
        c.rect(left, 920, left + 460, 980, BRASS)
        c.rect(left + 20, 980, left + 440, 1130, EMBER)
        for item in range(5):
            x = left + 70 + item * 80
            c.disc(x, 884, 36, (CREAM, FURNACE, MIST)[(item + index) % 3])
    c.rect(0, 1120, 1600, 1200, SOOT)


@poster("event-ceremony", EMBER)
def ceremony(c: Canvas) -> None:
    """A star that throws its light over a banner."""
    c.rays(800, 420, 36, FURNACE, turn=2.5)
    c.disc(800, 420, 310, BRASS)
    c.disc(800, 420, 270, CREAM)
    c.star(800, 436, 240, FURNACE)
    c.poly([(80, 800), (300, 780), (300, 1010), (80, 1030), (170, 915)], BRASS)
    c.poly([(1520, 800), (1300, 780), (1300, 1010), (1520, 1030), (1430, 915)], BRASS)
    c.poly([(300, 1010), (300, 900), (400, 980)], SOOT)
    c.poly([(1300, 1010), (1300, 900), (1200, 980)], SOOT)
    c.rect(240, 740, 1360, 960, CREAM)
    c.rect(240, 770, 1360, 782, FURNACE)
    c.rect(240, 918, 1360, 930, FURNACE)
    for x in range(400, 1300, 200):
        c.gear(x, 850, 56, 10, SLATE, CREAM)
    c.rect(0, 1100, 1600, 1200, SOOT)
    c.rect(0, 1086, 1600, 1104, BRASS)


@poster("event-show", SOOT)
def show(c: Canvas) -> None:
    """The curtain is open just wide enough."""
    c.poly([(700, 0), (900, 0), (1180, 1040), (420, 1040)], SLATE)
    c.poly([(752, 0), (848, 0), (1060, 1040), (540, 1040)], MIST)
    c.rect(0, 1000, 1600, 1200, COAL)
    c.ellipse(800, 1040, 420, 92, CREAM)
    juggler(c, 800, 1050)
    for side in (0, 1):
        for fold in range(6):
            spread = fold * 78
            x0, x1, sweep = spread, spread + 96, 240 - fold * 26
            edge = [(x0, 0), (x1 + 60, 0), (x1 + sweep * 0.3, 420), (x1 - sweep * 0.2, 1080), (x0 - sweep * 0.4, 1080)]
            c.poly([(x if side == 0 else 1600 - x, y) for x, y in edge], FURNACE if fold % 2 else EMBER)
    c.rect(0, 0, 1600, 110, EMBER)
    for x in range(0, 1600, 160):
        c.wedge(x + 80, 108, 80, 0, 180, FURNACE)
        c.arc(x + 80, 108, 80, 0, 180, 12, BRASS)
    c.rect(0, 1130, 1600, 1200, BRASS)
    for x in range(60, 1600, 150):
        c.disc(x, 1134, 34, SOOT)


def juggler(c: Canvas, x: float, foot: float) -> None:
    for side in (-1, 1):
        c.line([(x, foot - 250), (x + side * 60, foot - 120), (x + side * 50, foot - 16)], 44, SOOT)
        c.line([(x, foot - 400), (x + side * 120, foot - 350), (x + side * 150, foot - 480)], 34, FURNACE)
        c.disc(x + side * 152, foot - 496, 24, CREAM)
    c.line([(x, foot - 390), (x, foot - 260)], 96, FURNACE)
    c.disc(x, foot - 510, 56, CREAM)
    c.poly([(x - 60, foot - 536), (x, foot - 660), (x + 60, foot - 536)], EMBER)
    for index, angle in enumerate(range(205, 345, 26)):
        c.disc(*polar(x, foot - 480, 265, angle), 34, (BRASS, FURNACE, CREAM)[index % 3])


@poster("event-other", MIST)
def other(c: Canvas) -> None:
    """Circle, square, triangle and a gear: a poster for what has no name yet."""
    c.rect(0, 0, 800, 600, CREAM)
    c.rect(800, 600, 1600, 1200, SOOT)
    c.rect(0, 600, 800, 1200, FURNACE)
    c.wedge(800, 600, 420, 180, 270, FURNACE)
    c.wedge(800, 600, 420, 270, 360, SLATE)
    c.wedge(800, 600, 420, 0, 90, BRASS)
    c.wedge(800, 600, 420, 90, 180, SOOT)
    c.gear(1290, 250, 170, 12, SLATE, MIST)
    c.poly([(120, 1080), (330, 760), (540, 1080)], CREAM)
    c.rect(120, 110, 330, 320, SLATE)
    for index in range(5):
        c.rect(1240, 780 + index * 76, 1500, 816 + index * 76, (CREAM, STEEL)[index % 2])
    c.disc(800, 600, 130, CREAM)
    c.disc(800, 600, 56, EMBER)
    c.rect(0, 588, 380, 612, COAL)
    c.rect(1220, 588, 1600, 612, COAL)
