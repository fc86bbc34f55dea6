from ducha.apps.pages.routes import Policy, page
from ducha.apps.rectification import views
from ducha.domain.rights import Right

READ = Policy(Right.READ_FINDING)
RECTIFY = Policy(Right.RECTIFY)
ONE = "rectifications/<pid:rectification>"

urlpatterns = [
    page("rectifications", views.rectifications, "rectification:rectifications", READ),
    page("rectifications/workbook", views.workbook, "rectification:workbook", READ),
    page("rectifications/workbook/send-back", views.send_back, "rectification:send_back", RECTIFY),
    page("findings/<pid:finding>/rectify", views.open_for, "rectification:open", RECTIFY),
    page(ONE, views.rectification, "rectification:rectification", READ),
    page(f"{ONE}/measures/new", views.add_measure, "rectification:add_measure", RECTIFY),
    page(f"{ONE}/progress", views.note_progress, "rectification:note_progress", RECTIFY),
    page(f"{ONE}/submit", views.submit, "rectification:submit", Policy(Right.SUBMIT_RECTIFICATION)),
    page(f"{ONE}/accept", views.accept, "rectification:accept", Policy(Right.ACCEPT_RECTIFICATION)),
    page(
        "corrective-actions/<pid:corrective_action>/change",
        views.change_measure,
        "rectification:change_measure",
        RECTIFY,
    ),
    page(
        "corrective-actions/<pid:corrective_action>/finish",
        views.finish_measure,
        "rectification:finish_measure",
        RECTIFY,
    ),
]
