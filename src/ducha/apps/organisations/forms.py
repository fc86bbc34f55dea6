from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.organisations.access import visible_organisations
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.forms import ActForm, OneOf


class ImportForm(ActForm):
    workbook = forms.FileField(
        label=_("Workbook (.xlsx)"),
        allow_empty_file=True,
        help_text=_("First line: 单位名称, 类型, 上级单位, 区划代码, 行政执法. An export has this form."),
    )


class PersonForm(ActForm):
    username = forms.CharField(label=_("User name"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=60)
    organisation = OneOf(label=_("Organisation"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.RoleName.choices)
    password = forms.CharField(label=_("First password"), min_length=10, widget=forms.PasswordInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = visible_organisations(self.member)


class ResetForm(ActForm):
    password = forms.CharField(
        label=_("New first password"), help_text=_("At least 10 characters."), widget=forms.PasswordInput
    )
