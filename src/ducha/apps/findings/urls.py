from ducha.apps.findings import views
from ducha.apps.pages.routes import Policy, page
from ducha.domain.rights import Right

ONE = "findings/<pid:finding>"
RAISE = Policy(Right.RAISE_FINDING)

urlpatterns = [
    page("findings", views.ledger, "findings:ledger", Policy(Right.READ_FINDING)),
    page("good-practice", views.practices, "findings:practices", Policy(Right.READ_OVERVIEW)),
    page("participations/<pid:participation>/findings/new", views.raise_finding, "findings:raise", RAISE),
    page("participations/<pid:participation>/good-practice/new", views.note_practice, "findings:note_practice", RAISE),
    page(
        "verification/results/<pid:rule_result>/findings/new",
        views.raise_from_row,
        "findings:raise_from_row",
        Policy(Right.RAISE_DATA_FINDING),
    ),
    page(ONE, views.finding, "findings:finding", Policy(Right.READ_FINDING)),
    page(f"{ONE}/correct", views.correct, "findings:correct", Policy(Right.RAISE_DATA_FINDING)),
    page(f"{ONE}/confirm", views.confirm, "findings:confirm", Policy(Right.CONFIRM_FINDING)),
    page(f"{ONE}/hand-over", views.hand_over, "findings:hand_over", Policy(Right.HAND_OVER_FINDING)),
    page(f"{ONE}/acknowledge", views.acknowledge, "findings:acknowledge", Policy(Right.ACKNOWLEDGE_FINDING)),
    page(f"{ONE}/object", views.object_to, "findings:object", Policy(Right.OBJECT)),
    page(f"{ONE}/withdraw", views.ask_withdrawal, "findings:ask_withdrawal", Policy(Right.ASK_WITHDRAWAL)),
    page(
        "objections/<pid:objection>/decide",
        views.decide_objection,
        "findings:decide_objection",
        Policy(Right.DECIDE_OBJECTION),
    ),
    page(
        "withdrawals/<pid:withdrawal>/decide",
        views.decide_withdrawal,
        "findings:decide_withdrawal",
        Policy(Right.DECIDE_WITHDRAWAL),
    ),
]
