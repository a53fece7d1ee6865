"""Worked cases: those written by hand beside a scheme, and those made at every break of its rules."""
