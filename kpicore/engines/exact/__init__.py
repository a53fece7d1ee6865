"""The exact reader: cells to straight-line Python over whole numbers, and the values of one row."""

from kpicore.engines.exact.engine import ExactReader, Output, Program, Want
from kpicore.engines.exact.raw import Short, ShortWays

__all__ = ["ExactReader", "Output", "Program", "Short", "ShortWays", "Want"]
