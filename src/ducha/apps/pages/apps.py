from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "ducha.apps.pages"
    label = "pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ducha.apps.pages import checks  # noqa: F401
