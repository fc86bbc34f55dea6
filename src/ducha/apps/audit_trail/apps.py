from django.apps import AppConfig


class AuditTrailConfig(AppConfig):
    name = "ducha.apps.audit_trail"
    label = "audit_trail"
    default_auto_field = "django.db.models.BigAutoField"
