from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ducha.apps.evidence.actions import gather
from ducha.apps.evidence.queries import choosable
from ducha.apps.pages.forms import ActForm, SeveralOf


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files at once, each as it was uploaded."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFiles, self).clean(upload, initial) for upload in uploads if upload or self.required]


class UploadForm(ActForm):
    uploads = ManyFiles(
        label=_("Files"),
        allow_empty_file=True,
        help_text=_("docx, xlsx, csv, txt, pdf, jpg or png, up to 50 MB each; several at once."),
    )


class EvidenceField(SeveralOf):
    """Files of one's own library; what is held already is chosen, not uploaded again."""

    def __init__(self, member: Any, **kwargs: Any) -> None:
        super().__init__(choosable(member), required=False, label=_("Evidence from your library"), **kwargs)


class WithEvidence(ActForm):
    """A verb to which files can be attached: chosen from the library or uploaded on the spot."""

    uploads = ManyFiles(label=_("New files"), required=False, allow_empty_file=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choosable(self.member).exists():
            self.fields["files"] = EvidenceField(self.member)

    def entered(self) -> dict[str, Any]:
        given = super().entered()
        uploads = given.pop("uploads")
        given["files"] = gather(given.get("files", ()), uploads, by=self.member)
        return given
