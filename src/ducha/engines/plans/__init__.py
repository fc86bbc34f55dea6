"""Reads an official inspection plan: outline, points, thresholds, stages and the rest, each with its lines."""

from ducha.engines.plans.amounts import UNITS
from ducha.engines.plans.editions import Change, Difference, StageChange, difference, marked, paired
from ducha.engines.plans.intake import (
    MAX_BYTES,
    Document,
    PlanRefused,
    document_of,
    is_plain,
    packed,
    read_document,
    read_file,
    text_of,
    unpacked,
)
from ducha.engines.plans.jsonshape import difference_to_json, thresholds_in, to_json
from ducha.engines.plans.moments import first_day, last_day
from ducha.engines.plans.parts import part_to_json
from ducha.engines.plans.reading import Reading, read_text
from ducha.engines.plans.values import Citation, Node, Point, Stage, Teams, Threshold, Warned

__all__ = [
    "MAX_BYTES",
    "UNITS",
    "Change",
    "Citation",
    "Difference",
    "Document",
    "Node",
    "PlanRefused",
    "Point",
    "Reading",
    "Stage",
    "StageChange",
    "Teams",
    "Threshold",
    "Warned",
    "difference",
    "difference_to_json",
    "document_of",
    "first_day",
    "is_plain",
    "last_day",
    "marked",
    "packed",
    "paired",
    "part_to_json",
    "read_document",
    "read_file",
    "read_text",
    "text_of",
    "thresholds_in",
    "to_json",
    "unpacked",
]
