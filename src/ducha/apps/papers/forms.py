import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.accountability.access import visible_measures
from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.forms import DayField
from ducha.apps.fieldwork.access import visible_teams
from ducha.apps.pages.forms import ActForm, OneOf
from ducha.apps.papers.editing import text_of
from ducha.apps.papers.writing import KINDS, Kind
from ducha.engines.gongwen import Block

# An issued paper is never larger.
LARGEST = 5_000_000
_COMMAS = re.compile(r"[、,，;；\n]+")


class BeginForm(ActForm):
    """What the paper is about, and by when an answer is asked for; `subject` is the campaign."""

    about = OneOf(label=_("About"))
    answer_due_on = DayField(label=_("Answer due on"), required=False)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind.about == "campaign":
            del self.fields["about"]
        else:
            self.fields["about"].queryset = self._choices()
        if not kind.asks_answer:
            del self.fields["answer_due_on"]

    def _choices(self) -> Any:
        if self.kind.about == "team":
            return visible_teams(self.member).filter(campaign=self.subject).order_by("number")
        if self.kind.about == "participation":
            return visible_participations(self.member).filter(campaign=self.subject).order_by("unit__position", "id")
        measures = visible_measures(self.member).filter(campaign=self.subject)
        if self.kind.measure:
            return measures.filter(kind=self.kind.measure, state="approved")
        return measures.filter(kind="listed_supervision", state="ended")


def begin_form(kind: str) -> type[BeginForm]:
    """The form that begins a paper of a kind."""

    class Form(BeginForm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, kind=KINDS[kind], **kwargs)

    return Form


class Names(forms.CharField):
    """Names in a row, parted by 、 or commas or lines."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        return [name.strip() for name in _COMMAS.split(super().to_python(value)) if name.strip()]

    def validate(self, value: Sequence[str]) -> None:
        super().validate("、".join(value))

    def run_validators(self, value: Sequence[str]) -> None:
        super().run_validators("、".join(value))


class HeadForm(ActForm):
    title = forms.CharField(label=_("Title of the paper"), max_length=300)
    recipients = Names(label=_("Addressees"), required=False, max_length=2000, help_text=_("Parted by 、"))
    signed_by = Names(label=_("Signed by"), max_length=400)
    copies_to = Names(label=_("Copies to"), required=False, max_length=1000)

    def initial_of(self, subject: Any) -> dict[str, Any]:
        document = subject.document
        copies = document.imprint.copies_to if document.imprint else ()
        head = {"title": document.title, "recipients": document.recipients}
        return {**head, "signed_by": document.signed_by, "copies_to": copies}


def part_form(block: Block) -> type[ActForm]:
    """The form for the words of one part."""

    class Form(ActForm):
        text = forms.CharField(
            label=_("Words"),
            required=False,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 10}),
            help_text=_("Each line becomes a paragraph of its own. Empty takes this part away."),
        )

        def initial_of(self, subject: Any) -> dict[str, Any]:
            return {"text": text_of(block)}

    return Form


class LetterheadForm(ActForm):
    """`subject` is the letterhead."""

    mark = forms.CharField(
        label=_("Issuing mark"),
        required=False,
        max_length=60,
        help_text=_("In red at the head, as in 测试市督察办文件"),
    )
    code = forms.CharField(
        label=_("Code of document numbers"), max_length=20, help_text=_("As in 测督办, for 测督办〔2026〕1号")
    )
    printed_by = forms.CharField(label=_("Printed by"), required=False, max_length=60)

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"mark": subject.mark, "code": subject.code, "printed_by": subject.printed_by}


class TemplateForm(ActForm):
    kind = forms.ChoiceField(label=_("Kind of paper"))
    file = forms.FileField(label=_("Word file with fields"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.key, kind.title) for kind in KINDS.values()]


class SealForm(forms.Form):
    file = forms.FileField(label=_("File"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("No issued paper is larger than %(mb)s MB.") % {"mb": LARGEST // 1_000_000})
        return file
