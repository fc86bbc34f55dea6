"""The words of lifecycles and roles as a reader sees them."""

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ducha.domain.errors import Sentence, sentence

WORDS: dict[str, Any] = {
    # states
    "draft": _("Draft"),
    "launched": _("Launched"),
    "closed": _("Closed"),
    "submitted": _("Submitted"),
    "certified": _("Certified"),
    "returned": _("Returned"),
    "accepted": _("Accepted"),
    "planned": _("Planned"),
    "started": _("Started"),
    "ended": _("Ended"),
    "cancelled": _("Cancelled"),
    "raised": _("Raised"),
    "confirmed": _("Confirmed"),
    "handed_over": _("Fed back"),
    "objected": _("Objected to"),
    "acknowledged": _("Acknowledged"),
    "withdrawn": _("Withdrawn"),
    "underway": _("Under way"),
    "proposed": _("Proposed"),
    "approved": _("Approved"),
    "declined": _("Declined"),
    "issued": _("Issued"),
    "answered": _("Answered"),
    "checked": _("Checked"),
    "discarded": _("Discarded"),
    # events
    "launch": pgettext_lazy("event", "launched"),
    "close": pgettext_lazy("event", "closed"),
    "submit": pgettext_lazy("event", "submitted"),
    "take_back": pgettext_lazy("event", "taken back"),
    "decline": pgettext_lazy("event", "declined"),
    "certify": pgettext_lazy("event", "certified"),
    "return": pgettext_lazy("event", "returned"),
    "accept": pgettext_lazy("event", "accepted"),
    "start": pgettext_lazy("event", "started"),
    "end": pgettext_lazy("event", "ended"),
    "cancel": pgettext_lazy("event", "cancelled"),
    "confirm": pgettext_lazy("event", "confirmed"),
    "hand_over": pgettext_lazy("event", "fed back"),
    "acknowledge": pgettext_lazy("event", "acknowledged"),
    "object": pgettext_lazy("event", "objected to"),
    "uphold": pgettext_lazy("event", "objection rejected"),
    "sustain": pgettext_lazy("event", "objection sustained"),
    "withdraw": pgettext_lazy("event", "withdrawn"),
    "approve": pgettext_lazy("event", "approved"),
    "check": pgettext_lazy("event", "checked"),
    "discard": pgettext_lazy("event", "discarded"),
    "issue": pgettext_lazy("event", "issued"),
    "answer": pgettext_lazy("event", "answered"),
    # conclusions and horizons
    "met": _("Met"),
    "partly_met": _("Partly met"),
    "not_met": _("Not met"),
    "not_applicable": _("Not applicable"),
    "not_verifiable": _("Not verifiable"),
    # ledger files
    "received": _("Received"),
    "needs_mapping": _("Columns to be named"),
    "taken": _("Taken in"),
    "refused": _("Refused"),
    "immediate": _("At once"),
    "by_deadline": _("By a deadline"),
    "long_term": _("Long term"),
    # kinds of ledger
    "penalty": _("Penalties"),
    "licence": _("Licences"),
    "coercion": _("Coercive measures"),
    "inspection_record": _("Inspections of parties"),
    "service_item": _("Service items"),
    "officer": _("Enforcement officers"),
    "normative_document": _("Normative documents"),
    "start_up": _("Start-ups"),
    "annual_report": _("Annual reports"),
    "publication": _("Publications"),
    # roles
    "office": _("Inspection office"),
    "liaison": _("Liaison"),
    "unit_head": _("Unit head"),
    "inspector": _("Inspector"),
    "leader": _("Leading group"),
    "discipline": _("Discipline officer"),
    "sysadmin": _("System administrator"),
    "secadmin": _("Security administrator"),
    "auditadmin": _("Audit administrator"),
    "system": _("the system"),
}


def told(fault: str) -> str:
    """A sentence of the engines in the reader's language."""
    if not isinstance(fault, Sentence):
        return fault
    filled = {
        name: told(part) if isinstance(part, Sentence) else word(part) if isinstance(part, str) else part
        for name, part in fault.params.items()
    }
    return gettext(fault.msgid) % filled


def kept(fault: str) -> dict[str, Any]:
    """A sentence of the engines as JSON, to be told again to readers of any language."""
    if not isinstance(fault, Sentence):
        return {"text": fault.replace("%", "%%"), "params": {}}
    return {"text": fault.msgid, "params": {name: _kept(part) for name, part in fault.params.items()}}


def _kept(part: Any) -> Any:
    if isinstance(part, Sentence):
        return kept(part)
    return part if isinstance(part, int | str) else str(part)


def retold(fault: dict[str, Any]) -> str:
    """A kept sentence in the reader's language."""
    return told(_again(fault)) if fault else ""


def _again(fault: dict[str, Any]) -> Sentence:
    params = {name: _again(part) if isinstance(part, dict) else part for name, part in fault["params"].items()}
    return sentence(fault["text"], **params)


def word(code: Any) -> str:
    """The code in the reader's language; the code itself where there is no word for it."""
    return str(WORDS.get(str(code), code))
