"""Scoring Spark DataFrames: each worker scores its part by the columnar reader, and rows that look at one another are
brought together first."""

from kpicore.engines.spark.frame import problems, score

__all__ = ["problems", "score"]
