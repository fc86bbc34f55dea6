from ducha.apps.accounts import views
from ducha.apps.pages.routes import Policy, page

urlpatterns = [
    page("sign-in", views.sign_in, "accounts:sign_in", Policy.public),
    page("sign-in/demo", views.demo_sign_in, "accounts:demo_sign_in", Policy.public),
    page("sign-out", views.sign_out, "accounts:sign_out", Policy.public),
    page("me", views.me, "accounts:me", Policy.signed_in),
    page("me/password", views.change_password, "accounts:change_password", Policy.signed_in),
]
