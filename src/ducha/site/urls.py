from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from ducha.apps.pages.routes import Policy, page
from ducha.site import views

urlpatterns: list[URLPattern | URLResolver] = [
    page("", views.home, "home", Policy.signed_in),
    page("language", set_language, "set_language", Policy.public),
    page("health", views.health, "health", Policy.public),
]
for app in settings.APPS:
    if find_spec(f"ducha.apps.{app}.urls"):
        patterns = import_module(f"ducha.apps.{app}.urls").urlpatterns
        urlpatterns.append(path("", include((patterns, app), namespace=app)))

handler404 = "ducha.site.views.not_found"
handler500 = "ducha.site.views.broken"
