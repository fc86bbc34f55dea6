from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.campaigns.forms import DayField
from ducha.apps.evidence.forms import WithEvidence
from ducha.apps.evidence.queries import linked_to
from ducha.apps.pages.forms import ActForm
from ducha.apps.rectification.models import Acceptance, CorrectiveAction


def _words(rows: int, label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=5000, **options)


class MeasureForm(ActForm):
    description = _words(3, _("What will be done"))
    goal = _words(2, _("What it shall lead to"), required=False)
    owner_name = forms.CharField(label=_("Who is responsible"), max_length=60)
    due_on = DayField(label=_("Until"))

    def initial_of(self, subject: Any) -> dict[str, Any]:
        if isinstance(subject, CorrectiveAction):
            return {name: getattr(subject, name) for name in ("description", "goal", "owner_name", "due_on")}
        return {"due_on": subject.finding.due_on}


class ProgressForm(WithEvidence):
    text = _words(4, _("How far it is"))
    field_order = ("text", "uploads", "files")

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"files": [file.pk for file in linked_to(subject)]}


class ReportForm(ActForm):
    text = _words(8, _("Rectification report"), help_text=_("What was done, what it led to, what stays to do."))


class AcceptanceForm(ActForm):
    manner = forms.ChoiceField(label=_("How you looked"), choices=Acceptance.Manner.choices, widget=forms.RadioSelect)
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    result = forms.ChoiceField(label=_("Result"), choices=Acceptance.Result.choices, widget=forms.RadioSelect)
    opinion = _words(4, _("Opinion"))
