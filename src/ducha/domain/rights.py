"""Who may do what, by role: role × right.

Which objects a role reaches is decided by each app's `access.py`; this table says only what a role may do
with an object it reaches. `ducha reference` prints it into docs/reference/rights.md.
"""

from enum import StrEnum


class Role(StrEnum):
    """A person's part in an organisation; a person may hold several, one at a time."""

    OFFICE = "office"
    LIAISON = "liaison"
    UNIT_HEAD = "unit_head"
    INSPECTOR = "inspector"
    LEADER = "leader"
    DISCIPLINE = "discipline"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    AUDITADMIN = "auditadmin"


class Right(StrEnum):
    """What can be done, in the words of the field."""

    READ_CAMPAIGN = "read_campaign"
    PREPARE_CAMPAIGN = "prepare_campaign"
    LAUNCH_CAMPAIGN = "launch_campaign"
    AMEND_CAMPAIGN = "amend_campaign"
    READ_ORGANISATIONS = "read_organisations"
    KEEP_ORGANISATIONS = "keep_organisations"
    KEEP_PEOPLE = "keep_people"
    KEEP_SYSTEM = "keep_system"
    READ_EVIDENCE = "read_evidence"
    ADD_EVIDENCE = "add_evidence"
    READ_SELF_INSPECTION = "read_self_inspection"
    ANSWER = "answer"
    SUBMIT = "submit"
    CERTIFY = "certify"
    REVIEW_SELF_INSPECTION = "review_self_inspection"
    READ_LEDGER = "read_ledger"
    SEND_LEDGER = "send_ledger"
    SEND_LEDGER_FOR_ALL = "send_ledger_for_all"
    RUN_CHECK = "run_check"
    READ_RESULT = "read_result"
    COMPARE_RESULTS = "compare_results"
    READ_VIOLATION = "read_violation"
    EXPLAIN_VIOLATION = "explain_violation"
    UNMASK = "unmask"
    READ_PARTY = "read_party"
    READ_CONTRADICTION = "read_contradiction"
    ARRANGE_FIELDWORK = "arrange_fieldwork"
    READ_FIELDWORK = "read_fieldwork"
    VISIT = "visit"
    READ_FINDING = "read_finding"
    RAISE_FINDING = "raise_finding"
    RAISE_DATA_FINDING = "raise_data_finding"
    CONFIRM_FINDING = "confirm_finding"
    HAND_OVER_FINDING = "hand_over_finding"
    ACKNOWLEDGE_FINDING = "acknowledge_finding"
    OBJECT = "object"
    DECIDE_OBJECTION = "decide_objection"
    ASK_WITHDRAWAL = "ask_withdrawal"
    DECIDE_WITHDRAWAL = "decide_withdrawal"
    RECTIFY = "rectify"
    SUBMIT_RECTIFICATION = "submit_rectification"
    ACCEPT_RECTIFICATION = "accept_rectification"
    READ_MEASURE = "read_measure"
    PROPOSE_MEASURE = "propose_measure"
    APPROVE_MEASURE = "approve_measure"
    ISSUE_MEASURE = "issue_measure"
    ANSWER_MEASURE = "answer_measure"
    READ_PAPER = "read_paper"
    WRITE_PAPER = "write_paper"
    CHECK_PAPER = "check_paper"
    APPROVE_PAPER = "approve_paper"
    ISSUE_PAPER = "issue_paper"
    ACKNOWLEDGE_PAPER = "acknowledge_paper"
    READ_OVERVIEW = "read_overview"
    READ_AUDIT_TRAIL = "read_audit_trail"
    READ_RECEIPT = "read_receipt"
    READ_NOTICES = "read_notices"


_O, _L, _H, _I = Role.OFFICE, Role.LIAISON, Role.UNIT_HEAD, Role.INSPECTOR
_G, _D = Role.LEADER, Role.DISCIPLINE
_SYS, _SEC, _AUD = Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN

GRANTS: dict[Right, frozenset[Role]] = {
    Right.READ_CAMPAIGN: frozenset({_O, _L, _H, _I, _G}),
    Right.PREPARE_CAMPAIGN: frozenset({_O}),
    Right.LAUNCH_CAMPAIGN: frozenset({_O}),
    Right.AMEND_CAMPAIGN: frozenset({_O}),
    Right.READ_ORGANISATIONS: frozenset({_O, _SEC}),
    Right.KEEP_ORGANISATIONS: frozenset({_O}),
    Right.KEEP_PEOPLE: frozenset({_SEC}),
    Right.KEEP_SYSTEM: frozenset({_SYS}),
    Right.READ_EVIDENCE: frozenset({_O, _L, _H, _I, _G}),
    Right.ADD_EVIDENCE: frozenset({_O, _L, _I}),
    Right.READ_SELF_INSPECTION: frozenset({_O, _L, _H, _I, _G}),
    Right.ANSWER: frozenset({_L}),
    Right.SUBMIT: frozenset({_L}),
    Right.CERTIFY: frozenset({_H}),
    Right.REVIEW_SELF_INSPECTION: frozenset({_O}),
    Right.READ_LEDGER: frozenset({_O, _L, _H, _I}),
    Right.SEND_LEDGER: frozenset({_L}),
    Right.SEND_LEDGER_FOR_ALL: frozenset({_O}),
    Right.RUN_CHECK: frozenset({_O}),
    Right.READ_RESULT: frozenset({_O, _L, _H, _I, _G}),
    Right.COMPARE_RESULTS: frozenset({_O, _I, _G}),
    Right.READ_VIOLATION: frozenset({_O, _L, _H, _I}),
    Right.EXPLAIN_VIOLATION: frozenset({_L}),
    Right.UNMASK: frozenset({_O, _I}),
    Right.READ_PARTY: frozenset({_O, _I}),
    Right.READ_CONTRADICTION: frozenset({_O, _L, _H, _I, _G}),
    Right.ARRANGE_FIELDWORK: frozenset({_O}),
    Right.READ_FIELDWORK: frozenset({_O, _L, _H, _I, _G}),
    Right.VISIT: frozenset({_I}),
    Right.READ_FINDING: frozenset({_O, _L, _H, _I, _G}),
    Right.RAISE_FINDING: frozenset({_I}),
    Right.RAISE_DATA_FINDING: frozenset({_O, _I}),
    Right.CONFIRM_FINDING: frozenset({_I}),
    Right.HAND_OVER_FINDING: frozenset({_I}),
    Right.ACKNOWLEDGE_FINDING: frozenset({_L, _H}),
    Right.OBJECT: frozenset({_L, _H}),
    Right.DECIDE_OBJECTION: frozenset({_O}),
    Right.ASK_WITHDRAWAL: frozenset({_I}),
    Right.DECIDE_WITHDRAWAL: frozenset({_O}),
    Right.RECTIFY: frozenset({_L}),
    Right.SUBMIT_RECTIFICATION: frozenset({_L}),
    Right.ACCEPT_RECTIFICATION: frozenset({_O, _I}),
    Right.READ_MEASURE: frozenset({_O, _L, _H, _G, _D}),
    Right.PROPOSE_MEASURE: frozenset({_O}),
    Right.APPROVE_MEASURE: frozenset({_G}),
    Right.ISSUE_MEASURE: frozenset({_O}),
    Right.ANSWER_MEASURE: frozenset({_L, _H}),
    Right.READ_PAPER: frozenset({_O, _L, _H, _I, _G, _D}),
    Right.WRITE_PAPER: frozenset({_O}),
    Right.CHECK_PAPER: frozenset({_O}),
    Right.APPROVE_PAPER: frozenset({_G}),
    Right.ISSUE_PAPER: frozenset({_O}),
    Right.ACKNOWLEDGE_PAPER: frozenset({_L, _H}),
    Right.READ_OVERVIEW: frozenset({_O, _G}),
    Right.READ_AUDIT_TRAIL: frozenset({_AUD, _D}),
    Right.READ_RECEIPT: frozenset({_L, _H, _O}),
    Right.READ_NOTICES: frozenset({_O, _L, _H, _I, _G, _D}),
}


def may(role: str, right: Right) -> bool:
    """Whether a role holds a right; a word that is no role holds none."""
    return role in GRANTS[right]
