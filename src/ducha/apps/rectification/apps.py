from django.apps import AppConfig


class RectificationConfig(AppConfig):
    name = "ducha.apps.rectification"
    label = "rectification"
    default_auto_field = "django.db.models.BigAutoField"
