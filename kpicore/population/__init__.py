"""Many rows to a table of results: the columnar reader's values, given the flat form of DESIGN section 6."""
