import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.campaigns.catalogue import is_code, is_moment, is_value
from ducha.apps.campaigns.exchange import names
from ducha.apps.campaigns.models import Campaign, Point, Stage, Threshold
from ducha.apps.campaigns.queries import applies_to, candidates, free_code, near, parts_besides
from ducha.apps.pages.forms import ActForm, SeveralOf
from ducha.apps.pages.words import told
from ducha.domain.rules import BY_ID, RULES


class MomentField(forms.DateTimeField):
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanForm(ActForm):
    document = forms.FileField(
        label=_("Plan document (.docx, .pdf, .ofd, .html, .txt; .doc and .wps where LibreOffice is installed)"),
        required=False,
        allow_empty_file=True,
    )
    pasted = forms.CharField(
        label=_("… or its text, pasted"), required=False, widget=forms.Textarea(attrs={"rows": 8}), max_length=1_000_000
    )

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        if entered.get("document") is None and not (entered.get("pasted") or "").strip() and not self.errors:
            self.add_error("document", _("Choose the file of the plan, or paste its text."))
        return entered


class EditionForm(ActForm):
    document = forms.FileField(label=_("The newer edition, in any format that a plan can have"))


class CatalogueForm(ActForm):
    document = forms.FileField(
        label=_("Catalogue (.xlsx or .yaml)"),
        help_text=_("What was exported comes in again without loss."),
    )


class CampaignForm(ActForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label=_("Kind"), choices=Campaign.Kind.choices)

    def initial_of(self, subject: Campaign) -> dict[str, Any]:
        return {"title": subject.title, "year": subject.year, "kind": subject.kind}


class StageForm(ActForm):
    title = forms.CharField(label=_("Title"), max_length=100)
    starts_on = DayField(label=_("Begins on"), required=False)
    due_at = MomentField(label=_("Ends at"), help_text=_("The hour counts as confirmed by you."))

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"title": subject.title, "starts_on": subject.starts_on, "due_at": subject.due_at}


class NewStageForm(StageForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Stage.Kind.choices)
    field_order = ("kind", "title", "starts_on", "due_at")

    def initial_of(self, subject: Any) -> dict[str, Any]:
        present = set(subject.stages.values_list("kind", flat=True))
        missing = [(kind, label) for kind, label in Stage.Kind.choices if kind not in present]
        return {"kind": missing[0][0], "title": missing[0][1]} if missing else {}


class AmendForm(ActForm):
    starts_on = DayField(label=_("Begins on"), required=False)
    due_at = MomentField(label=_("Ends at"))
    reason = forms.CharField(label=_("Reason, as the units will read it"), widget=forms.Textarea(attrs={"rows": 3}))

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"starts_on": subject.starts_on, "due_at": subject.due_at}


class NewAreaForm(ActForm):
    code = forms.RegexField(r"^[1-9][0-9]{0,2}$", label=_("Code"), max_length=3)
    title = forms.CharField(label=_("Title, as the plan has it"), max_length=200)

    def initial_of(self, subject: Campaign) -> dict[str, Any]:
        last = subject.areas.last()
        return {"code": last.position + 1 if last else 1}


class PartForm(ActForm):
    line = forms.TypedChoiceField(label=_("Part of the plan"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = parts_besides(self.subject)


class AreaForm(ActForm):
    title = forms.CharField(label=_("Title, as the plan has it"), max_length=200)

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"title": subject.title}


class HeadingForm(ActForm):
    title = forms.CharField(label=_("Title, as the plan has it"), widget=forms.Textarea(attrs={"rows": 2}))

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"title": subject.title}


class Words(forms.CharField):
    """A text of several lines, whose ends are those of the text and not of the browser."""

    def __init__(self, rows: int = 8, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class Code(forms.CharField):
    """The code of a point, with whatever digits it was typed."""

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFKC", str(super().to_python(value)))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not is_code(value):
            text = _("“%(code)s” is no code. Write digits and dots, as “2.1.3”.")
            raise forms.ValidationError(text % {"code": value[:60]})


class MomentOfPlan(forms.CharField):
    """A day, or a month where the plan names no day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=10, **options)
        self.widget.attrs["placeholder"] = "2024-06-30"

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not is_moment(value):
            raise forms.ValidationError(_("Write a day or a month of the calendar: 2024-06-30 or 2024-06."))


class PointForm(ActForm):
    code = Code(
        label=_("Code"),
        max_length=60,
        help_text=_("Digits and dots, as “2.1.3”. The first number is the area that the point belongs to."),
    )
    text = Words(label=_("Text, as the plan has it"))
    responsible = Words(
        rows=2,
        label=_("Responsible bodies"),
        required=False,
        max_length=500,
        help_text=_("Several are parted by “、” or stand on lines of their own."),
    )
    score = forms.RegexField(
        r"^[0-9]{1,4}(\.[0-9]{1,2})?$", label=_("Points it is worth"), required=False, max_length=10
    )
    sources = forms.CharField(label=_("Where it is looked up"), required=False, max_length=2000)
    due_from = MomentOfPlan(label=_("From"))
    due_until = MomentOfPlan(
        label=_("Until"), help_text=_("A day or a month, as the plan has it: 2024-06-30 or 2024-06.")
    )

    def __init__(self, *args: Any, lines: tuple[int, int] | None = None, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(*args, **kwargs)

    def initial_of(self, subject: Any) -> dict[str, Any]:
        if isinstance(subject, Point):
            shown = {name: getattr(subject, name) for name in self.base_fields if name not in self.plumbing}
            return {**shown, "responsible": "\n".join(subject.responsible)}
        if self.lines is None:
            return {}
        first, last = self.lines
        text = "".join(line.strip() for line in subject.plan.lines[first - 1 : last])
        return {"code": free_code(subject, first), "text": text}

    def clean_responsible(self) -> list[str]:
        return list(names(self.cleaned_data["responsible"]))


class SplitForm(ActForm):
    pieces = Words(rows=14, label=_("The text; put an empty line wherever a new point begins"))

    def initial_of(self, subject: Any) -> dict[str, Any]:
        # A new line after each clause: what is to be parted needs one more.
        return {"pieces": re.sub(r"(?<=[。；;])(?=.)", "\n", subject.text)}

    def clean_pieces(self) -> list[str]:
        parted = re.split(r"\n\s*\n", self.cleaned_data["pieces"])
        return [piece for part in parted if (piece := "".join(part.split("\n")).strip())]


class MergeForm(ActForm):
    others = SeveralOf(label=_("Points that belong to it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["others"]
        field.queryset = near(self.subject)
        field.label_from_instance = lambda point: f"{point.code} {point.text[:60]}"

    def initial_of(self, subject: Any) -> dict[str, Any]:
        following = near(subject).filter(rank__gt=subject.rank).first()
        return {"others": [following] if following else []}


class PointUnitsForm(ActForm):
    participations = SeveralOf(label=_("Units to which the point applies"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["participations"]
        field.queryset = self.subject.campaign.participations.select_related("unit")
        field.label_from_instance = lambda participation: participation.unit.name

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"participations": list(applies_to(subject))}


class AmendPointForm(ActForm):
    text = Words(label=_("Text from now on"))
    reason = forms.CharField(label=_("Reason, as the units will read it"), widget=forms.Textarea(attrs={"rows": 3}))

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"text": subject.text}


class ThresholdForm(ActForm):
    phrase = forms.CharField(label=_("Words of the plan"), max_length=200)
    quantity = forms.CharField(label=_("What is measured"), max_length=200)
    comparator = forms.ChoiceField(label=_("Limit"), choices=Threshold.COMPARATORS)
    value = forms.CharField(
        label=_("Value"), max_length=20, help_text=_("A number; for a date, month and day as 0131.")
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=[(unit, unit) for unit in Threshold.UNITS])
    rule = forms.ChoiceField(
        label=_("Computed by"),
        required=False,
        help_text=_("The rule that computes this number from the ledgers; without one it stays what the unit claims."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = [(rule.id, told(rule.title)) for rule in RULES]
        self.fields["rule"].choices = [("", _("no rule: a claim")), *rules]

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {
            n: getattr(subject, n) for n in self.base_fields if n not in self.plumbing and hasattr(subject, "phrase")
        }

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        value, unit = entered.get("value", ""), entered.get("unit")
        if unit and not is_value(value, unit):
            is_date = unit == "date"
            text = _("Write the date as four digits, month and day: 0131.") if is_date else ""
            self.add_error("value", text or _("Write the value as a number: 80 or 3.5."))
        rule = BY_ID.get(entered.get("rule", ""))
        if rule and unit and rule.unit != unit:
            text = _("This rule computes %(unit)s; choose another rule or unit.")
            self.add_error("rule", text % {"unit": rule.unit})
        return entered


class ResponsibleForm(ActForm):
    responsible_leader = forms.CharField(label=_("Responsible leader (name and post)"), max_length=60)
    working_group = forms.CharField(
        label=_("Working group"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"responsible_leader": subject.responsible_leader, "working_group": subject.working_group}


class UnitsForm(ActForm):
    units = SeveralOf(label=_("Units"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = candidates(self.subject)

    def initial_of(self, subject: Campaign) -> dict[str, Any]:
        chosen = [participation.unit for participation in subject.participations.select_related("unit")]
        return {"units": chosen or list(candidates(subject))}


class ExclusionForm(ActForm):
    points = SeveralOf(label=_("Points that do not apply"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["points"]
        field.queryset = self.subject.campaign.points.filter(removed_at=None)
        field.label_from_instance = lambda point: f"{point.code} {point.text[:40]}…"

    def initial_of(self, subject: Any) -> dict[str, Any]:
        standing = subject.exclusions.filter(removed_at=None).select_related("point")
        return {"points": [exclusion.point for exclusion in standing]}
