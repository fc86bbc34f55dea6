from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.forms import DayField
from ducha.apps.pages.forms import ActForm, OneOf
from ducha.apps.pages.words import word
from ducha.apps.verification.models import LedgerFile, RuleResult, Unmasking
from ducha.apps.verification.queries import columns_of, remembered, replaceable
from ducha.engines.ledgers.intake import Look
from ducha.engines.ledgers.kinds import KINDS


class Replaceable(OneOf):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({word(obj.kind)})"


class LedgerUpload(ActForm):
    upload = forms.FileField(
        label=_("File"), help_text=_("xlsx, xls, csv, txt or parquet, as your system exports it; up to 200 MB.")
    )


class SendForm(LedgerUpload):
    replaces = Replaceable(
        label=_("Takes the place of"),
        required=False,
        empty_label=_("nothing: it is sent for the first time, or bears the same name as before"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = replaceable(self.member)
        if not self.fields["replaces"].queryset.exists():
            del self.fields["replaces"]


class KindForm(ActForm):
    """The kind of a ledger that no header gives away."""

    kind = forms.ChoiceField(label=_("Which ledger is it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, word(kind)) for kind in KINDS]

    def entered(self) -> dict[str, Any]:
        return {"kind": self.cleaned_data["kind"], "columns": {}}


class MapForm(ActForm):
    """For each column that is missing, which of the headers that nothing was found for stands for it."""

    def __init__(self, *args: Any, look: Look, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file: LedgerFile = self.subject
        known = {column: header for header, column in remembered(file.sent_by.organisation, file.kind).items()}
        headers = [("", "—"), *((header, header) for header in look.unmatched)]
        self.wanted = columns_of(file.kind, file.lacks.split())
        for column in self.wanted:
            self.fields[f"column_{column.name}"] = forms.ChoiceField(
                label=_("“%(column)s” stands in the column") % {"column": column.title},
                choices=headers,
                initial=known.get(column.name, ""),
                error_messages={"required": _("Choose the column; without it no row can be taken in.")},
            )

    def clean(self) -> dict[str, Any]:
        chosen = [value for name, value in self.cleaned_data.items() if name.startswith("column_") and value]
        if len(chosen) != len(set(chosen)):
            raise forms.ValidationError(_("One column of your file cannot stand for two."))
        return self.cleaned_data

    def entered(self) -> dict[str, Any]:
        chosen = {self.cleaned_data[f"column_{column.name}"]: column.name for column in self.wanted}
        return {"kind": self.subject.kind, "columns": chosen}


class CheckForm(ActForm):
    as_of = DayField(label=_("As of"), help_text=_("What was not due by this day is not counted."))

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"as_of": clock.today()}


class ExplanationForm(ActForm):
    text = forms.CharField(label=_("How did it come about?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"text": getattr(subject, "text", "")}


class UnmaskForm(ActForm):
    purpose = forms.ChoiceField(label=_("What for?"), choices=Unmasking.Purpose, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("In your words"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class MatrixFilters(forms.Form):
    """The filters of the matrix; they stand in its address."""

    q = forms.CharField(label=_("Unit"), required=False, max_length=60)
    ledger = forms.ChoiceField(label=_("Ledger"), required=False)
    verdict = forms.ChoiceField(label=_("Verdict"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("all"))]
        self.fields["ledger"].choices = everything + [(kind, word(kind)) for kind in KINDS]
        self.fields["verdict"].choices = everything + RuleResult.Verdict.choices

    def chosen(self) -> dict[str, str]:
        if not self.is_valid():
            return {"search": "", "ledger": "", "verdict": ""}
        entered = self.cleaned_data
        return {"search": entered["q"].strip(), "ledger": entered["ledger"], "verdict": entered["verdict"]}


class RuleFilters(forms.Form):
    """One rule, and one unit or all."""

    rule = forms.ChoiceField(label=_("Rule"), required=False)
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=None, required=False, to_field_name="public_id", empty_label=_("all")
    )

    def __init__(self, *args: Any, rules: list[tuple[str, str]], units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = rules
        self.fields["unit"].queryset = units
