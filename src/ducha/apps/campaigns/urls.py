from ducha.apps.campaigns import views
from ducha.apps.pages.routes import Policy, page
from ducha.domain.rights import Right

READ = Policy(Right.READ_CAMPAIGN)
PREPARE = Policy(Right.PREPARE_CAMPAIGN)

urlpatterns = [
    page("campaigns", views.campaigns, "campaigns:campaigns", READ),
    page("campaigns/new", views.create, "campaigns:create", PREPARE),
    page("campaigns/<pid:campaign>", views.campaign, "campaigns:campaign", READ),
    page("campaigns/<pid:campaign>/correct", views.correct, "campaigns:correct", PREPARE),
    page("campaigns/<pid:campaign>/units", views.units, "campaigns:units", Policy(Right.READ_OVERVIEW)),
    page("campaigns/<pid:campaign>/close", views.close, "campaigns:close", Policy(Right.LAUNCH_CAMPAIGN)),
    page("stages/<pid:stage>/correct", views.correct_stage, "campaigns:correct_stage", PREPARE),
    page("stages/<pid:stage>/amend", views.amend_stage, "campaigns:amend_stage", Policy(Right.AMEND_CAMPAIGN)),
    page("points/<pid:point>/correct", views.correct_point, "campaigns:correct_point", PREPARE),
    page("points/<pid:point>/remove", views.remove_point, "campaigns:remove_point", PREPARE),
    page("participations/<pid:participation>/exclude", views.exclude, "campaigns:exclude", PREPARE),
    page("plans/<pid:plan>/text", views.plan, "campaigns:plan", READ),
]
