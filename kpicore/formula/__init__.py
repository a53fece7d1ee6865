"""Formulas: the nodes that every reader reads, and the text that becomes them."""
