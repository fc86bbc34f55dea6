"""Rules as data files: what a ledger is held against, readable and writable without programming."""

from ducha.engines.ledgers.rules.language import Node, RuleFault, parse
from ducha.engines.ledgers.rules.reading import Limit, Rule, read_rules

__all__ = ["Limit", "Node", "Rule", "RuleFault", "parse", "read_rules"]
