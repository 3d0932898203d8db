"""``python -m tourism.demo.posters [folder]`` writes every poster as PNG."""

import sys
from pathlib import Path

from tourism.demo.posters import write_all

IMAGES = Path(__file__).resolve().parent.parent / "images"

if __name__ == "__main__":
    for path in write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES):
        sys.stdout.write(f"{path.name} {path.stat().st_size}\n")
