"""Whole columns of figures, read as strictly as single ones are (`kpicore.figure.read`)."""

from kpicore.columns.column import Column
from kpicore.columns.reading import read_column, unreadable_cells

__all__ = ["Column", "read_column", "unreadable_cells"]
