from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.campaigns.queries import requirement
from ducha.apps.evidence.forms import WithEvidence
from ducha.apps.pages.forms import ActForm
from ducha.apps.selfassessment.models import Answer, Horizon
from ducha.apps.selfassessment.queries import PointAnswer, manifest


class AnswerForm(WithEvidence):
    """One point's answer. `version` is that of the answer (0: none yet), not of the self-inspection."""

    conclusion = forms.ChoiceField(
        label=_("Conclusion"), choices=Answer.Conclusion.choices, required=False, widget=forms.RadioSelect
    )
    narrative = forms.CharField(
        label=_("Explanation"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, line: PointAnswer, **kwargs: Any) -> None:
        self.line = line
        super().__init__(*args, **kwargs)
        for entry in self._asked():
            threshold = entry["threshold"]
            self.fields[f"figure_{threshold.public_id}"] = forms.CharField(
                label=f"{threshold.quantity} {requirement(threshold)}".strip(),
                required=False,
                max_length=60,
                initial=entry["claimed"],
            )
        order = ["conclusion", *(n for n in self.fields if n.startswith("figure_")), "narrative", "files", "uploads"]
        self.order_fields(order)

    def initial_of(self, subject: Any) -> dict[str, Any]:
        answer = self.line.answer
        if answer is None:
            return {"version": 0}
        return {
            "version": answer.version,
            "conclusion": answer.conclusion,
            "narrative": answer.narrative,
            "files": [file.pk for file in self.line.evidence],
        }

    def is_stale(self) -> bool:
        # The action compares the answer's own version, under its lock.
        return False

    def figures(self) -> dict[Any, str]:
        thresholds = [entry["threshold"] for entry in self._asked()]
        return {t: self.cleaned_data[f"figure_{t.public_id}"] for t in thresholds}

    def _asked(self) -> list[dict[str, Any]]:
        """The numbers that no ledger answers: what is computed is not asked."""
        return [entry for entry in self.line.thresholds if entry["is_asked"]]

    def figure_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith("figure_"))


class ProblemForm(ActForm):
    description = forms.CharField(label=_("What is wrong"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    horizon = forms.ChoiceField(label=_("To be put right"), choices=Horizon.choices, initial="by_deadline")
    planned = forms.CharField(
        label=_("What you will do"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class SubmitForm(ActForm):
    """What the page showed is what is submitted."""

    manifest_seen = forms.CharField(widget=forms.HiddenInput)

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"manifest_seen": manifest(subject)}
