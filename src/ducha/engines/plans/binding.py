"""Which rule computes a number that a point asks for: told by the words around it."""

from collections.abc import Sequence

from ducha.domain.rules import rule_for
from ducha.engines.plans.values import Threshold

_ENDS = "。；;"
_PAUSES = "，," + _ENDS


def rule_ids(text: str, asked: Sequence[Threshold]) -> list[str | None]:
    """The rule of each number of a text, in order, or None: the clause around it, without that of its neighbours."""
    places: list[tuple[int, int]] = []
    for threshold in asked:
        start = text.find(threshold.text, places[-1][1] if places else 0)
        start = start if start >= 0 else text.find(threshold.text)
        places.append((start, start + len(threshold.text)))
    found = []
    for nth, threshold in enumerate(asked):
        before = places[nth - 1][1] if nth else 0
        after = places[nth + 1][0] if nth + 1 < len(asked) else len(text)
        rule = rule_for(_clause(text, places[nth], before, after), threshold.unit)
        found.append(rule.id if rule else None)
    return found


def _clause(text: str, place: tuple[int, int], before: int, after: int) -> str:
    start = max(text.rfind(end, 0, place[0]) for end in _ENDS) + 1
    end = min((at for sign in _ENDS if (at := text.find(sign, place[1])) >= 0), default=len(text))
    if after < end:
        # Of two numbers in one clause each has the words up to the pause before the next.
        end = max(place[1], max(text.rfind(pause, 0, after) for pause in _PAUSES))
    return text[max(start, before) : end]
