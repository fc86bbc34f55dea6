from ducha.apps.pages.routes import Policy, page
from ducha.apps.verification import views
from ducha.domain.rights import Right

FILE = "ledger-files/<pid:ledger_file>"
RESULT = "verification/results/<pid:rule_result>"
READ = Policy(Right.READ_LEDGER)
OWN_FILE = "ledger-files/<pid:own_ledger_file>"
SEND = Policy(Right.SEND_LEDGER, Right.SEND_LEDGER_FOR_ALL)
COMPARE = Policy(Right.COMPARE_RESULTS)

urlpatterns = [
    page("ledgers", views.ledgers, "verification:ledgers", READ),
    page("ledgers/send", views.send, "verification:send", SEND),
    page(FILE, views.ledger_file, "verification:ledger_file", READ),
    page(f"{OWN_FILE}/columns", views.map_columns, "verification:map_columns", SEND),
    page(f"{OWN_FILE}/send-again", views.send_again, "verification:send_again", SEND),
    page(f"{OWN_FILE}/withdraw", views.withdraw, "verification:withdraw", SEND),
    page(f"{OWN_FILE}/rejects", views.rejects, "verification:rejects", SEND),
    page("verification", views.matrix, "verification:matrix", COMPARE),
    page("verification/trend", views.trend, "verification:trend", COMPARE),
    page("verification/rows", views.rows, "verification:rows", Policy(Right.READ_VIOLATION)),
    page("verification/party", views.party, "verification:party", Policy(Right.READ_PARTY)),
    page("campaigns/<pid:campaign>/check", views.check, "verification:check", Policy(Right.RUN_CHECK)),
    page(RESULT, views.result, "verification:result", Policy(Right.READ_RESULT)),
    page(f"{RESULT}/row", views.row, "verification:row", Policy(Right.READ_VIOLATION)),
    page(f"{RESULT}/unmask", views.unmask, "verification:unmask", Policy(Right.UNMASK)),
    page(f"{RESULT}/explain", views.explain, "verification:explain", Policy(Right.EXPLAIN_VIOLATION)),
]
