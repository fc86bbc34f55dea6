from ducha.apps.fieldwork import views
from ducha.apps.pages.routes import Policy, page
from ducha.domain.rights import Right

READ = Policy(Right.READ_FIELDWORK)
ARRANGE = Policy(Right.ARRANGE_FIELDWORK)
VISIT = Policy(Right.VISIT)
EITHER = Policy(Right.ARRANGE_FIELDWORK, Right.VISIT)

urlpatterns = [
    page("teams", views.teams, "fieldwork:teams", READ),
    page("campaigns/<pid:campaign>/teams/new", views.create_team, "fieldwork:create_team", ARRANGE),
    page("campaigns/<pid:campaign>/recusals/new", views.recuse, "fieldwork:recuse", ARRANGE),
    page("teams/<pid:team>/units/new", views.assign_unit, "fieldwork:assign_unit", ARRANGE),
    page("teams/<pid:team>/members", views.change_team, "fieldwork:change_team", ARRANGE),
    page("campaigns/<pid:campaign>/recusals/own", views.declare_recusal, "fieldwork:declare_recusal", VISIT),
    page("recusals/<pid:recusal>/end", views.end_recusal, "fieldwork:end_recusal", ARRANGE),
    page("visits", views.visits, "fieldwork:visits", READ),
    page("participations/<pid:participation>/visits/new", views.plan_visit, "fieldwork:plan_visit", EITHER),
    page("visits/<pid:visit>", views.visit, "fieldwork:visit", READ),
    page("visits/<pid:visit>/start", views.start, "fieldwork:start", VISIT),
    page("visits/<pid:visit>/end", views.end, "fieldwork:end", VISIT),
    page("visits/<pid:visit>/cancel", views.cancel, "fieldwork:cancel", EITHER),
    page("visits/<pid:visit>/case-files/draw", views.draw_case_files, "fieldwork:draw_case_files", VISIT),
    page("case-files/<pid:case_file>/in-order", views.find_in_order, "fieldwork:find_in_order", VISIT),
    page("case-files/<pid:case_file>/faulty", views.find_faulty, "fieldwork:find_faulty", VISIT),
    page("visits/<pid:visit>/activities/new", views.note_activity, "fieldwork:note_activity", VISIT),
]
