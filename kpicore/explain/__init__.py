"""Explanations: every figure's way into a result, as records, in words and as plain data."""

from kpicore.explain.data import explanation_data
from kpicore.explain.prose import explanation_text
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation

__all__ = ["Explanation", "explain", "explanation_data", "explanation_text"]
