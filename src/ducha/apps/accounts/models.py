from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.utils.translation import gettext_lazy as _

from ducha.apps.audit_trail.models import Audited, AuditedQuerySet


class PersonManager(BaseUserManager.from_queryset(AuditedQuerySet)):  # type: ignore[misc]
    pass


class Person(AbstractBaseUser, Audited):
    """Someone who can sign in. What they may do comes from their memberships."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    is_invented = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)

    objects = PersonManager()
    # Django would write the last sign-in outside any action; SignIn holds every attempt.
    last_login = None
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str) -> bool:
        # Django would save a stronger hash here, outside any action; a password changes by its action alone.
        return check_password(raw_password, self.password)

    def save(self, *args: Any, **kwargs: Any) -> None:
        Audited.save(self, *args, **kwargs)


class SignIn(Audited):
    """One attempt to sign in, with what came of it."""

    class Outcome(models.TextChoices):
        ADMITTED = "admitted", _("Admitted")
        REFUSED = "refused", _("Refused")

    username = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10, choices=Outcome)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["username", "at"])]
