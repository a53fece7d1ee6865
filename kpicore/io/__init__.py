"""Figures in and results out."""
