from datetime import time

from django.db import models
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ducha.apps.audit_trail.models import Audited
from ducha.apps.organisations.models import Membership, Organisation

LANGUAGES = (("zh-hans", _("Chinese")), ("en", _("English")))
# What of a sentence may leave the house. All else is written by people, of people or problems: it stays inside.
OUTWARD = frozenset({"unit", "units", "team", "campaign", "number", "when", "count", "n"})


class Notice(Audited):
    """What one member should know or do, and by when."""

    recipient = models.ForeignKey(Membership, models.PROTECT, related_name="notices")
    text = models.TextField()
    params = models.JSONField(default=dict)
    # The sentence in every language, by which it is found.
    words = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(null=True)
    is_urgent = models.BooleanField(default=False)
    # The same is not told twice under one key; None is told as often as it happens.
    key = models.CharField(max_length=100, null=True, unique=True)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-told_at", "-id"]
        indexes = [models.Index(fields=["recipient", "read_at"], name="notices_unread")]

    @property
    def sentence(self) -> str:
        """The notice in the reader's language."""
        return gettext(self.text) % self.params

    @property
    def outward(self) -> str:
        """The notice as it may leave the house: without what people wrote of people and problems."""
        return gettext(self.text) % {k: v if k in OUTWARD else "…" for k, v in self.params.items()}


def in_every_language(text: str, params: dict[str, object]) -> str:
    """A sentence in all languages of the site, a line each."""
    told = []
    for code, _name in LANGUAGES:
        with translation.override(code):
            told.append(gettext(text) % params)
    return "\n".join(dict.fromkeys(told))


class Preference(Audited):
    """How one member wants to be written to outside of Ducha."""

    member = models.OneToOneField(Membership, models.PROTECT, related_name="preference")
    by_mail = models.BooleanField(default=False)
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=10, choices=LANGUAGES, default="zh-hans")
    digest_at = models.TimeField(default=time(8, 30))
    quiet_from = models.TimeField(default=time(19))
    quiet_until = models.TimeField(default=time(8))


class CalendarFeed(Audited):
    """日历订阅: an address that needs no sign-in, known by the digest of its token alone."""

    member = models.ForeignKey(Membership, models.PROTECT, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10, choices=LANGUAGES)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Group(Audited):
    """A chat group of an organisation that hears of deadlines: the organiser's of all units, a unit's of its own.

    Whoever knows the address can write into the group: it and the signing secret are kept sealed.
    """

    class Kind(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="groups")
    kind = models.CharField(max_length=10, choices=Kind)
    sealed_address = models.TextField()
    sealed_secret = models.TextField(blank=True)
    ending = models.CharField(max_length=4)
    added_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["organisation__position", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} …{self.ending}"


class Outgoing(models.Model):
    """待发: what is to leave the house; queued in the transaction of what it tells, sent afterwards.

    Plumbing, as the sequencer's tables: what was told stands on the record as the notice.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("No longer needed")
        GIVEN_UP = "given_up", _("Given up")

    # Either a notice, by mail to its recipient, or a message to a group.
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="outgoing")
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="outgoing")
    message = models.JSONField(default=dict)
    key = models.CharField(max_length=100, null=True, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    queued_at = models.DateTimeField()
    send_after = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # An English sentence and what fills it, told again in the reader's words.
    last_error = models.JSONField(default=dict)

    class Meta:
        ordering = ["-queued_at", "-id"]
        indexes = [
            models.Index(fields=["state", "send_after"], name="outgoing_due"),
            models.Index(fields=["claim"], name="outgoing_claim"),
        ]
