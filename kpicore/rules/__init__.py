"""The rule kinds that kpicore brings: small classes, each of which lowers itself to nodes, most of them a curve."""

from kpicore.rules.bands import Bands
from kpicore.rules.checklist import Checklist
from kpicore.rules.choice import Choice
from kpicore.rules.conditions import Conditions
from kpicore.rules.count import Accrue, Deduct
from kpicore.rules.levels import Levels
from kpicore.rules.rank import Rank
from kpicore.rules.slope import Proportion, Ramp, Straight

STANDARD = (Accrue, Bands, Checklist, Choice, Conditions, Deduct, Levels, Proportion, Ramp, Rank, Straight)

__all__ = [
    "STANDARD",
    "Accrue",
    "Bands",
    "Checklist",
    "Choice",
    "Conditions",
    "Deduct",
    "Levels",
    "Proportion",
    "Ramp",
    "Rank",
    "Straight",
]
