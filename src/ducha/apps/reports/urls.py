from ducha.apps.pages.routes import Policy, page
from ducha.apps.reports import access, views
from ducha.domain.rights import Right

TRAIL = Policy(Right.READ_AUDIT_TRAIL)
OVERVIEW = Policy(Right.READ_OVERVIEW)
RECEIPT = Policy(Right.READ_RECEIPT)
resolvers = access

urlpatterns = [
    page("overview", views.overview, "reports:overview", OVERVIEW),
    page("overview/chart.svg", views.chart, "reports:chart", OVERVIEW),
    page("overview/units", views.units, "reports:units", OVERVIEW),
    page("overview/burden", views.burden, "reports:burden", OVERVIEW),
    page("tasks", views.tasks, "reports:tasks", Policy(Right.ANSWER, Right.CERTIFY, Right.VISIT)),
    page("participations/<pid:participation>", views.unit, "reports:unit", Policy(Right.READ_CAMPAIGN)),
    page("calendar/<str:token>.ics", views.calendar, "reports:calendar", Policy.public),
    page("audit-trail", views.entries, "reports:entries", TRAIL),
    page("audit-trail/verify", views.verify, "reports:verify", TRAIL),
    page("submissions/<pid:submission>/receipt", views.submission_receipt, "reports:receipt", RECEIPT),
    page(
        "rectification-reports/<pid:rectification_report>/receipt",
        views.report_receipt,
        "reports:report_receipt",
        RECEIPT,
    ),
    page("system", views.system, "reports:system", Policy(Right.KEEP_SYSTEM)),
]
