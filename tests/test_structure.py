"""The shape of the code: what imports what, how long a file and a function may be, what no file may name."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ("core", "organizers", "media", "venues", "events", "discovery", "tourism")
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60
TEXTS = {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".yaml", ".po", ".sh", ""}
# An absolute path into a folder of one machine, which no file of a project has a reason to name.
FOREIGN = re.compile(r"""(?<![\w./:-])/(?:work|home|root|Users)/\w+""")


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def project_files() -> list[Path]:
    """What git holds or would hold; every file where this is no clone."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        hidden = {".venv", "var", ".git", "__pycache__"}
        return [path for path in ROOT.rglob("*") if path.is_file() and not hidden & set(path.parts)]
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_imports_keep_their_contracts() -> None:
    code = "from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contracts: 3 kept, 0 broken." in done.stdout


def test_every_app_is_under_the_contract() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps == set(APPS)
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f"layers = {list(reversed(APPS))}".replace("'", '"') in contract


def test_no_file_outgrows_its_limit() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*APPS, "benchmarks")}
    assert len(lines) > 60
    assert {str(path.relative_to(ROOT)): count for path, count in lines.items() if count >= MOST_LINES_OF_A_FILE} == {}


def test_no_function_outgrows_its_limit() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}: {name}": length
        for path in python_files(*APPS, "benchmarks", "scripts", "tests")
        for name, length in functions(path)
    }
    assert len(lengths) > 300
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


def test_no_file_names_a_folder_of_one_machine() -> None:
    named = []
    for path in project_files():
        if path.suffix in TEXTS and "vendor" not in path.parts:
            text = path.read_text(encoding="utf-8")
            named += [f"{path.relative_to(ROOT)}: {found}" for found in FOREIGN.findall(text)]
    assert named == []


def test_git_ignores_what_a_machine_makes_and_keeps_the_media_app() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/var/", "/.venv/", "__pycache__/"} <= set(ignored)
    assert not any(line.strip("/") == "media" for line in ignored if not line.startswith("#"))


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "Makefile"])
def test_the_frame_has_its_documents(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").split()) > 100
