"""Two versions of a scheme over the same figures: who moves, what it costs; and one run as a whole."""
