from ducha.apps.campaigns import views
from ducha.apps.pages.routes import Policy, page
from ducha.domain.rights import Right

READ = Policy(Right.READ_CAMPAIGN)
PREPARE = Policy(Right.PREPARE_CAMPAIGN)
AMEND = Policy(Right.AMEND_CAMPAIGN)

urlpatterns = [
    page("campaigns", views.campaigns, "campaigns:campaigns", READ),
    page("campaigns/new", views.create, "campaigns:create", PREPARE),
    page("campaigns/new/catalogue", views.create_from_catalogue, "campaigns:create_from_catalogue", PREPARE),
    page("campaigns/<pid:campaign>", views.campaign, "campaigns:campaign", READ),
    page("campaigns/<pid:campaign>/choose", views.choose, "campaigns:choose", READ),
    page("campaigns/<pid:campaign>/correct", views.correct, "campaigns:correct", PREPARE),
    page("campaigns/<pid:campaign>/units", views.units, "campaigns:units", Policy(Right.READ_OVERVIEW)),
    page("campaigns/<pid:campaign>/close", views.close, "campaigns:close", Policy(Right.LAUNCH_CAMPAIGN)),
    page("campaigns/<pid:campaign>/catalogue", views.export, "campaigns:export", READ),
    page("campaigns/<pid:campaign>/catalogue/import", views.import_catalogue, "campaigns:import_catalogue", PREPARE),
    page("campaigns/<pid:campaign>/edition", views.read_edition, "campaigns:read_edition", PREPARE),
    page("campaigns/<pid:campaign>/stages/new", views.add_stage, "campaigns:add_stage", PREPARE),
    page("campaigns/<pid:campaign>/parts/new", views.inspect_part, "campaigns:inspect_part", PREPARE),
    page("campaigns/<pid:campaign>/areas/new", views.add_area, "campaigns:add_area", PREPARE),
    page("campaigns/<pid:campaign>/points/new", views.add_point, "campaigns:add_point", PREPARE),
    page("stages/<pid:stage>/correct", views.correct_stage, "campaigns:correct_stage", PREPARE),
    page("stages/<pid:stage>/amend", views.amend_stage, "campaigns:amend_stage", AMEND),
    page("areas/<pid:area>/correct", views.correct_area, "campaigns:correct_area", PREPARE),
    page("areas/<pid:area>/leave-out", views.leave_out_area, "campaigns:leave_out_area", PREPARE),
    page("areas/<pid:area>/take-in", views.take_in_area, "campaigns:take_in_area", PREPARE),
    page("headings/<pid:heading>/correct", views.correct_heading, "campaigns:correct_heading", PREPARE),
    page("headings/<pid:heading>/leave-out", views.leave_out_heading, "campaigns:leave_out_heading", PREPARE),
    page("headings/<pid:heading>/take-in", views.take_in_heading, "campaigns:take_in_heading", PREPARE),
    page("doubts/<pid:doubt>/settle", views.settle_doubt, "campaigns:settle_doubt", PREPARE),
    page("doubts/<pid:doubt>/settle-all", views.settle_like, "campaigns:settle_like", PREPARE),
    page("doubts/<pid:doubt>/reopen", views.reopen_doubt, "campaigns:reopen_doubt", PREPARE),
    page("amendments/<pid:amendment>", views.amendment, "campaigns:amendment", READ),
    page("points/<pid:point>", views.point, "campaigns:point", READ),
    page("points/<pid:point>/split", views.split_point, "campaigns:split_point", PREPARE),
    page("points/<pid:point>/merge", views.merge_points, "campaigns:merge_points", PREPARE),
    page("points/<pid:point>/put-back", views.put_back, "campaigns:put_back", PREPARE),
    page("points/<pid:point>/units", views.choose_units, "campaigns:choose_units", PREPARE),
    page("points/<pid:point>/correct", views.correct_point, "campaigns:correct_point", PREPARE),
    page("points/<pid:point>/amend", views.amend_point, "campaigns:amend_point", AMEND),
    page("points/<pid:point>/remove", views.remove_point, "campaigns:remove_point", PREPARE),
    page("points/<pid:point>/restore", views.restore_point, "campaigns:restore_point", PREPARE),
    page("points/<pid:point>/thresholds/new", views.add_threshold, "campaigns:add_threshold", PREPARE),
    page("thresholds/<pid:threshold>/correct", views.correct_threshold, "campaigns:correct_threshold", PREPARE),
    page("thresholds/<pid:threshold>/remove", views.remove_threshold, "campaigns:remove_threshold", PREPARE),
    page("participations/<pid:participation>/exclude", views.exclude, "campaigns:exclude", PREPARE),
    page(
        "participations/<pid:participation>/responsible",
        views.name_responsible,
        "campaigns:name_responsible",
        Policy(Right.ANSWER),
    ),
    page("plans/<pid:plan>/text", views.plan, "campaigns:plan", READ),
]
