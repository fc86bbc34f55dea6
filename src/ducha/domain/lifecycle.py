"""The lifecycles of an inspection as tables: state × event → state, and the right the event needs.

A status is never typed: an event is recorded once, with who and when, and the state is the fold of the events.
`ducha reference` prints these tables and their diagrams into docs/reference/states.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ducha.domain.errors import NotNow, sentence
from ducha.domain.rights import Right


@dataclass(frozen=True)
class Transition:
    """One event: from which states it is possible, where it leads, which right it needs.

    `right` is None where the clock does it and no person (the seal at the deadline).
    """

    event: str
    sources: tuple[str, ...]
    target: str
    right: Right | None


@dataclass(frozen=True)
class Lifecycle:
    """All states of one kind of thing and the events between them."""

    name: str
    initial: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]

    def transition(self, event: str) -> Transition:
        """The transition of an event; KeyError for a word that is no event of this lifecycle."""
        for transition in self.transitions:
            if transition.event == event:
                return transition
        raise KeyError(event)

    def allows(self, state: str, event: str) -> bool:
        """Whether the event is possible in the state."""
        return state in self.transition(event).sources

    def after(self, state: str, event: str) -> str:
        """The state that follows; NotNow where the event is not possible in this state."""
        transition = self.transition(event)
        if state not in transition.sources:
            raise NotNow(
                sentence(
                    "“%(event)s” is not possible now, in the state “%(state)s”. Reload the page.",
                    event=event,
                    state=state,
                )
            )
        return transition.target

    def fold(self, events: Iterable[str]) -> str:
        """The state that a sequence of events leads to, from the initial state."""
        state = self.initial
        for event in events:
            state = self.after(state, event)
        return state

    def events_from(self, state: str) -> tuple[str, ...]:
        """The events that are possible in a state."""
        return tuple(t.event for t in self.transitions if state in t.sources)


def _lifecycle(name: str, states: str, *transitions: Transition) -> Lifecycle:
    words = tuple(states.split())
    used = {s for t in transitions for s in (*t.sources, t.target)}
    assert used <= set(words), f"{name}: {used - set(words)} is no state"
    return Lifecycle(name, words[0], words, transitions)


def _t(event: str, sources: str, target: str, right: Right | None) -> Transition:
    return Transition(event, tuple(sources.split()), target, right)


CAMPAIGN = _lifecycle(
    "campaign",
    "draft launched closed",
    _t("launch", "draft", "launched", Right.LAUNCH_CAMPAIGN),
    _t("close", "launched", "closed", Right.LAUNCH_CAMPAIGN),
)

# The report reaches the office when the head certifies it: that moment decides whether it is in time.
SELF_ASSESSMENT = _lifecycle(
    "self-inspection",
    "draft submitted certified returned accepted",
    _t("submit", "draft returned", "submitted", Right.SUBMIT),
    _t("take_back", "submitted", "draft", Right.SUBMIT),
    _t("decline", "submitted", "draft", Right.CERTIFY),
    _t("certify", "submitted", "certified", Right.CERTIFY),
    _t("return", "certified", "returned", Right.REVIEW_SELF_INSPECTION),
    _t("accept", "certified", "accepted", Right.REVIEW_SELF_INSPECTION),
)

VISIT = _lifecycle(
    "visit",
    "planned started ended cancelled",
    _t("start", "planned", "started", Right.VISIT),
    _t("end", "started", "ended", Right.VISIT),
    _t("cancel", "planned", "cancelled", Right.ARRANGE_FIELDWORK),
)

FINDING = _lifecycle(
    "finding",
    "raised confirmed handed_over objected acknowledged closed withdrawn",
    _t("confirm", "raised", "confirmed", Right.CONFIRM_FINDING),
    _t("hand_over", "confirmed", "handed_over", Right.HAND_OVER_FINDING),
    _t("acknowledge", "handed_over", "acknowledged", Right.ACKNOWLEDGE_FINDING),
    _t("object", "handed_over", "objected", Right.OBJECT),
    _t("uphold", "objected", "acknowledged", Right.DECIDE_OBJECTION),
    _t("sustain", "objected", "withdrawn", Right.DECIDE_OBJECTION),
    _t("withdraw", "raised confirmed handed_over acknowledged", "withdrawn", Right.DECIDE_WITHDRAWAL),
    _t("close", "acknowledged", "closed", Right.ACCEPT_RECTIFICATION),
)

RECTIFICATION = _lifecycle(
    "rectification",
    "underway submitted accepted",
    _t("submit", "underway", "submitted", Right.SUBMIT_RECTIFICATION),
    _t("return", "submitted", "underway", Right.ACCEPT_RECTIFICATION),
    _t("accept", "submitted", "accepted", Right.ACCEPT_RECTIFICATION),
)

MEASURE = _lifecycle(
    "measure",
    "proposed approved declined issued answered ended",
    _t("approve", "proposed", "approved", Right.APPROVE_MEASURE),
    _t("decline", "proposed", "declined", Right.APPROVE_MEASURE),
    _t("issue", "approved", "issued", Right.ISSUE_MEASURE),
    _t("answer", "issued", "answered", Right.ANSWER_MEASURE),
    _t("end", "issued answered", "ended", Right.ISSUE_MEASURE),
)

# Written by one, checked by a second person, approved by a leader; the number is given when it is issued.
PAPER = _lifecycle(
    "paper",
    "draft submitted checked approved issued discarded",
    _t("submit", "draft", "submitted", Right.WRITE_PAPER),
    _t("take_back", "submitted", "draft", Right.WRITE_PAPER),
    _t("check", "submitted", "checked", Right.CHECK_PAPER),
    _t("return", "submitted", "draft", Right.CHECK_PAPER),
    _t("approve", "checked", "approved", Right.APPROVE_PAPER),
    _t("decline", "checked", "draft", Right.APPROVE_PAPER),
    _t("issue", "approved", "issued", Right.ISSUE_PAPER),
    _t("discard", "draft submitted checked approved", "discarded", Right.WRITE_PAPER),
)

LIFECYCLES = (CAMPAIGN, SELF_ASSESSMENT, VISIT, FINDING, RECTIFICATION, MEASURE, PAPER)
