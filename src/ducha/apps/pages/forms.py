import uuid
from typing import Any

from django import forms


class ActForm(forms.Form):
    """The form of one verb: what the person enters, the version they read, and a name for the attempt."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    operation = forms.UUIDField(widget=forms.HiddenInput)
    plumbing = ("version", "operation")

    def __init__(self, data: Any = None, files: Any = None, *, subject: Any, member: Any) -> None:
        self.subject, self.member = subject, member
        super().__init__(
            data,
            files,
            initial={
                "version": getattr(subject, "version", None),
                "operation": uuid.uuid4(),
                **self.initial_of(subject),
            },
        )

    def initial_of(self, subject: Any) -> dict[str, Any]:
        """What the fields show at first; edit forms give the subject's present values."""
        return {}

    def entered(self) -> dict[str, Any]:
        """What the person entered, for the action."""
        return {k: v for k, v in self.cleaned_data.items() if k not in self.plumbing}

    def is_stale(self) -> bool:
        """Whether the subject was changed after the page was read."""
        version = self.cleaned_data.get("version")
        return version is not None and version != getattr(self.subject, "version", version)

    def visible(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.plumbing]


class OneOf(forms.ModelChoiceField):
    """One of the rows that the person may choose from, by its public id: no key of a table leaves the database."""

    def __init__(self, queryset: Any = None, **options: Any) -> None:
        super().__init__(queryset, **{"to_field_name": "public_id", **options})


class SeveralOf(forms.ModelMultipleChoiceField):
    """Several of the rows that the person may choose from, by their public ids."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, queryset: Any = None, **options: Any) -> None:
        super().__init__(queryset, to_field_name="public_id", **options)


class Confirmation(ActForm):
    """A verb that needs nothing but the decision."""


class WithReason(ActForm):
    """A verb that needs a reason."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from django.utils.translation import gettext_lazy as _

        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Reason")
