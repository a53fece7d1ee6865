"""Proofs about a scheme before it is used."""
