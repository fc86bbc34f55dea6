from ducha.apps.accountability import views
from ducha.apps.pages.routes import Policy, page
from ducha.domain.rights import Right

READ = Policy(Right.READ_MEASURE)
ONE = "measures/<pid:measure>"

urlpatterns = [
    page("measures", views.measures, "accountability:measures", READ),
    page(
        "participations/<pid:participation>/measures/new",
        views.propose,
        "accountability:propose",
        Policy(Right.PROPOSE_MEASURE),
    ),
    page(ONE, views.measure, "accountability:measure", READ),
    page(f"{ONE}/approve", views.approve, "accountability:approve", Policy(Right.APPROVE_MEASURE)),
    page(f"{ONE}/decline", views.decline, "accountability:decline", Policy(Right.APPROVE_MEASURE)),
    page(f"{ONE}/issue", views.issue, "accountability:issue", Policy(Right.ISSUE_MEASURE)),
    page(f"{ONE}/answer", views.answer, "accountability:answer", Policy(Right.ANSWER_MEASURE)),
    page(f"{ONE}/end", views.end, "accountability:end", Policy(Right.ISSUE_MEASURE)),
]
