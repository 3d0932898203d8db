"""The environment of the tests, set before Django reads its settings."""

import gc
import os
from pathlib import Path

VAR = Path(os.environ.get("TEST_VAR") or Path(__file__).resolve().parent.parent / "var" / "tests")
(VAR / "static").mkdir(parents=True, exist_ok=True)

os.environ["DEBUG"] = "true"
os.environ["VAR"] = str(VAR)
os.environ["PUBLIC_ORIGIN"] = "https://tiexi.example"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["ANSWER_CACHE_SECONDS"] = "0"
os.environ["HOURS_DAYS_AHEAD"] = "45"  # quicker to write
os.environ["API_REQUESTS_PER_MINUTE"] = "1000000"
os.environ["REVIEWS_REQUIRED"] = "1"
for name in ("STORAGE_URL", "MEDIA_URL"):  # whatever store this machine has, tests write into a folder of their own
    os.environ.pop(name, None)

gc.disable()  # until everything is imported and collected: tests/conftest.py
