from django.apps import AppConfig


class SelfassessmentConfig(AppConfig):
    name = "ducha.apps.selfassessment"
    label = "selfassessment"
    default_auto_field = "django.db.models.BigAutoField"
