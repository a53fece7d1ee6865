"""The least that a person must change for the next band, grade or level, and by how much the present one is held."""
