from ducha.apps.notices import views
from ducha.apps.pages.routes import Policy, page

urlpatterns = [
    page("notices", views.inbox, "notices:inbox", Policy.signed_in),
    page("notices/read", views.read_all, "notices:read_all", Policy.signed_in),
    page("notices/<pid:notice>/open", views.open_notice, "notices:open", Policy.signed_in),
]
