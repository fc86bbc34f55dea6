from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.campaigns.forms import DayField
from ducha.apps.campaigns.queries import points_of
from ducha.apps.evidence.forms import WithEvidence
from ducha.apps.evidence.queries import linked_to
from ducha.apps.findings.models import Finding, Objection, Withdrawal
from ducha.apps.findings.queries import earlier_at
from ducha.apps.pages.forms import ActForm, OneOf
from ducha.apps.selfassessment.models import Horizon
from ducha.apps.verification.queries import Row


class PointChoice(OneOf):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.text[:36]}…"


def _words(rows: int, label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=5000, **options)


class FindingForm(WithEvidence):
    point = PointChoice(label=_("Point"))
    title = forms.CharField(label=_("In one line"), max_length=200)
    facts = _words(4, _("Facts: what was seen, where, how many"))
    severity = forms.ChoiceField(label=_("Severity"), choices=Finding.Severity.choices, initial="ordinary")
    horizon = forms.ChoiceField(label=_("To be put right"), choices=Horizon.choices, initial="by_deadline")
    due_on = DayField(label=_("Until"), required=False, help_text=_("Empty: the end of the rectification stage."))
    repeats = OneOf(label=_("Repeats an earlier problem"), required=False)
    field_order = ("point", "title", "facts", "severity", "horizon", "due_on", "repeats", "uploads", "files")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].queryset = points_of(self.subject)
        self.fields["repeats"].queryset = earlier_at(self.member, self.subject)


class DataFindingForm(FindingForm):
    """A finding from a ledger's row: what the check and the unit say of it stands in it already."""

    def __init__(self, *args: Any, row: Row, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)

    def initial_of(self, subject: Any) -> dict[str, Any]:
        found, words = self.row.violation, [f"{self.row.key}: {self.row.reason}"]
        if self.row.explanation:
            words.append(_("The unit says: %(text)s") % {"text": self.row.said})
        asked = points_of(subject).filter(thresholds__rule=self.row.result.requirement or "-").first()
        title = self.row.result.title if found.source_row else f"{subject.unit.name}: {self.row.result.title}"
        return {"title": title[:200], "facts": "\n".join(words), "point": asked.public_id if asked else None}


class CorrectionForm(WithEvidence):
    title = forms.CharField(label=_("In one line"), max_length=200)
    facts = _words(4, _("Facts: what was seen, where, how many"))
    severity = forms.ChoiceField(label=_("Severity"), choices=Finding.Severity.choices)
    horizon = forms.ChoiceField(label=_("To be put right"), choices=Horizon.choices)
    due_on = DayField(label=_("Until"), required=False, help_text=_("Empty: the end of the rectification stage."))
    field_order = ("title", "facts", "severity", "horizon", "due_on", "uploads", "files")

    def initial_of(self, subject: Finding) -> dict[str, Any]:
        kept = {name: getattr(subject, name) for name in ("title", "facts", "severity", "horizon", "due_on")}
        return {**kept, "files": linked_to(subject)}


class HandOverForm(ActForm):
    handed_to = forms.CharField(label=_("Handed to (name and post)"), max_length=100)


class ObjectionForm(ActForm):
    text = _words(5, _("Why the finding is not right"))


class ObjectionDecisionForm(ActForm):
    decision = forms.ChoiceField(label=_("Decision"), choices=Objection.Decision.choices, widget=forms.RadioSelect)
    reason = _words(4, _("Reason"))


class WithdrawalDecisionForm(ActForm):
    decision = forms.ChoiceField(label=_("Decision"), choices=Withdrawal.Decision.choices, widget=forms.RadioSelect)
    reason = _words(4, _("Reason"))


class PracticeForm(WithEvidence):
    title = forms.CharField(label=_("In one line"), max_length=200)
    facts = _words(4, _("What others can learn from"))
    point = PointChoice(label=_("Point"), required=False)
    field_order = ("title", "facts", "point", "uploads", "files")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].queryset = points_of(self.subject)
