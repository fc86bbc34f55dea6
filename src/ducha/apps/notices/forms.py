from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.notices.models import LANGUAGES, Group
from ducha.apps.organisations.access import visible_organisations
from ducha.apps.pages.forms import ActForm, OneOf


class InboxFilter(forms.Form):
    show = forms.ChoiceField(
        label=_("Notices"),
        required=False,
        choices=(("", _("All, unread first")), ("unread", _("Unread")), ("deadline", _("With a deadline"))),
    )


def _time(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


class PreferenceForm(ActForm):
    by_mail = forms.BooleanField(label=_("Write me mails"), required=False)
    address = forms.EmailField(
        label=_("To"),
        required=False,
        help_text=_("A mail says what to do and by when; problems, reasons and names stay in Ducha."),
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=LANGUAGES)
    digest_at = _time(_("One mail a day with all that is new, at"), help_text=_("On working days."))
    quiet_from = _time(_("No mails from"))
    quiet_until = _time(
        _("to"),
        help_text=_(
            "Nor on days off. What is due within a working day, or serious, comes at once between these hours."
        ),
    )

    def initial_of(self, subject: Any) -> dict[str, Any]:
        names = ("by_mail", "address", "language", "digest_at", "quiet_from", "quiet_until")
        return {name: getattr(subject, name) for name in names}


class GroupForm(ActForm):
    organisation = OneOf(
        label=_("Organisation"),
        help_text=_("The inspection office's group hears of all units, a unit's group of itself alone."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Group.Kind.choices)
    address = forms.CharField(
        label=_("Address of the robot (Webhook)"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Copied from the group's robot. Whoever knows it can write into the group; it is not shown again."),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("DingTalk only, if the robot signs (SEC…)."),
    )

    def initial_of(self, subject: Any) -> dict[str, Any]:
        return {"organisation": subject.public_id}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = visible_organisations(self.member)
