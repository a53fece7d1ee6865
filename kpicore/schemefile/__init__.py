"""Scheme files: TOML to a model, with every mistake placed; and the format's JSON Schema."""

from kpicore.schemefile.load import FileScheme, load_raw, load_scheme
from kpicore.schemefile.parse import parse_scheme
from kpicore.schemefile.raw import RawScheme, raw_scheme
from kpicore.schemefile.schema import json_schema

__all__ = ["FileScheme", "RawScheme", "json_schema", "load_raw", "load_scheme", "parse_scheme", "raw_scheme"]
