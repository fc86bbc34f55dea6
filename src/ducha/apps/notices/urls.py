from ducha.apps.notices import views
from ducha.apps.pages.routes import Policy, page
from ducha.domain.rights import Right

FEED = Policy(Right.READ_NOTICES)
GROUPS = Policy(Right.KEEP_ORGANISATIONS)

urlpatterns = [
    page("notices", views.inbox, "notices:inbox", Policy.signed_in),
    page("notices/read", views.read_all, "notices:read_all", Policy.signed_in),
    page("notices/settings", views.settings, "notices:settings", Policy.signed_in),
    page("notices/calendar/new", views.make_feed, "notices:make_feed", FEED),
    page("notices/calendar/revoke", views.revoke_feed, "notices:revoke_feed", FEED),
    page("notices/groups", views.groups, "notices:groups", GROUPS),
    page("notices/groups/new", views.add_group, "notices:add_group", GROUPS),
    page("notices/groups/<pid:group>/remove", views.remove_group, "notices:remove_group", GROUPS),
    page("notices/outgoing", views.outgoing, "notices:outgoing", Policy(Right.KEEP_SYSTEM)),
    page("notices/<pid:notice>/open", views.open_notice, "notices:open", Policy.signed_in),
    page("notices/<pid:notice>/read", views.read, "notices:read", Policy.signed_in),
]
