from ducha.apps.organisations import views
from ducha.apps.pages.routes import Policy, page
from ducha.domain.rights import Right

KEEP = Policy(Right.KEEP_ORGANISATIONS)
PEOPLE = Policy(Right.KEEP_PEOPLE)

urlpatterns = [
    page("organisations", views.organisations, "organisations:organisations", KEEP),
    page("organisations/import", views.import_tree, "organisations:import", KEEP),
    page("people", views.people, "organisations:people", PEOPLE),
    page("people/new", views.create_person, "organisations:create_person", PEOPLE),
    page("people/<pid:membership>/password", views.reset_password, "organisations:reset_password", PEOPLE),
    page("people/<pid:membership>/end", views.end_membership, "organisations:end_membership", PEOPLE),
]
