"""The halls of the industrial museum, one object each."""

from math import cos, sin

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


@poster("cim-general-history-hall", SLATE)
def general_history(c: Canvas) -> None:
    """History as steps: each column higher than the last, each carrying a larger gear."""
    c.rays(1330, 250, 28, STEEL, turn=4)
    c.disc(1330, 250, 250, BRASS)
    steps = [(160, 900, 90, CREAM), (440, 770, 116, FURNACE), (760, 600, 146, CREAM), (1130, 400, 190, FURNACE)]
    for index, (x, top, radius, color) in enumerate(steps):
        width = radius * 1.5
        c.rect(x - width / 2, top, x + width / 2, 1200, SOOT if index % 2 else COAL)
        c.rect(x - width / 2 - 18, top, x + width / 2 + 18, top + 34, MIST)
        for groove in (-0.25, 0, 0.25):
            c.rect(x + width * groove - 7, top + 70, x + width * groove + 7, 1120, STEEL)
        c.gear(x, top - radius + 4, radius, 12, color, SLATE if index < 3 else BRASS, turn=15)
    c.rect(0, 1120, 1600, 1200, EMBER)


@poster("cim-machine-tool-hall", MIST)
def lathe(c: Canvas) -> None:
    """The chuck seen end-on; tool, turned part and a curl of swarf make the diagonal."""
    c.poly([(0, 1200), (0, 700), (1600, 980), (1600, 1200)], SLATE)
    c.disc(600, 570, 480, SOOT)
    c.disc(600, 570, 440, STEEL)
    c.ring(600, 570, 350, 10, SOOT)
    c.ring(600, 570, 250, 10, SLATE)
    for angle in (-90, 30, 150):
        ends = [polar(600, 570, r, angle + d) for r, d in ((400, -11), (400, 11), (150, 26), (150, -26))]
        c.poly(ends, SOOT)
        for radius in (220, 290, 360):
            c.disc(*polar(600, 570, radius, angle), 16, BRASS)
    c.disc(600, 570, 160, FURNACE)
    c.disc(600, 570, 96, EMBER)
    c.poly([(745, 570), (930, 500), (1600, 500), (1600, 700), (900, 700)], COAL)
    c.poly([(745, 570), (930, 500), (960, 570), (880, 640)], BRASS)
    for x in (1100, 1260, 1420):
        c.disc(x, 600, 34, MIST)
        c.line([(x - 18, 582), (x + 18, 618)], 9, COAL)
    curl = [(770 + t * 2.6 + 80 * sin(t * 0.12), 520 - t * 1.15 - 80 * cos(t * 0.12)) for t in range(280)]
    c.line(curl, 26, SOOT)
    c.line(curl, 14, FURNACE)


@poster("cim-foundry-hall", SOOT)
def casting(c: Canvas) -> None:
    """The moment of the pour: everything dark but the iron."""
    for radius, color in ((640, COAL), (500, SLATE), (360, EMBER), (230, FURNACE)):
        c.disc(1010, 880, radius, color)
    c.rect(0, 90, 1600, 140, STEEL)
    for x in range(40, 1600, 120):
        c.line([(x, 140), (x + 60, 90)], 8, SOOT)
    c.rect(470, 140, 730, 200, MIST)
    c.line([(600, 200), (600, 330)], 20, MIST)
    c.line([(380, 560), (600, 330), (860, 470)], 20, STEEL)
    c.poly([(300, 470), (830, 350), (960, 420), (900, 810), (520, 900), (380, 800)], MIST)
    c.poly([(300, 470), (470, 432), (560, 892), (520, 900), (380, 800)], CREAM)
    c.poly([(345, 610), (930, 480), (920, 540), (360, 668)], COAL)
    c.poly([(480, 430), (830, 350), (960, 420), (640, 470)], BRASS)
    c.poly([(900, 384), (960, 414), (1050, 560), (1056, 1010), (984, 1010), (980, 600)], BRASS)
    c.poly([(1000, 520), (1024, 560), (1030, 1010), (1008, 1010)], CREAM)
    c.poly([(700, 1010), (1340, 1010), (1290, 1200), (750, 1200)], COAL)
    c.rect(670, 980, 1370, 1026, STEEL)
    c.rect(930, 980, 1110, 1004, BRASS)
    c.rect(0, 1150, 1600, 1200, EMBER)
    for index in range(26):
        spark = polar(1040, 990, 140 + index * index * 97 % 410, 276 + index * 61 % 79)
        c.star(*spark, 10 + index % 3 * 6, BRASS if index % 2 else CREAM, points=4, inner=0.3)


@poster("cim-automobile-hall", FURNACE)
def automobile(c: Canvas) -> None:
    """A saloon in profile before a striped sun, as on a dashboard badge."""
    c.disc(800, 560, 430, BRASS)
    for index, y in enumerate(range(600, 900, 58)):
        c.rect(340, y, 1260, y + 10 + index * 6, FURNACE)
    c.rect(0, 960, 1600, 1200, SOOT)
    for x in range(40, 1600, 260):
        c.rect(x, 1080, x + 150, 1100, CREAM)
    body = [(190, 900), (190, 790), (250, 730), (480, 690), (640, 520), (1010, 520), (1170, 690), (1370, 730)]
    c.poly([*body, (1420, 800), (1420, 900)], SOOT)
    c.poly([(530, 690), (660, 560), (800, 560), (800, 690)], MIST)
    c.poly([(840, 690), (840, 560), (990, 560), (1100, 690)], MIST)
    c.poly([(530, 690), (660, 560), (700, 560), (570, 690)], CREAM)
    c.rect(190, 780, 1420, 806, EMBER)
    c.rect(820, 730, 900, 746, MIST, 8)
    c.disc(1372, 766, 34, CREAM)
    c.rect(188, 740, 226, 790, FURNACE, 8)
    for x in (420, 1180):
        c.wedge(x, 900, 160, 180, 360, FURNACE)
        c.disc(x, 900, 132, SOOT)
        c.disc(x, 900, 78, MIST)
        c.gear(x, 900, 66, 8, SLATE, CREAM)
    c.rect(160, 876, 300, 912, MIST, 14)
    c.rect(1310, 876, 1450, 912, MIST, 14)


@poster("cim-tiexi-hall", CREAM)
def district_map(c: Canvas) -> None:
    """The district from above: Tiexi means west of the railway, so the line divides the picture."""
    colors = [SLATE, STEEL, MIST, SLATE, FURNACE, STEEL, MIST, BRASS, SLATE, COAL]
    for row in range(8):
        for col in range(10):
            x, y = 20 + col * 160, 20 + row * 150
            color = colors[(row * 7 + col * 3) % len(colors)]
            split = (row + col * 2) % 5
            if split == 0:
                c.rect(x, y, x + 140, y + 60, color)
                c.rect(x, y + 76, x + 140, y + 130, colors[(row + col) % 4])
            elif split == 3:
                c.rect(x, y, x + 62, y + 130, color)
                c.rect(x + 78, y, x + 140, y + 130, STEEL)
            else:
                c.rect(x, y, x + 140, y + 130, color)
    c.poly([(1020, 0), (1330, 0), (1010, 1200), (700, 1200)], CREAM)
    c.poly([(1060, 0), (1290, 0), (970, 1200), (740, 1200)], SOOT)
    for index in range(20):
        y = 30 + index * 62
        mid = 1175 - y * 0.267
        c.poly([(mid - 96, y - 24), (mid + 88, y + 26), (mid + 80, y + 46), (mid - 104, y - 4)], EMBER)
    for offset in (-48, 44):
        c.line([(1175 + offset, -20), (855 + offset, 1220)], 16, CREAM)
    c.disc(420, 545, 190, CREAM)
    c.gear(420, 545, 160, 12, FURNACE, CREAM, turn=15)


@poster("cim-metallurgical-machinery-area", SLATE)
def rolling_mill(c: Canvas) -> None:
    """Thick and dark on one side, thin and bright on the other: what a mill does."""
    c.rect(0, 0, 1600, 120, SOOT)
    c.rect(0, 1080, 1600, 1200, SOOT)
    for x in (520, 1080):
        c.rect(x - 250, 60, x + 250, 1140, COAL)
        c.rect(x - 190, 120, x + 190, 1080, STEEL)
    c.poly([(0, 480), (520, 530), (1080, 570), (1600, 580), (1600, 620), (1080, 630), (520, 670), (0, 720)], FURNACE)
    c.poly([(0, 596), (520, 560), (1080, 580), (1600, 588), (1600, 614), (1080, 622), (520, 640), (0, 604)], BRASS)
    for x, gap in ((520, 72), (1080, 32)):
        for y in (600 - gap - 210, 600 + gap + 210):
            c.disc(x, y, 210, SOOT)
            c.disc(x, y, 186, MIST)
            c.wedge(x, y, 186, 100, 280, CREAM)
            c.disc(x, y, 76, COAL)
            for angle in range(0, 360, 60):
                c.disc(*polar(x, y, 130, angle), 14, COAL)
    for x in (520, 1080):
        c.rect(x - 60, 0, x + 60, 90, BRASS)
        c.rect(x - 60, 1110, x + 60, 1200, BRASS)


@poster("cim-foreign-machine-tool-area", EMBER)
def abroad(c: Canvas) -> None:
    """A globe that meshes with a gear: machines from elsewhere, at work here."""
    c.poly([(0, 1200), (1600, 0), (1600, 1200)], FURNACE)
    c.gear(540, 640, 520, 18, SOOT, EMBER, turn=10)
    c.disc(540, 640, 400, CREAM)
    for rx in (130, 280):
        for width in range(14):
            box = [(540 - rx - width, 240), (540 + rx + width, 1040)]
            c.pen.ellipse([(x * 2, y * 2) for x, y in box], outline=SLATE, width=3)
    c.rect(532, 240, 548, 1040, SLATE)
    for y, half in ((440, 346), (640, 400), (840, 346)):
        c.rect(540 - half, y - 8, 540 + half, y + 8, SLATE)
    c.ring(540, 640, 404, 24, SLATE)
    c.gear(1235, 345, 310, 11, BRASS, FURNACE, turn=2)
    c.ring(1235, 345, 205, 18, SOOT)
    for angle in range(0, 360, 60):
        c.disc(*polar(1235, 345, 160, angle + 20), 24, SOOT)
    c.disc(1235, 345, 60, SOOT)
    c.gear(1290, 960, 210, 9, MIST, SOOT, turn=8)
