"""A scheme shown: as plain data, and as a person reads it."""
