"""How far a long command has come: a bar on a terminal, a line at each tenth elsewhere."""

from typing import Any

WIDTH = 30


class Progress:
    def __init__(self, out: Any, total: int) -> None:
        self.out, self.total, self.done = out, total, 0
        self.bar = bool(out.isatty())

    def step(self) -> None:
        """One more is done."""
        tenth = self.done * 10 // self.total
        self.done += 1
        if self.bar:
            full = WIDTH * self.done // self.total
            end = "\n" if self.done == self.total else ""
            self.out.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {self.done}/{self.total}", ending=end)
            self.out.flush()
        elif self.done * 10 // self.total > tenth:
            self.out.write(f"{self.done}/{self.total}")
