"""Sending what waits in the outbox: claimed first, so that two senders never send the same."""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPResponseException

from django.core.mail import EmailMessage
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop

from ducha.apps.audit_trail import clock
from ducha.apps.notices import composing, posting
from ducha.apps.notices.actions.telling import Reminder, remind
from ducha.apps.notices.models import Outgoing, Preference
from ducha.apps.notices.queries import mail_is_set_up, quiet_hours, send_after
from ducha.apps.notices.sealing import unseal
from ducha.apps.organisations.access import current_memberships
from ducha.apps.pages.words import kept
from ducha.domain.errors import DuchaError, Sentence, sentence
from ducha.domain.rights import Role

# After a failure it is tried again so much later each time; after the last, no more.
DISTANCES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
TRIES = len(DISTANCES) + 1
# Whoever claimed a message longer ago than this is gone.
CLAIM = timedelta(minutes=15)
# The proof of what was told is the notice; that it was sent is kept for a while to look into complaints.
KEPT = timedelta(days=90)
GROUPS_SPEAK = "zh-hans"


@dataclass(frozen=True)
class Outcome:
    """What one run of the sender did, in messages: a digest is one, whatever it holds."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0


def send() -> Outcome:
    """发送: everything whose time has come, each once; what fails is tried again later, and at last given up."""
    _give_up_the_lost()
    done: Counter[str] = Counter()
    if mail_is_set_up():
        recipients = _due().filter(group=None).values_list("notice__recipient", flat=True)
        for recipient in recipients.order_by("notice__recipient").distinct():
            done[_mail(recipient)] += 1
    for message in _due().exclude(group=None).values_list("pk", flat=True).order_by("pk"):
        done[_post(message)] += 1
    _forget()
    if done["given_up"]:
        _tell_administrators()
    return Outcome(done["sent"], done["failed"], done["given_up"])


def _due() -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(state=Outgoing.State.WAITING, send_after__lte=clock.now())


def _claim(messages: QuerySet[Outgoing]) -> list[Outgoing]:
    """Those that are ours alone from now on: of two senders that ask at once, each row changes for one."""
    claim = secrets.token_hex(16)
    # The state is asked of the row itself and in no subquery: PostgreSQL looks there again when it had to wait.
    waiting = Outgoing.objects.filter(pk__in=list(messages.values_list("pk", flat=True)), state=Outgoing.State.WAITING)
    waiting.update(state=Outgoing.State.SENDING, claim=claim, claimed_at=clock.now(), tries=F("tries") + 1)
    return list(Outgoing.objects.filter(claim=claim).select_related("notice", "group").order_by("id"))


def _mail(recipient: int) -> str:
    """All that waits for one person, as one mail."""
    mine = _due().filter(notice__recipient=recipient)
    preference = Preference.objects.filter(member=recipient, by_mail=True).first()
    if preference is None or not current_memberships().filter(pk=recipient).exists():
        _drop(mine)
        return "dropped"
    # Who opened it in Ducha needs no mail of it.
    _drop(mine.filter(notice__read_at__isnull=False))
    if _postponed(mine, preference):
        return "postponed"
    claimed = _claim(mine)
    if not claimed:
        return "taken"
    try:
        with translation.override(preference.language):
            subject, text = composing.mail([message.notice for message in claimed])
        EmailMessage(subject, text, to=[preference.address]).send()
    except SMTPResponseException as error:
        text = "The mail server refused the message (%(code)s)."
        return _failed(claimed, sentence(text, code=error.smtp_code))
    except (OSError, SMTPException) as error:
        text = "The mail server could not take the message (%(kind)s)."
        return _failed(claimed, sentence(text, kind=type(error).__name__))
    return _sent(claimed)


def _postponed(messages: QuerySet[Outgoing], preference: Preference) -> bool:
    """Whether it is quiet now, as where the sender stood still in the meantime; then each waits for its next time."""
    now = clock.now()
    if quiet_hours(preference.quiet_from, preference.quiet_until).over(now) == now:
        return False
    for message in messages.select_related("notice"):
        _wait(message, send_after(message.notice, preference, now))
    return True


def _post(pk: int) -> str:
    """One message to a group."""
    mine = _due().filter(pk=pk)
    now = clock.now()
    if mine.filter(group__removed_at__isnull=False).exists():
        _drop(mine)
        return "dropped"
    if (later := quiet_hours().over(now)) != now:
        mine.update(send_after=later)
        return "postponed"
    claimed = _claim(mine)
    if not claimed:
        return "taken"
    group = claimed[0].group
    try:
        with translation.override(GROUPS_SPEAK):
            title, markdown = composing.group_message(claimed[0].message)
        address = unseal(group.sealed_address)
        if group.sealed_secret:
            address = posting.signed(address, unseal(group.sealed_secret), int(now.timestamp() * 1000))
        posting.post(address, posting.body(group.kind, title, markdown))
    except DuchaError as error:
        return _failed(claimed, error.args[0])
    return _sent(claimed)


def _sent(messages: list[Outgoing]) -> str:
    for message in messages:
        message.state, message.ended_at, message.last_error = Outgoing.State.SENT, clock.now(), {}
        message.save(update_fields=["state", "ended_at", "last_error"])
    return "sent"


def _failed(messages: list[Outgoing], why: Sentence) -> str:
    """Tried again later, or given up with the reason; a digest goes as one as long as its oldest part is tried."""
    given_up = [message for message in messages if message.tries >= TRIES]
    for message in messages:
        message.last_error = kept(why)
        if message in given_up:
            message.state, message.ended_at = Outgoing.State.GIVEN_UP, clock.now()
            message.save(update_fields=["state", "ended_at", "last_error"])
        else:
            message.save(update_fields=["last_error"])
            _wait(message, clock.now() + DISTANCES[message.tries - 1])
    return "given_up" if given_up else "failed"


def _wait(message: Outgoing, until: datetime) -> None:
    message.state, message.send_after = Outgoing.State.WAITING, until
    message.save(update_fields=["state", "send_after"])


def _drop(messages: QuerySet[Outgoing]) -> None:
    messages.update(state=Outgoing.State.DROPPED, ended_at=clock.now())


def _give_up_the_lost() -> None:
    """A sender that stopped between claiming and noting may have sent: it is not sent a second time."""
    lost = Outgoing.objects.filter(state=Outgoing.State.SENDING, claimed_at__lt=clock.now() - CLAIM)
    why = sentence("The sender stopped while it was sending. The message may have arrived and is not sent twice.")
    if lost.update(state=Outgoing.State.GIVEN_UP, ended_at=clock.now(), last_error=kept(why)):
        _tell_administrators()


def _forget() -> None:
    ended = Outgoing.objects.filter(state__in=[Outgoing.State.SENT, Outgoing.State.DROPPED])
    ended.filter(ended_at__lt=clock.now() - KEPT).delete()


def _tell_administrators() -> None:
    """The system administrators hear of what was given up once a day; the reasons stand on their page."""
    text = gettext_noop("Messages could not be delivered and were given up. Look at the reasons.")
    today = clock.today().isoformat()
    remind(
        [
            Reminder(member, f"{member.public_id}/given-up/{today}", text, reverse("notices:outgoing"))
            for member in current_memberships().filter(role=Role.SYSADMIN)
        ]
    )
