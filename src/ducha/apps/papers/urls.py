from ducha.apps.pages.routes import Policy, page
from ducha.apps.papers import access, views
from ducha.domain.rights import Right

resolvers = access
READ, WRITE = Policy(Right.READ_PAPER), Policy(Right.WRITE_PAPER)
CHECK, APPROVE = Policy(Right.CHECK_PAPER), Policy(Right.APPROVE_PAPER)
ONE, UNIT = "papers/<pid:paper>", "participations/<pid:participation>/papers"
REPORTS = Policy(Right.READ_OVERVIEW)

urlpatterns = [
    page("report", views.report, "papers:report", REPORTS),
    page("report/word", views.report_word, "papers:report_word", REPORTS),
    page("papers", views.papers, "papers:papers", READ),
    page("papers/zip", views.all_papers, "papers:all_papers", WRITE),
    page("papers/new", views.begin, "papers:begin", WRITE),
    page("papers/letterhead", views.letterhead, "papers:letterhead", WRITE),
    page("papers/templates", views.templates, "papers:templates", WRITE),
    page("papers/templates/new", views.set_template, "papers:set_template", WRITE),
    page("papers/templates/first", views.first_template, "papers:first_template", WRITE),
    page("paper-templates/<pid:template>/file", views.template_file, "papers:template_file", WRITE),
    page("paper-templates/<pid:template>/remove", views.remove_template, "papers:remove_template", WRITE),
    page(ONE, views.paper, "papers:paper", READ),
    page(f"{ONE}/file", views.file, "papers:file", READ),
    page(f"{ONE}/receipt", views.receipt, "papers:receipt", READ),
    page(f"{ONE}/versions", views.versions, "papers:versions", WRITE),
    page("paper-versions/<pid:paper_version>/restore", views.restore, "papers:restore", WRITE),
    page(f"{ONE}/part", views.edit_part, "papers:edit_part", WRITE),
    page(f"{ONE}/head", views.edit_head, "papers:edit_head", WRITE),
    page(f"{ONE}/renew", views.renew, "papers:renew", WRITE),
    page(f"{ONE}/submit", views.submit, "papers:submit", WRITE),
    page(f"{ONE}/take-back", views.take_back, "papers:take_back", WRITE),
    page(f"{ONE}/check", views.check, "papers:check", CHECK),
    page(f"{ONE}/return", views.send_back, "papers:send_back", CHECK),
    page(f"{ONE}/approve", views.approve, "papers:approve", APPROVE),
    page(f"{ONE}/decline", views.decline, "papers:decline", APPROVE),
    page(f"{ONE}/issue", views.issue, "papers:issue", Policy(Right.ISSUE_PAPER)),
    page(f"{ONE}/discard", views.discard, "papers:discard", WRITE),
    page(f"{ONE}/acknowledge", views.acknowledge, "papers:acknowledge", Policy(Right.ACKNOWLEDGE_PAPER)),
    page(
        f"{UNIT}/self-inspection", views.self_inspection, "papers:self_inspection", Policy(Right.READ_SELF_INSPECTION)
    ),
    page(f"{UNIT}/feedback", views.feedback, "papers:feedback", Policy(Right.READ_FINDING)),
    page(f"{UNIT}/rectification", views.rectification, "papers:rectification", Policy(Right.READ_FINDING)),
    page(f"{UNIT}/acceptance", views.acceptance, "papers:acceptance", Policy(Right.READ_FINDING)),
    page("seal", views.seal, "papers:seal", Policy.public),
]
