from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.accountability.models import Measure
from ducha.apps.campaigns.forms import DayField
from ducha.apps.findings.access import visible_findings
from ducha.apps.pages.forms import ActForm, SeveralOf


class ProposalForm(ActForm):
    kind = forms.ChoiceField(label=_("Measure"), choices=Measure.Kind.choices)
    findings = SeveralOf(label=_("Findings it rests on"), required=False)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 5}), max_length=5000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["findings"].queryset = visible_findings(self.member).filter(participation=self.subject)


class IssueForm(ActForm):
    document_number = forms.CharField(label=_("Document number"), max_length=60, help_text="平督办〔2019〕1号")
    issued_on = DayField(label=_("Issued on"))
    due_on = DayField(label=_("Answer due on"), required=False)


class MeasureAnswerForm(ActForm):
    text = forms.CharField(label=_("Answer of the unit"), widget=forms.Textarea(attrs={"rows": 6}), max_length=5000)
