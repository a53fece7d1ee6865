"""The readers that compute: exact (one person), and those for populations."""
