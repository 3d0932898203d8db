"""Old works that became places to visit."""

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
    WIDTH,
    Canvas,
    polar,
    poster,
)


def chimney(c: Canvas, x: float, top: float, bottom: float, width: float) -> None:
    """Tapered, with two pale bands: the mark of the district's skyline."""
    c.poly([(x - width * 0.36, top), (x + width * 0.36, top), (x + width / 2, bottom), (x - width / 2, bottom)], SOOT)
    for band in (top + 46, top + 96):
        c.rect(x - width * 0.42, band, x + width * 0.42, band + 22, CREAM)


def smoke(c: Canvas, x: float, y: float, step: float) -> None:
    """Drifting to the right in flat bars, each longer than the last."""
    for bar in range(4):
        left = x + bar * step * 0.35
        c.rect(left, y - bar * 52, left + step * (1 + bar * 0.7), y - bar * 52 + 34, MIST, 17)


@poster("china-industrial-museum", CREAM)
def foundry(c: Canvas) -> None:
    """A furnace sun behind the hall; the cupola stands in the middle, as it does in the museum."""
    c.disc(800, 620, 470, FURNACE)
    c.disc(800, 620, 360, BRASS)
    for x, top in ((250, 250), (420, 330), (1330, 180)):
        chimney(c, x, top, 900, 92)
    smoke(c, 260, 200, 120)
    smoke(c, 1340, 130, 110)
    roof = [(0, 760), (180, 690), (560, 690), (560, 620), (1040, 620), (1040, 690), (1420, 690), (1600, 760)]
    c.poly([*roof, (1600, 1200), (0, 1200)], SOOT)
    for x in (*range(70, 540, 120), *range(1100, 1540, 120)):
        c.rect(x, 800, x + 64, 960, SLATE)
        c.rect(x, 800, x + 64, 850, STEEL)
    c.poly([(560, 1200), (560, 700), (800, 600), (1040, 700), (1040, 1200)], EMBER)
    cupola(c)
    c.rect(0, 1120, 1600, 1200, COAL)
    c.poly([(790, 1090), (830, 1090), (1180, 1200), (980, 1200)], BRASS)


def cupola(c: Canvas) -> None:
    c.poly([(730, 360), (870, 360), (890, 470), (710, 470)], COAL)
    c.rect(700, 470, 900, 1010, STEEL)
    c.rect(700, 470, 770, 1010, MIST)
    for band in (520, 640, 760, 880):
        c.rect(688, band, 912, band + 26, COAL)
    c.poly([(700, 1010), (900, 1010), (870, 1130), (730, 1130)], COAL)
    c.disc(800, 960, 52, SOOT)
    c.disc(800, 960, 40, BRASS)
    c.rect(786, 960, 822, 1110, BRASS)


def gable(c: Canvas, x: float, width: float, peak: float, eaves: float) -> None:
    """A brick front, stepped like the halls of the MSG factory, with courses of brick."""
    c.poly([(x, 1200), (x, eaves), (x + width / 2, peak), (x + width, eaves), (x + width, 1200)], FURNACE)
    for row, y in enumerate(range(int(eaves) + 10, 1130, 34)):
        for brick in range(int(width // 62)):
            left = x + 10 + brick * 62 + (row % 2) * 26
            if (row * 5 + brick * 3) % 7 in (0, 3, 5):
                c.rect(left, y, left + 50, y + 20, EMBER)
    c.line([(x - 10, eaves + 6), (x + width / 2, peak), (x + width + 10, eaves + 6)], 26, SOOT)
    c.disc(x + width / 2, eaves - 30, 62, CREAM)
    c.ring(x + width / 2, eaves - 30, 62, 14, SOOT)
    c.rect(x + width / 2 - 54, eaves - 34, x + width / 2 + 54, eaves - 26, SOOT)
    for wx in (0.22, 0.5, 0.78):
        center, half = x + width * wx, width * 0.095
        c.wedge(center, eaves + 170, half, 180, 360, SOOT)
        c.rect(center - half, eaves + 168, center + half, eaves + 330, SOOT)
        c.rect(center - half + 10, eaves + 176, center + half - 10, eaves + 318, BRASS if wx == 0.5 else SLATE)
    c.wedge(x + width / 2, 1060, width * 0.14, 180, 360, SOOT)
    c.rect(x + width * 0.36, 1058, x + width * 0.64, 1200, SOOT)


def tank(c: Canvas, x: float, top: float, width: float) -> None:
    c.ellipse(x, top, width / 2, 60, MIST)
    c.rect(x - width / 2, top, x + width / 2, 1200, STEEL)
    c.rect(x - width / 2, top, x - width / 5, 1200, MIST)
    for y in range(int(top) + 90, 1200, 150):
        c.rect(x - width / 2, y, x + width / 2, y + 16, SLATE)
    for y in range(int(top), 1200, 34):
        c.rect(x + width / 2 - 62, y, x + width / 2 - 22, y + 8, SOOT)


def blossom(c: Canvas, x: float, y: float, size: float) -> None:
    for petal in range(5):
        px, py = polar(x, y, size * 0.62, petal * 72 - 90)
        c.disc(px, py, size * 0.46, FURNACE)
    c.disc(x, y, size * 0.3, BRASS)


@poster("hongmei-cultural-park", CREAM)
def msg_factory(c: Canvas) -> None:
    """Red plum is what the factory was named for, so a branch of it crosses the brick and the tanks."""
    c.disc(1250, 420, 250, BRASS)
    tank(c, 1010, 600, 210)
    tank(c, 1250, 470, 230)
    tank(c, 1490, 640, 210)
    gable(c, 40, 430, 430, 640)
    gable(c, 480, 430, 430, 640)
    c.rect(0, 1130, WIDTH, 1200, SOOT)
    c.line([(-20, 90), (260, 210), (520, 200), (760, 300), (980, 250)], 30, SOOT)
    c.line([(420, 206), (560, 90), (700, 60)], 20, SOOT)
    for x, y, size in ((250, 195, 74), (470, 225, 58), (590, 80, 70), (760, 295, 84), (925, 262, 58)):
        blossom(c, x, y, size)
    for x, y in ((700, 60), (980, 250), (130, 150)):
        c.disc(x, y, 24, FURNACE)


@poster("1905-cultural-park", SOOT)
def machine_shop(c: Canvas) -> None:
    """Seen from inside: the saw-tooth roof lets down the light, and a stage stands where machines stood."""
    for tooth in range(5):
        x = tooth * 340 - 60
        c.poly([(x, 330), (x, 90), (x + 340, 330)], SLATE)
        c.poly([(x, 330), (x, 90), (x + 52, 127), (x + 52, 330)], BRASS)
        for bar in (160, 220, 280):
            c.rect(x, bar, x + 52, bar + 8, SOOT)
    c.rect(0, 330, 1600, 366, STEEL)
    for tooth in range(5):
        x = tooth * 340 - 60
        c.shade([(x, 366), (x + 52, 366), (x + 470, 1010), (x + 250, 1010)], BRASS, 0.55)
    for x in (60, 1540):
        c.rect(x - 30, 366, x + 30, 1010, COAL)
        for rivet in range(430, 1000, 60):
            c.disc(x, rivet, 7, STEEL)
    c.rect(0, 470, 1600, 506, STEEL)
    c.rect(700, 440, 900, 530, FURNACE, 14)
    c.line([(800, 530), (800, 640)], 12, MIST)
    c.arc(800, 680, 44, 270, 160, 20, MIST)
    c.rect(0, 1010, 1600, 1200, EMBER)
    c.ellipse(800, 1030, 430, 90, FURNACE)
    c.ellipse(800, 1018, 430, 82, CREAM)
    for x, height, color in ((640, 240, EMBER), (800, 280, FURNACE), (960, 240, BRASS)):
        c.person(x, 1034, height, color)
    for x in range(-40, 1700, 150):
        c.disc(x, 1196, 62, SOOT)


@poster("fengtian-works", FURNACE)
def locomotive(c: Canvas) -> None:
    """Head-on out of the arched shed, because a railway is best seen coming."""
    for radius, color in ((760, EMBER), (640, FURNACE), (560, CREAM), (500, SOOT)):
        c.wedge(800, 720, radius, 180, 360, color)
        c.rect(800 - radius, 718, 800 + radius, 1200, color)
    for angle in range(188, 360, 12):
        c.line([polar(800, 720, 655, angle), polar(800, 720, 745, angle)], 8, FURNACE)
    c.poly([(560, 1200), (1040, 1200), (900, 900), (700, 900)], COAL)
    for y, half in ((1160, 420), (1080, 360), (1010, 310)):
        c.rect(800 - half, y, 800 + half, y + 26, EMBER)
    c.rect(520, 840, 1080, 950, EMBER)
    c.rect(520, 840, 1080, 870, FURNACE)
    for x in (590, 1010):
        c.disc(x, 900, 34, CREAM)
    c.poly([(600, 950), (1000, 950), (1080, 1110), (520, 1110)], COAL)
    for x in range(560, 1060, 80):
        c.line([(800 + (x - 800) * 0.75, 956), (x + 20, 1104)], 10, MIST)
    c.rect(742, 300, 858, 470, COAL)
    c.rect(720, 282, 880, 324, STEEL)
    c.disc(800, 640, 250, STEEL)
    c.disc(800, 640, 214, COAL)
    c.ring(800, 640, 150, 10, STEEL)
    for angle in range(0, 360, 30):
        c.disc(*polar(800, 640, 232, angle), 9, SOOT)
    for angle in range(15, 180, 30):
        c.line([polar(800, 560, 108, angle), polar(800, 560, 138, angle)], 12, BRASS)
    c.disc(800, 560, 84, CREAM)
    c.disc(800, 560, 62, BRASS)


def dormitory(c: Canvas, left: bool) -> None:
    """A side wing in perspective; mirrored for the other side of the courtyard."""

    def at(x: float, y: float) -> tuple[float, float]:
        return (x if left else 1600 - x, y)

    c.poly([at(0, 240), at(470, 520), at(470, 900), at(0, 1120)], FURNACE if left else EMBER)
    c.poly([at(0, 130), at(480, 470), at(480, 536), at(0, 290)], SOOT)
    for row in range(3):
        for col in range(4):
            near, far = col / 4 + 0.05, col / 4 + 0.17
            spots = [(near, row + 0.25), (far, row + 0.25), (far, row + 0.75), (near, row + 0.75)]
            shape = []
            for along, level in spots:
                top, bottom = 300 + 240 * along, 1060 - 180 * along
                shape.append(at(470 * along, top + (bottom - top) * level / 3))
            lit = (row * 5 + col * 3 + left) % 4 == 0
            c.poly(shape, BRASS if lit else SOOT)


@poster("workers-village-museum", SLATE)
def workers_village(c: Canvas) -> None:
    """The courtyard at dusk: three of the seven houses, washing on the line, a few windows lit."""
    c.disc(800, 330, 170, CREAM)
    c.rect(470, 520, 1130, 900, CREAM)
    c.poly([(440, 530), (560, 400), (1040, 400), (1160, 530)], SOOT)
    for row in range(3):
        for col in range(6):
            x, y = 512 + col * 102, 560 + row * 114
            lit = (row * 2 + col) % 3 == 0
            c.rect(x, y, x + 62, y + 74, BRASS if lit else SLATE)
            c.rect(x + 28, y, x + 34, y + 74, CREAM)
    c.rect(762, 800, 838, 900, FURNACE)
    dormitory(c, left=True)
    dormitory(c, left=False)
    c.poly([(470, 900), (1130, 900), (1600, 1130), (1600, 1200), (0, 1200), (0, 1130)], STEEL)
    c.poly([(740, 900), (860, 900), (1120, 1200), (480, 1200)], MIST)
    c.line([(300, 870), (800, 930), (1300, 870)], 6, SOOT)
    for x, color in ((430, CREAM), (540, BRASS), (650, FURNACE), (890, FURNACE), (1000, CREAM), (1110, BRASS)):
        rope = 930 - abs(x - 800) * 0.12
        c.poly([(x - 40, rope), (x + 40, rope - 2), (x + 40, rope + 96), (x - 40, rope + 104)], color)
    for x in (300, 1300):
        c.rect(x - 10, 850, x + 10, 1080, SOOT)


def wave(base: float, height: float, length: float, phase: float) -> list[tuple[float, float]]:
    return [(x, base + height * sin(x / length + phase)) for x in range(-20, 1641, 10)]


@poster("shenyang-pump-track-park", STEEL)
def pump_track(c: Canvas) -> None:
    """Rollers behind rollers, and one rider in the air over the highest."""
    c.disc(960, 470, 340, BRASS)
    layers = [(620, 70, 150, 0.4, MIST), (740, 90, 170, 2.0, SLATE), (860, 110, 190, 3.7, FURNACE)]
    layers += [(980, 80, 160, 0.6, CREAM), (1090, 60, 175, 2.4, SOOT)]
    for base, height, length, phase, color in layers:
        ridge = wave(base, height, length, phase)
        c.poly([*ridge, (1640, 1220), (-20, 1220)], color)
        edge = CREAM if color in (SLATE, FURNACE, SOOT) else SOOT
        c.line(wave(base + 26, height, length, phase), 7, edge)
    rider(c, 880, 420)


def rider(c: Canvas, x: float, y: float) -> None:
    wheels = ((x - 120, y + 130), (x + 130, y + 60))
    for wx, wy in wheels:
        c.ring(wx, wy, 66, 14, SOOT)
        c.disc(wx, wy, 12, SOOT)
    crank, seat, head = (x - 10, y + 100), (x - 50, y + 20), (x + 88, y - 50)
    c.line([wheels[0], crank, (x + 96, y - 20), seat, crank], 13, EMBER)
    c.line([wheels[0], seat], 13, EMBER)
    c.line([wheels[1], head], 13, SOOT)
    c.line([head, (x + 60, y - 62)], 14, SOOT)
    hip, shoulder = (x - 90, y - 70), (x + 10, y - 170)
    c.line([crank, (x + 20, y + 10), hip], 34, SOOT)
    c.line([hip, shoulder], 52, FURNACE)
    c.line([shoulder, (x + 70, y - 130), (x + 66, y - 62)], 26, FURNACE)
    c.disc(x + 50, y - 226, 44, CREAM)
    c.wedge(x + 50, y - 232, 56, 170, 370, SOOT)
    c.rect(x + 50, y - 240, x + 122, y - 226, SOOT, 6)
