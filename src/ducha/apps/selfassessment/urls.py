from ducha.apps.pages.routes import Policy, page
from ducha.apps.selfassessment import views
from ducha.domain.rights import Right

READ = Policy(Right.READ_SELF_INSPECTION)
ANSWER = Policy(Right.ANSWER)
REVIEW = Policy(Right.REVIEW_SELF_INSPECTION)
ONE = "self-inspections/<pid:assessment>"

urlpatterns = [
    page("campaigns/<pid:campaign>/launch", views.launch, "selfassessment:launch", Policy(Right.LAUNCH_CAMPAIGN)),
    page(
        "contradictions",
        views.contradictions,
        "selfassessment:contradictions",
        Policy(Right.READ_CONTRADICTION),
    ),
    page("self-inspections", views.assessments, "selfassessment:assessments", READ),
    page(ONE, views.assessment, "selfassessment:assessment", READ),
    page(f"{ONE}/workbook", views.workbook, "selfassessment:workbook", READ),
    page(f"{ONE}/workbook/send-back", views.send_workbook, "selfassessment:send_workbook", ANSWER),
    page(f"{ONE}/points/<pid:point>", views.answer, "selfassessment:answer", ANSWER),
    page(f"{ONE}/points/<pid:point>/autosave", views.autosave, "selfassessment:autosave", ANSWER),
    page(f"{ONE}/points/<pid:point>/problems/new", views.admit_problem, "selfassessment:admit_problem", ANSWER),
    page("admitted-problems/<pid:problem>/remove", views.remove_problem, "selfassessment:remove_problem", ANSWER),
    page(f"{ONE}/submit", views.submit, "selfassessment:submit", Policy(Right.SUBMIT)),
    page(f"{ONE}/take-back", views.take_back, "selfassessment:take_back", Policy(Right.SUBMIT)),
    page(f"{ONE}/certify", views.certify, "selfassessment:certify", Policy(Right.CERTIFY)),
    page(f"{ONE}/decline", views.decline, "selfassessment:decline", Policy(Right.CERTIFY)),
    page(f"{ONE}/return", views.send_back, "selfassessment:send_back", REVIEW),
    page(f"{ONE}/accept", views.accept, "selfassessment:accept", REVIEW),
    page("submissions/<pid:submission>", views.submission, "selfassessment:submission", READ),
]
