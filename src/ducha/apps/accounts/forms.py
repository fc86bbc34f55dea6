from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.pages.forms import ActForm


class SignInForm(forms.Form):
    username = forms.CharField(label=_("User name"), max_length=60)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)
    username.widget.attrs["autocomplete"] = "username"
    password.widget.attrs["autocomplete"] = "current-password"


class PasswordForm(ActForm):
    old = forms.CharField(label=_("Present password"), widget=forms.PasswordInput)
    new = forms.CharField(label=_("New password"), widget=forms.PasswordInput, help_text=_("At least 10 characters."))
    again = forms.CharField(label=_("New password again"), widget=forms.PasswordInput)

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        if entered.get("new") != entered.get("again"):
            self.add_error("again", _("The two new passwords differ."))
        return entered
