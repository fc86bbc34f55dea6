from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "ducha.site"
    label = "site"
