"""The columnar reader: cells to Polars expressions, and the exact values of many rows at once."""
