"""The rule kinds that kpicore brings: small classes, each of which lowers itself to nodes, most of them a curve."""

from kpicore.rules.bands import Bands
from kpicore.rules.choice import Choice
from kpicore.rules.conditions import Conditions
from kpicore.rules.count import Accrue, Deduct
from kpicore.rules.rank import Rank
from kpicore.rules.slope import Proportion, Ramp, Straight

STANDARD = (Accrue, Bands, Choice, Conditions, Deduct, Proportion, Ramp, Rank, Straight)

__all__ = ["STANDARD", "Accrue", "Bands", "Choice", "Conditions", "Deduct", "Proportion", "Ramp", "Rank", "Straight"]
