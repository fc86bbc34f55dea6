from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.forms import MomentField
from ducha.apps.evidence.forms import WithEvidence
from ducha.apps.fieldwork.models import Activity, CaseFile, Team, Visit
from ducha.apps.fieldwork.queries import case_file_kinds, pool, units_of
from ducha.apps.organisations.access import may
from ducha.apps.pages.forms import ActForm, OneOf, SeveralOf
from ducha.apps.pages.words import word
from ducha.domain.rights import Right


class TeamForm(ActForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    leader = OneOf(label=_("Team leader"))
    members = SeveralOf(label=_("Members"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = self.fields["members"].queryset = pool(self.subject)


class ChangeTeamForm(TeamForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        ActForm.__init__(self, *args, **kwargs)
        self.fields["leader"].queryset = self.fields["members"].queryset = pool(
            self.subject.campaign, besides=self.subject
        )

    def initial_of(self, subject: Team) -> dict[str, Any]:
        places = list(subject.members.filter(removed_at=None).select_related("member"))
        leader = next((place.member for place in places if place.leads), None)
        return {"name": subject.name, "leader": leader, "members": [p.member for p in places if not p.leads]}


class UnitForm(ActForm):
    participation = OneOf(label=_("Unit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visible = visible_participations(self.member)
        self.fields["participation"].queryset = visible.filter(campaign=self.subject.campaign)


class RecusalForm(ActForm):
    member = OneOf(label=_("Inspector"))
    unit = OneOf(label=_("Stays away from"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaign = self.subject
        organiser = campaign.organiser
        self.fields["member"].queryset = organiser.memberships.filter(role="inspector").select_related(
            "person", "organisation"
        )
        self.fields["unit"].queryset = units_of(campaign)


class OwnRecusalForm(ActForm):
    unit = OneOf(label=_("You stay away from"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(self.subject)


class VisitForm(ActForm):
    starts_at = MomentField(label=_("Begins at"))
    purpose = forms.CharField(label=_("Purpose"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    announced = forms.TypedChoiceField(
        label=_("The unit"),
        choices=[
            ("yes", _("is told (announced visit)")),
            ("no", _("is not told (unannounced; known to the team alone)")),
        ],
        coerce=lambda chosen: chosen == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may(self.member, Right.ARRANGE_FIELDWORK):
            self.fields["announced"].choices = self.fields["announced"].choices[:1]


class ActivityForm(WithEvidence):
    kind = forms.ChoiceField(label=_("What was done"), choices=Activity.Kind.choices)
    title = forms.CharField(label=_("In short"), max_length=200)
    notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    field_order = ("kind", "title", "notes", "uploads", "files")


class CaseFilesForm(ActForm):
    kind = forms.ChoiceField(label=_("Ledger"), widget=forms.RadioSelect)
    size = forms.IntegerField(
        label=_("How many"),
        required=False,
        min_value=1,
        max_value=500,
        help_text=_("Empty: as many as give the share of faulty files to ±5 % with 95 % confidence."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = case_file_kinds(self.subject)
        self.fields["kind"].choices = [(kind, word(kind)) for kind in kinds]
        self.fields["kind"].initial = kinds[0] if kinds else None


class FaultForm(ActForm):
    note = forms.CharField(label=_("What is wrong"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def initial_of(self, subject: CaseFile) -> dict[str, Any]:
        return {"note": subject.note}


class PhotoForm(ActivityForm):
    """The same with the camera first."""

    field_order = ("uploads", "title", "kind", "notes", "files")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].required = True
        self.fields["uploads"].widget.attrs.update(accept="image/*", capture="environment")

    def clean_uploads(self) -> list[Any]:
        # Several files at once: the field itself takes an empty list for an answer.
        if not self.cleaned_data["uploads"]:
            raise forms.ValidationError(self.fields["uploads"].error_messages["required"])
        return self.cleaned_data["uploads"]

    def initial_of(self, subject: Visit) -> dict[str, Any]:
        return {"kind": Activity.Kind.DOCUMENT_REVIEW if subject.announced else Activity.Kind.UNANNOUNCED_VISIT}


class TalkForm(ActivityForm):
    def initial_of(self, subject: Visit) -> dict[str, Any]:
        return {"kind": Activity.Kind.TALK}
