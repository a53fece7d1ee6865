"""Draws by lot from a roster that anybody can make again: who is drawn, the list of them, and the check of a list."""

from kpicore.draw.lot import VERSION, Draw, Terms, draw_people

__all__ = ["VERSION", "Draw", "Terms", "draw_people"]
