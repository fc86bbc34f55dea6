"""Mails: one digest a day, what is urgent at once, nothing in quiet hours, nothing twice, nothing of people's words."""

from datetime import datetime, time
from smtplib import SMTPDataError, SMTPServerDisconnected
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as handed_in
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from factories import make_finding, make_member, make_organisation
from notice_ends import signed_in, told, wants_mail

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.audit_trail.verification import verify
from ducha.apps.findings import actions as findings
from ducha.apps.notices import actions
from ducha.apps.notices.models import Notice, Outgoing, Preference
from ducha.apps.organisations.models import Membership
from ducha.domain.errors import Invalid
from ducha.domain.rights import Role


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2019-{text}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def sent_by(moment: str) -> list[Any]:
    """What the sender hands to the mail server at a moment."""
    before = len(handed_in.outbox)
    with clock.at(at(moment)):
        actions.send()
    return handed_in.outbox[before:]


@pytest.fixture
def reader(db, mail):
    member = make_member(Role.LIAISON, make_organisation("甲局"))
    with clock.at(at("11-12 09:00")):
        wants_mail(member)
    return member


def test_what_was_told_on_a_day_goes_with_one_digest_the_next_morning(reader):
    for hour in ("09:10", "11:00", "16:00"):
        with clock.at(at(f"11-12 {hour}")):
            told(reader)
    assert sent_by("11-12 18:00") == []
    (digest,) = sent_by("11-13 08:30")
    assert digest.subject == "Ducha: 3 notices" and digest.to == [f"m{reader.pk}@example.gov.cn"]
    with clock.at(at("11-13 08:40")):
        told(reader)
    assert sent_by("11-13 18:00") == []
    assert len(sent_by("11-14 08:30")) == 1


@pytest.mark.parametrize(
    ("due", "when"),
    [
        ("11-13 17:30", "11-12 10:00"),  # the next working day: at once
        ("11-12 17:30", "11-12 10:00"),
        ("11-14 17:30", "11-13 08:30"),  # two working days: with the digest
    ],
)
def test_what_is_due_within_one_working_day_does_not_wait_for_the_digest(reader, due, when):
    with clock.at(at("11-12 10:00")):
        told(reader, due_at=at(due))
    assert Outgoing.objects.get().send_after == at(when)


def test_friday_before_a_monday_is_one_working_day(reader):
    with clock.at(at("11-15 10:00")):
        told(reader, due_at=at("11-18 17:30"))
    assert len(sent_by("11-15 10:01")) == 1


@pytest.mark.parametrize(("told_at", "goes_at"), [("11-12 21:00", "11-13 08:00"), ("11-16 10:00", "11-18 08:00")])
def test_even_what_is_urgent_waits_for_the_end_of_the_quiet_hours(reader, told_at, goes_at):
    with clock.at(at(told_at)):
        told(reader, is_urgent=True)
    assert sent_by(told_at) == []
    assert sent_by(goes_at.replace("08:00", "07:59")) == []
    assert len(sent_by(goes_at)) == 1


def test_a_sender_that_stood_still_does_not_catch_up_at_night(reader):
    with clock.at(at("11-12 10:00")):
        told(reader)
        told(reader, is_urgent=True)
    assert sent_by("11-13 23:00") == []
    assert [m.subject for m in sent_by("11-14 08:00")] == ["Ducha: 1 notice"]
    assert [m.subject for m in sent_by("11-14 08:30")] == ["Ducha: 1 notice"]


def test_a_serious_matter_reaches_the_office_by_mail_at_once_and_without_its_contents(world, mail):
    wants_mail(world.office)
    finding = make_finding(world, title="扣押当事人张三的身份证")
    with recorded(SYSTEM, "test.made_serious"):
        finding.severity = "serious"
        finding.save()
    findings.confirm(finding, by=world.teamleads[0])
    actions.send()
    (letter,) = handed_in.outbox
    assert world.participations[0].unit.name in letter.body
    assert f"https://ducha.example{reverse('findings:finding', args=[finding])}" in letter.body
    assert not {"扣押", "张三", finding.facts} & set(letter.body.split()) and "张三" not in letter.body


def test_a_mail_holds_the_sentence_the_day_and_the_link_and_nothing_that_people_wrote(reader):
    with clock.at(at("11-12 10:00")):
        text = "Point %(what)s was amended. Before: “%(from)s” Now: “%(to)s” Reason: %(reason)s"
        params = {"what": "1.2", "from": "旧文", "to": "新文", "reason": "张三要求"}
        told(reader, text, params=params, url="/tasks", due_at=at("11-20 23:59"))
    (digest,) = sent_by("11-13 08:30")
    assert digest.subject == "Ducha: 1 notice, the first due on 20 Nov"
    assert digest.body.splitlines() == [
        "1. Point … was amended. Before: “…” Now: “…” Reason: …",
        "   By 20 Nov (in 5 working days)",
        "   https://ducha.example/tasks",
        "",
        "Details stand in Ducha after signing in. Mails can be changed or stopped there:",
        "https://ducha.example/notices/settings",
    ]
    assert str(digest.message()).count(reader.person.name) == 0


def test_a_mail_speaks_the_language_that_its_reader_chose(reader):
    with clock.at(at("11-12 10:00")):
        wants_mail(reader, language="zh-hans")
        told(reader, due_at=at("11-15 17:30"))
    (digest,) = sent_by("11-13 08:30")
    assert digest.subject == "督察：1 件事，最近的 11 月 15 日到期"


def test_what_was_opened_meanwhile_is_not_mailed(reader):
    with clock.at(at("11-12 10:00")):
        notice = told(reader)
        told(reader)
        actions.read(notice, by=reader)
    assert [m.subject for m in sent_by("11-13 08:30")] == ["Ducha: 1 notice"]
    assert Outgoing.objects.get(notice=notice).state == "dropped"


def test_nothing_is_queued_without_a_mail_server_or_without_the_readers_wish(reader, settings):
    told(make_member(Role.LIAISON, make_organisation("乙局")))
    settings.DUCHA_MAIL_FROM = ""
    told(reader)
    assert Outgoing.objects.count() == 0 and Notice.objects.count() == 2


def test_a_notice_and_its_mail_are_queued_together_or_not_at_all(reader):
    with pytest.raises(ZeroDivisionError), recorded(SYSTEM, "test.broken"):
        actions.tell([reader], text="The office accepted your self-inspection.")
        1 / 0  # noqa: B018
    assert (Notice.objects.count(), Outgoing.objects.count()) == (0, 0)


def test_two_senders_at_once_send_one_mail(reader, settings):
    """The second one begins in the middle of the first, when the mail is already claimed."""

    class Meanwhile(EmailBackend):
        def send_messages(self, messages: Any) -> int:
            assert actions.send() == actions.Outcome()
            return super().send_messages(messages)

    settings.EMAIL_BACKEND = f"{__name__}.meanwhile"
    globals()["meanwhile"] = Meanwhile
    with clock.at(at("11-12 10:00")):
        told(reader, is_urgent=True)
    assert len(sent_by("11-12 10:01")) == 1
    assert sent_by("11-12 10:02") == []


def test_a_sender_that_died_while_sending_sends_nothing_twice(reader):
    with clock.at(at("11-12 10:00")):
        told(reader, is_urgent=True)
        Outgoing.objects.update(state="sending", claimed_at=clock.now())
    assert sent_by("11-12 10:10") == [] and Outgoing.objects.get().state == "sending"
    assert sent_by("11-12 10:16") == []
    lost = Outgoing.objects.get()
    assert lost.state == "given_up" and "may have arrived" in lost.last_error["text"]


class Refusing(EmailBackend):
    error: Exception = SMTPServerDisconnected("secret-host.example m7@example.gov.cn")

    def send_messages(self, _messages: Any) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SMTPServerDisconnected("m7@example.gov.cn"), "could not take the message (SMTPServerDisconnected)"),
        (SMTPDataError(554, b"m7@example.gov.cn"), "refused the message (554)"),
        (TimeoutError(), "could not take the message (TimeoutError)"),
    ],
)
def test_what_fails_is_tried_again_ever_later_and_at_last_given_up(reader, settings, error, reason):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.error = error
    sysadmin = make_member(Role.SYSADMIN, make_organisation("机房"))
    with clock.at(at("11-12 10:00")):
        told(reader, is_urgent=True)
    times = []
    while (message := Outgoing.objects.get()).state == "waiting":
        times.append(f"{message.send_after.astimezone(ZoneInfo('Asia/Shanghai')):%d %H:%M}")
        with clock.at(message.send_after):
            actions.send()
    # The last distance of eight hours ends at night, and the try waits for the morning.
    assert times == ["12 10:00", "12 10:05", "12 10:35", "12 12:35", "12 20:35", "13 08:00"]
    assert (message.state, message.tries) == ("given_up", 5)
    page = signed_in(sysadmin).get(reverse("notices:outgoing")).content.decode()
    assert reason in page and "…@example.gov.cn" in page and "m7@" not in page and f"m{reader.pk}@" not in page
    assert sysadmin.notices.get().sentence.startswith("Messages could not be delivered")


def test_nobody_whose_role_has_ended_is_written_to(reader):
    with clock.at(at("11-12 10:00")):
        told(reader, is_urgent=True)
        with recorded(SYSTEM, "test.ended"):
            member = Membership.objects.get(pk=reader.pk)
            member.ends_on = clock.today().replace(day=11)
            member.save()
    assert sent_by("11-12 10:01") == []
    assert Outgoing.objects.get().state == "dropped"


def test_a_change_of_hours_holds_for_what_waits_already(reader):
    with clock.at(at("11-12 10:00")):
        told(reader)
        wants_mail(reader, digest_at=time(17))
    assert len(sent_by("11-12 17:00")) == 1
    with clock.at(at("11-12 17:30")):
        told(reader)
        wants_mail(reader, by_mail=False)
    assert sent_by("11-13 17:00") == []


def test_settings_are_kept_on_the_persons_own_page_and_refused_where_they_cannot_be(reader):
    client = signed_in(reader)
    page = client.get(reverse("notices:settings"))
    entered = {
        **{name: page.context["form"][name].value() for name in ("version", "operation")},
        **{"by_mail": "on", "address": "", "language": "en"},
        **{"digest_at": "09:00", "quiet_from": "20:00", "quiet_until": "07:00"},
    }
    refused = client.post(reverse("notices:settings"), entered)
    assert refused.status_code == 422 and "Give the address" in refused.content.decode()
    at_night = client.post(reverse("notices:settings"), {**entered, "address": "a@b.cn", "digest_at": "06:00"})
    assert at_night.status_code == 422 and "lies in your quiet hours" in at_night.content.decode()
    assert client.post(reverse("notices:settings"), {**entered, "address": "a@b.cn"}).status_code == 302
    kept = Preference.objects.get(member=reader)
    assert (kept.address, kept.digest_at, kept.quiet_from) == ("a@b.cn", time(9), time(20))
    with pytest.raises(Invalid, match="Give the address"):
        wants_mail(reader, address="")
    assert verify().holds


def test_without_a_mail_server_the_page_says_so_and_asks_nothing(reader, settings):
    settings.DUCHA_MAIL_FROM = ""
    page = signed_in(reader).get(reverse("notices:settings")).content.decode()
    assert "No mail server is set up here" in page and 'name="address"' not in page
