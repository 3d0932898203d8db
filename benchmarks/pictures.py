"""What a picture costs: from the upload to its stored files, and how much memory it takes at most.

Each picture is read and rendered in a process of its own, which tells its time, on the clock and of all processors, and
its peak, the whole application included; one is posted to the manage API as well, into a new database. The ratio is to
a yardstick of the same run: decoding the same photograph and encoding it again as a JPEG, once, both in processor time.
The last of each format are the worst that are taken: as many pixels as may be, coded in the way that takes the most
memory. Ends with 1 where a photograph of 12 megapixels, or any picture, takes more memory than it may; what takes more
time is marked, which means something on a machine that has nothing else to do.
"""

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 3
# Of a photograph of 12 megapixels: seconds on two processors, and megabytes.
TOLD, MOST_SECONDS, MOST_MEGABYTES = "JPEG, 12 MP", 1.5, 300
# Of any picture that is taken, with the limits as they are by default.
MOST_OF_ANY = 800


def photograph(width: int, height: int) -> Any:
    """Light, shapes and grain as of a camera: plain noise is larger than any photograph, plain colour smaller."""
    from PIL import Image

    dice = random.Random(12)
    made: Any = None
    for cells, share in ((8, 1.0), (32, 0.3), (128, 0.18), (512, 0.1), (2048, 0.06)):
        rows = max(1, cells * height // width)
        grain = Image.frombytes("RGB", (cells, rows), dice.randbytes(cells * rows * 3))
        grain = grain.resize((width, height), Image.Resampling.BICUBIC)
        made = grain if made is None else Image.blend(made, grain, share)
    return made


def examples(folder: Path) -> dict[str, Path]:
    """Files by what they are."""
    from PIL import Image, ImageCms

    large, most, webp = photograph(4000, 3000), (8164, 6123), (5772, 4330)
    huge = large.resize(most)
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    wide = plain.replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))  # sRGB itself is not converted
    exif = Image.Exif()
    exif[0x0112] = 6
    worst = {"exif": exif, "icc_profile": wide}
    turned = {"quality": 90, **worst}
    press = {"quality": 50, "subsampling": 0, "progressive": True, "exif": exif}
    made = {
        TOLD: ("large.jpg", large, {"quality": 90}),
        "JPEG, 12 MP, turned, with a profile": ("turned.jpg", large, turned),
        "PNG, 12 MP, see-through": ("large.png", _see_through(large), {}),
        "WebP, 12 MP": ("large.webp", large, {"quality": 85, "method": 0}),
        "JPEG, 2 MP": ("small.jpg", large.resize((1600, 1200)), {"quality": 90}),
        "JPEG, 50 MP": ("huge.jpg", huge, {"quality": 85}),
        "JPEG, 50 MP, progressive, CMYK, turned": ("press.jpg", huge.convert("CMYK"), press),
        "PNG, 50 MP, see-through, turned": ("huge.png", _in_blocks(large, most), worst),
        "WebP, 25 MP, turned, with a profile": ("huge.webp", large.resize(webp), {**turned, "method": 0}),
        "WebP, 25 MP, lossless, see-through": ("blocks.webp", _in_blocks(large, webp), {**worst, "lossless": True}),
    }
    for name, picture, options in made.values():
        picture.save(folder / name, **options)
    return {title: folder / name for title, (name, _picture, _options) in made.items()}


def _see_through(picture: Any) -> Any:
    from PIL import Image

    seen = picture.resize((400, 300)).resize(picture.size).convert("RGBA")  # without grain: else it weighs too much
    seen.putalpha(Image.linear_gradient("L").resize(picture.size))
    return seen


def _in_blocks(picture: Any, size: tuple[int, int]) -> Any:
    """As large as may be, and light enough to be taken."""
    from PIL import Image

    blocks = picture.resize((40, 30)).convert("RGBA")
    blocks.putalpha(Image.linear_gradient("L").resize(blocks.size))
    return blocks.resize(size, Image.Resampling.NEAREST)


def peak() -> float:
    """Megabytes that this process has held at most."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1000


def start(folder: str) -> None:
    os.environ.update({"DEBUG": "true", "VAR": folder, "DJANGO_SETTINGS_MODULE": "tourism.settings"})
    import django

    django.setup()


def one(path: str, what: str) -> None:
    """In a process of its own: prints seconds, megabytes at the end, and how many files were made how large."""
    with tempfile.TemporaryDirectory() as folder:
        start(folder)
        from media.preparing import prepare

        raw = io.BytesIO(Path(path).read_bytes())
        before = time.perf_counter(), time.process_time()
        if what == "yardstick":
            from PIL import Image

            with Image.open(raw) as picture:
                picture.convert("RGB").save(io.BytesIO(), "JPEG", quality=90)
            found: Any = []
        elif what == "avif":
            from media.originals import read_original
            from media.renditions import render

            original = read_original(raw)
            before = time.perf_counter(), time.process_time()
            found = [len(piece.content) for piece in render(original.content, kinds=("avif",)).pieces]
        elif what == "posted":
            before, found = posted(raw)
        else:
            found = [piece.bytes for piece in prepare(raw).pieces]
        spent = time.perf_counter() - before[0], time.process_time() - before[1]
        print(json.dumps([*spent, peak(), len(found), sum(found)]))


def posted(file: Any) -> tuple[tuple[float, float], list[int]]:
    """By the door: the form is read, the picture made and written, the answer worded. When it began, and the files."""
    from django.core.management import call_command
    from django.test import Client

    from core.models import User
    from media.models import Rendition

    call_command("migrate", verbosity=0)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.create_superuser("bench"))
    file.name = "large.jpg"
    form = {"file": file, "alt": json.dumps({"zh-Hans": "塔"}), "credit": "Archive"}
    before = time.perf_counter(), time.process_time()
    answer = client.post("/api/v1/manage/images", form)
    assert answer.status_code == 201, answer.content
    return before, list(Rendition.objects.values_list("bytes", flat=True))


def measured(path: Path, what: str) -> list[float]:
    """The quickest of some rounds: others take the processors now and then."""
    command = [sys.executable, "-m", "benchmarks.pictures", "--one", str(path), "--what", what]
    rounds = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _round in range(ROUNDS)]
    return min(rounds)


def run() -> int:
    with tempfile.TemporaryDirectory() as folder:
        files = examples(Path(folder))
        first = next(iter(files.values()))
        yardstick = measured(first, "yardstick")[1]
        print(f"yardstick: decoding 12 MP and encoding them once takes {yardstick * 1000:.0f} ms of processor time\n")
        print(f"{'':40}{'ms':>8}{'CPU ms':>8}{'ratio':>8}{'MB':>8}{'files':>8}{'KB':>8}")
        too_much = False
        tasks = [(title, path, "prepare") for title, path in files.items()]
        tasks.append(("the first, posted to manage/images", first, "posted"))
        tasks.append(("the first as AVIF, in the queue", first, "avif"))
        for title, path, what in tasks:
            seconds, busy, megabytes, count, size = measured(path, what)
            held = title == TOLD
            heavy = megabytes > (MOST_MEGABYTES if held else MOST_OF_ANY)
            too_much = too_much or heavy
            mark = "  slow" if held and seconds > MOST_SECONDS else ""
            mark += "  too much memory" if heavy else ""
            print(
                f"{title:40}{seconds * 1000:8.0f}{busy * 1000:8.0f}{busy / yardstick:8.1f}{megabytes:8.0f}{count:8.0f}"
                f"{size / 1000:8.0f}{mark}"
            )
    return int(too_much)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--what", default="prepare", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        one(chosen.one, chosen.what)
    else:
        sys.exit(run())
