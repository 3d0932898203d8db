"""Posters that stand in for photographs: nobody's rights are touched, and the same code always draws the same file."""

from tourism.demo.posters import cups, halls, kinds, machines, streets, works
from tourism.demo.posters.canvas import POSTERS, draw, write_all

__all__ = ["POSTERS", "cups", "draw", "halls", "kinds", "machines", "streets", "works", "write_all"]
