"""Places to walk: shopping centres, streets, the park."""

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


@poster("tiexi-mixc", BRASS)
def stacked_floors(c: Canvas) -> None:
    """Floors like rolled sheet, each shifted against the one below."""
    c.disc(1200, 360, 280, CREAM)
    floors = [(240, 1180, 900, FURNACE), (360, 1420, 740, CREAM), (200, 1240, 580, SLATE), (420, 1340, 420, FURNACE)]
    for index, (left, right, top, color) in enumerate(floors):
        c.rect(left, top, right, top + 150, SOOT, 75)
        c.rect(left, top - 8, right, top + 126, color, 66)
        glass = SOOT if color == CREAM else CREAM
        for x in range(left + 80, right - 110, 76):
            c.rect(x, top + 34, x + 50, top + 90, BRASS if (x + index) % 5 == 0 else glass, 10)
    c.rect(560, 250, 1120, 410, SOOT, 75)
    c.rect(560, 244, 1120, 388, STEEL, 70)
    for x in range(640, 1040, 76):
        c.rect(x, 290, x + 50, 340, CREAM, 10)
    c.rect(0, 1050, 1600, 1200, SOOT)
    c.rect(640, 930, 800, 1060, BRASS, 20)
    c.rect(712, 930, 728, 1060, SOOT)
    for x, color in ((180, CREAM), (480, FURNACE), (980, CREAM), (1300, MIST), (1480, FURNACE)):
        c.person(x, 1150, 150, color)


@poster("shengjing-datiandi", SOOT)
def atrium(c: Canvas) -> None:
    """Under the dome, with two escalators crossing: a place one passes through upwards."""
    c.wedge(800, 560, 620, 180, 360, SLATE)
    c.wedge(800, 560, 520, 180, 360, STEEL)
    for angle in range(180, 361, 15):
        c.line([(800, 560), polar(800, 560, 620, angle)], 9, CREAM)
    for radius in (200, 360, 520, 620):
        c.arc(800, 560, radius, 180, 360, 10, CREAM)
    c.wedge(800, 560, 130, 180, 360, BRASS)
    for index, y in enumerate((560, 730, 900)):
        c.rect(100, y, 1500, y + 150, EMBER if index % 2 else COAL)
        c.rect(100, y, 1500, y + 26, CREAM)
        for x in range(150, 1460, 110):
            c.rect(x, y + 54, x + 74, y + 150, (BRASS, STEEL, FURNACE)[(x // 110 + index) % 3])
    c.rect(0, 560, 100, 1200, SLATE)
    c.rect(1500, 560, 1600, 1200, SLATE)
    c.rect(0, 1050, 1600, 1200, MIST)
    for side in (-1, 1):
        escalator(c, 800 + side * 110, 800 + side * 590)
    c.person(800, 1120, 170, SOOT)


def escalator(c: Canvas, foot: float, head: float) -> None:
    """Rises outwards from the middle of the hall, with riders, so that the eye follows it up."""
    rise = (1130 - 640) / (head - foot)
    out = 60 if head > foot else -60
    for step in (0.3, 0.55, 0.8):
        x = foot + (head - foot) * step
        c.person(x, 1130 + (foot - x) * rise - 20, 150, FURNACE if step == 0.55 else CREAM)
    c.poly(
        [(foot - out, 1150), (foot, 1060), (head, 580), (head + out, 580), (head + out, 700), (foot + out, 1150)], SOOT
    )
    c.poly([(foot, 1130), (foot, 1076), (head, 596), (head, 650)], FURNACE)
    c.line([(foot - out, 1060), (foot, 1050), (head, 568), (head + out, 568)], 16, BRASS)


@poster("shanshan-outlets", MIST)
def outlets(c: Canvas) -> None:
    """A row of shop fronts, and a bag as large as a house."""
    c.disc(330, 300, 190, BRASS)
    fronts = [(0, 520, SLATE), (260, 420, CREAM), (520, 560, FURNACE), (1080, 480, CREAM), (1340, 560, SLATE)]
    for index, (x, top, color) in enumerate(fronts):
        c.poly([(x, 1200), (x, top), (x + 130, top - 130), (x + 260, top), (x + 260, 1200)], color)
        trim = SOOT if color == CREAM else CREAM
        c.disc(x + 130, top - 20, 34, trim)
        c.rect(x + 40, top + 70, x + 220, top + 230, trim)
        c.rect(x + 126, top + 70, x + 134, top + 230, color)
        for stripe in range(6):
            left = x + 14 + stripe * 39
            c.rect(left, 800, left + 39, 880, FURNACE if (stripe + index) % 2 else CREAM)
            c.wedge(left + 19.5, 880, 19.5, 0, 180, FURNACE if (stripe + index) % 2 else CREAM)
        c.rect(x + 50, 910, x + 210, 1200, SOOT)
    c.arc(800, 470, 150, 180, 360, 34, SOOT)
    c.rect(633, 468, 667, 600, SOOT)
    c.rect(933, 468, 967, 600, SOOT)
    c.poly([(540, 520), (1060, 520), (1110, 1130), (490, 1130)], EMBER)
    c.poly([(540, 520), (920, 520), (950, 1130), (490, 1130)], FURNACE)
    c.disc(650, 585, 18, SOOT)
    c.disc(950, 585, 18, SOOT)
    c.gear(725, 850, 150, 12, CREAM, FURNACE, turn=15)
    c.rect(0, 1110, 1600, 1200, COAL)


@poster("chongqing-road", BRASS)
def pedestrian_street(c: Canvas) -> None:
    """Everything runs to the sun at the end of the street."""
    c.disc(800, 640, 260, CREAM)
    c.disc(800, 640, 190, FURNACE)
    c.rect(0, 740, 1600, 1200, MIST)
    for x in range(-3000, 4700, 300):
        c.line([(800 + (x - 800) * 0.09, 740), (x, 1200)], 5, STEEL)
    for y in (790, 850, 930, 1040):
        c.rect(0, y, 1600, y + 6, STEEL)
    for side in (-1, 1):
        for index, (near, far, top, color) in enumerate(
            [(820, 560, 40, SLATE), (560, 380, 230, FURNACE), (380, 250, 380, CREAM), (250, 165, 480, SOOT)]
        ):
            rise = (700 - top) * far / near
            foot_near, foot_far = 700 + near * 0.55, 700 + far * 0.55
            x0, x1 = 800 + side * near, 800 + side * far
            c.poly([(x0, top), (x1, 700 - rise), (x1, foot_far), (x0, foot_near)], color)
            for row in range(4 - index // 2):
                high, low = 0.14 + row * 0.2, 0.25 + row * 0.2
                for part in (0.16, 0.56):
                    a, b = x0 + (x1 - x0) * part, x0 + (x1 - x0) * (part + 0.26)
                    at = [(a, part, high), (b, part + 0.26, high), (b, part + 0.26, low), (a, part, low)]
                    wall = foot_near - top
                    shape = [(x, top + (700 - rise - top) * p + wall * (1 - p * 0.4) * h) for x, p, h in at]
                    c.poly(shape, BRASS if (row + index + round(part)) % 3 else EMBER)
    for x, foot, height, color in ((700, 930, 150, SLATE), (780, 950, 165, EMBER), (1010, 1090, 250, SOOT)):
        c.person(x, foot, height, color)
    bunting(c, 150, 260)
    bunting(c, 330, 150)


def bunting(c: Canvas, y: float, sag: float, flags: int = 13) -> None:
    """Flags on a slack line from edge to edge."""

    def at(t: float) -> tuple[float, float]:
        return 1600 * t, y + sag * (1 - (2 * t - 1) ** 2)

    c.line([at(i / 40) for i in range(41)], 6, SOOT)
    for flag in range(flags):
        (x0, y0), (x1, y1) = at((flag + 0.15) / flags), at((flag + 0.85) / flags)
        c.poly([(x0, y0), (x1, y1), ((x0 + x1) / 2, (y0 + y1) / 2 + 84)], (FURNACE, CREAM, SLATE)[flag % 3])


def tree(c: Canvas, x: float, y: float, radius: float, color: tuple[int, int, int]) -> None:
    c.rect(x - 12, y, x + 12, y + radius * 2.3, SOOT)
    c.disc(x, y, radius, color)
    c.wedge(x, y, radius, 270, 450, COAL if color == SLATE else SLATE)
    c.line([(x, y + radius * 0.9), (x + radius * 0.4, y + radius * 0.3)], 9, SOOT)
    c.line([(x, y + radius * 0.6), (x - radius * 0.4, y)], 9, SOOT)


@poster("workers-park", CREAM)
def park(c: Canvas) -> None:
    """A shell stage between round trees, mirrored in water."""
    c.disc(800, 560, 400, BRASS)
    for x, y, radius, color in ((130, 520, 180, STEEL), (1480, 500, 190, STEEL), (360, 600, 130, SLATE)):
        tree(c, x, y, radius, color)
    tree(c, 1240, 610, 130, SLATE)
    for radius, color in ((330, SOOT), (300, FURNACE), (240, EMBER), (180, FURNACE), (120, CREAM)):
        c.wedge(800, 830, radius, 180, 360, color)
    c.rect(420, 820, 1180, 880, SOOT)
    c.rect(460, 830, 1140, 846, BRASS)
    for x, height in ((690, 130), (800, 150), (910, 130)):
        c.person(x, 826, height, SOOT)
    c.rect(0, 880, 1600, 1200, STEEL)
    c.rect(0, 880, 1600, 912, SLATE)
    for index, y in enumerate(range(940, 1200, 44)):
        half = 330 - index * 44
        c.rect(800 - half, y, 800 + half, y + 22, FURNACE if index % 2 else BRASS, 11)
        for x in (150 + index * 60, 1300 - index * 40):
            c.rect(x, y + 8, x + 190, y + 18, MIST, 5)


def timber_house(c: Canvas, x: float, top: float, width: float, roof: tuple[int, int, int]) -> None:
    """Timber framing, the quickest way to say Germany in straight lines."""
    c.rect(x, top, x + width, 1020, CREAM)
    c.poly([(x - 30, top), (x + width / 2, top - width * 0.75), (x + width + 30, top)], roof)
    c.poly([(x + 50, top), (x + width / 2, top - width * 0.52), (x + width - 50, top)], CREAM)
    c.line([(x + width / 2, top - width * 0.5), (x + width / 2, top)], 14, EMBER)
    for row, y in enumerate(range(int(top), 860, 150)):
        c.line([(x, y), (x + width, y)], 14, EMBER)
        side = x if row % 2 else x + width
        c.line([(side, y + 150), (x + width / 2, y)], 12, EMBER)
        for wx in (x + width * 0.16, x + width * 0.6):
            c.rect(wx, y + 36, wx + width * 0.24, y + 116, SOOT)
            c.rect(wx + 8, y + 44, wx + width * 0.24 - 8, y + 108, BRASS)
    for post in (x, x + width / 2, x + width):
        c.line([(post, top), (post, 1020)], 14, EMBER)


@poster("vanke-international-community", SLATE)
def friendship_street(c: Canvas) -> None:
    """Gables and strings of lights on the evening the street opened."""
    c.disc(1180, 230, 130, CREAM)
    c.disc(1130, 200, 120, SLATE)
    for x, top, width, roof in ((60, 560, 300, FURNACE), (420, 460, 340, SOOT), (820, 540, 300, FURNACE)):
        timber_house(c, x, top, width, roof)
    timber_house(c, 1190, 500, 340, SOOT)
    c.rect(0, 1000, 1600, 1200, SOOT)
    for index, x in enumerate((40, 440, 840, 1240)):
        c.rect(x, 900, x + 320, 1120, COAL)
        c.rect(x, 1000, x + 320, 1040, BRASS)
        for stripe in range(8):
            color = FURNACE if (stripe + index) % 2 else CREAM
            c.rect(x + stripe * 40, 830, x + stripe * 40 + 40, 910, color)
            c.wedge(x + stripe * 40 + 20, 910, 20, 0, 180, color)
    for y, sag in ((130, 220), (300, 170)):
        points = [(1600 * i / 40, y + sag * (1 - (i / 20 - 1) ** 2)) for i in range(41)]
        c.line(points, 5, SOOT)
        for point in points[1::3]:
            c.disc(*point, 19, BRASS)
