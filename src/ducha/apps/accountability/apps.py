from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    name = "ducha.apps.accountability"
    label = "accountability"
    default_auto_field = "django.db.models.BigAutoField"
