from ducha.apps.evidence import views
from ducha.apps.pages.routes import Policy, page
from ducha.domain.rights import Right

READ = Policy(Right.READ_EVIDENCE)

urlpatterns = [
    page("evidence", views.files, "evidence:files", READ),
    page("evidence/upload", views.upload, "evidence:upload", Policy(Right.ADD_EVIDENCE)),
    page("evidence/<pid:file>", views.file, "evidence:file", READ),
    page("evidence/<pid:file>/download", views.download, "evidence:download", READ),
    page("evidence/<pid:file>/picture", views.picture, "evidence:picture", READ),
]
