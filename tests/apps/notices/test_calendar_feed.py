"""The calendar feed: whoever has the token reads the member's days, as RFC 5545 wants them, and nothing secret."""

import io
import logging
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from factories import FIELD, deliver, make_finding, make_member, make_organisation
from notice_ends import signed_in

from ducha.apps.accountability import actions as accountability
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.notices import actions
from ducha.apps.notices.models import CalendarFeed
from ducha.apps.reports import duties
from ducha.apps.reports.queries import tasks
from ducha.domain.errors import NotAllowed
from ducha.domain.rights import Role
from ducha.engines import ics
from ducha.site.logs import WithoutTokens

TEXT = {"\\n": "\n", "\\N": "\n", "\\;": ";", "\\,": ",", "\\\\": "\\"}


def parsed(content: bytes) -> list[dict[str, str]]:
    """What a calendar program makes of it: unfolded, each event's properties by name; refuses what is malformed."""
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two
    events: list[dict[str, str]] = []
    within: list[str] = []
    for line in content.decode().replace("\r\n ", "").split("\r\n")[:-1]:
        name, colon, value = line.partition(":")
        assert colon and re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[A-Z]+)*", name), line
        if name == "BEGIN":
            within.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert within.pop() == value
        elif within == ["VCALENDAR", "VEVENT"]:
            assert name not in events[-1]
            assert "\\" not in re.sub(r"\\[nN;,\\]", "", value), "a backslash that escapes nothing"
            events[-1][name] = re.sub(r"\\[nN;,\\]", lambda hit: TEXT[hit.group()], value)
    assert within == []
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY"} <= set(event)
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
    assert len({event["UID"] for event in events}) == len(events)
    return events


def days(events: list[dict[str, str]]) -> list[tuple[date, str]]:
    return [(date.fromisoformat(event["DTSTART;VALUE=DATE"]), event["SUMMARY"]) for event in events]


def feed(member: Any, token: str = "") -> list[dict[str, str]]:
    """The member's calendar, fetched as a calendar program does: without signing in."""
    token = token or actions.make_feed(by=member)
    answer = Client().get(reverse("reports:calendar", args=[token]))
    assert answer.status_code == 200
    return parsed(answer.content)


def test_a_liaisons_calendar_has_the_stages_and_what_the_unit_owes(world):
    finding = make_finding(world, state="acknowledged", title="扣押当事人张三的身份证")
    measure = accountability.propose(
        world.participations[0], by=world.office, kind="summoned_talk", reason="屡次", findings=[finding]
    )
    accountability.approve(measure, by=world.leader)
    accountability.issue(
        measure, by=world.office, document_number="测督〔2019〕1号", issued_on=FIELD.date(), due_on=date(2019, 11, 15)
    )
    fieldwork.plan_visit(world.participations[0], by=world.office, announced=True, starts_at=FIELD)
    events = feed(world.liaisons[0])
    assert sorted(days(events)) == [
        (date(2019, 11, 8), "Submit the self-inspection"),
        (date(2019, 11, 8), "全面自查阶段 ends"),
        (date(2019, 11, 12), "第1督察组 visits you"),
        (date(2019, 11, 15), "Answer 测督〔2019〕1号"),
        (date(2019, 11, 15), "实地督察阶段 ends"),
        (date(2019, 11, 20), f"Rectify problem no. {finding.number}"),
        (date(2019, 11, 20), "集中整改阶段 ends"),
    ]
    assert "张三" not in str(events) and finding.facts not in str(events)
    assert {event["DTEND;VALUE=DATE"] for event in events if event["SUMMARY"].startswith("Rectify")} == {"20191121"}


def test_what_is_done_leaves_the_calendar_and_what_stays_keeps_its_identity(world):
    make_finding(world, state="acknowledged")
    token = actions.make_feed(by=world.liaisons[0])
    before = {event["UID"]: event["SUMMARY"] for event in feed(world.liaisons[0], token)}
    deliver(world)
    after = {event["UID"]: event["SUMMARY"] for event in feed(world.liaisons[0], token)}
    assert set(before.values()) - set(after.values()) == {"Submit the self-inspection"}
    assert set(after) < set(before)


def test_an_unannounced_visit_stands_in_nobodys_calendar_before_nor_after_it_starts(world):
    everybody = [world.office, world.leader, world.liaisons[0], world.heads[0], world.teamleads[0], world.inspectors[0]]
    tokens = {member: actions.make_feed(by=member) for member in everybody}
    with clock.at(FIELD):
        before = {member: feed(member, token) for member, token in tokens.items()}
        secret = fieldwork.plan_visit(
            world.participations[0], by=world.teamleads[0], announced=False, starts_at=FIELD + timedelta(days=1)
        )
        assert {member: feed(member, token) for member, token in tokens.items()} == before
        fieldwork.start(secret, by=world.teamleads[0])
        assert {member: feed(member, token) for member, token in tokens.items()} == before


def test_an_announced_visit_stands_in_the_calendars_of_its_team_and_its_unit_alone(world):
    visit = fieldwork.plan_visit(world.participations[0], by=world.office, announced=True, starts_at=FIELD)
    unit = world.participations[0].unit.name
    assert f"Visit to {unit}" in str(feed(world.inspectors[0]))
    assert "visits you" in str(feed(world.heads[0]))
    for other in (world.inspectors[1], world.liaisons[1], world.office, world.discipline):
        assert visit.public_id not in str(feed(other))
    fieldwork.cancel(visit, by=world.office, reason="改期")
    assert f"Visit to {unit}" not in str(feed(world.inspectors[0]))


def test_every_duty_in_the_calendar_stands_among_the_members_tasks(world):
    make_finding(world, state="handed_over")
    make_finding(world, state="acknowledged")
    for member in (world.liaisons[0], world.heads[0]):
        own = duties.own_duties(member, [world.campaign])
        assert own and {duty.url for duty in own} == {task.url for task in tasks(member, world.campaign)}
        assert {str(duty.due_on) for duty in own} <= {str(task.due)[:10] for task in tasks(member, world.campaign)}


def test_the_address_is_shown_once_renewed_and_revoked(world):
    client = signed_in(world.liaisons[0])

    def post(name: str):
        form = client.get(reverse(name)).context["form"]
        return client.post(reverse(name), {"operation": form["operation"].value(), "version": form["version"].value()})

    def token_in(page: str) -> str:
        return re.search(r"http://testserver/calendar/([\w-]{43})\.ics", page)[1]

    answer = post("notices:make_feed")
    assert answer.headers["Cache-Control"] == "no-store"
    first = token_in(answer.content.decode())
    assert first not in client.get(reverse("notices:settings")).content.decode()
    assert first not in str(list(CalendarFeed.objects.values()))
    assert feed(world.liaisons[0], first)
    second = token_in(post("notices:make_feed").content.decode())
    assert Client().get(reverse("reports:calendar", args=[first])).status_code == 404
    assert feed(world.liaisons[0], second)
    assert post("notices:revoke_feed").status_code == 302
    assert Client().get(reverse("reports:calendar", args=[second])).status_code == 404


def test_the_same_form_sent_twice_makes_one_address(world):
    client = signed_in(world.liaisons[0])
    form = client.get(reverse("notices:make_feed")).context["form"]
    entered = {"operation": form["operation"].value(), "version": form["version"].value()}
    assert client.post(reverse("notices:make_feed"), entered).status_code == 200
    assert client.post(reverse("notices:make_feed"), entered).url == reverse("notices:settings")
    assert CalendarFeed.objects.count() == 1


@pytest.mark.parametrize("ended", ["role", "person"])
def test_a_feed_ends_with_its_members_role_and_with_the_account(world, ended):
    member = world.liaisons[0]
    token = actions.make_feed(by=member)
    with recorded(SYSTEM, "test.ended"):
        if ended == "role":
            member.ends_on = clock.today() - timedelta(days=1)
            member.save()
        else:
            member.person.is_active = False
            member.person.save()
    assert Client().get(reverse("reports:calendar", args=[token])).status_code == 404


def test_an_administrator_has_no_calendar_and_a_feed_takes_nothing_in(world):
    with pytest.raises(NotAllowed):
        actions.make_feed(by=make_member(Role.SYSADMIN, make_organisation("机房")))
    token = actions.make_feed(by=world.office)
    assert Client().post(reverse("reports:calendar", args=[token])).status_code == 405


def test_a_feed_is_kept_in_no_cache_sets_no_cookie_and_speaks_its_members_language(world):
    with clock.at(FIELD):
        page = signed_in(world.liaisons[0], "zh-hans")
        form = page.get(reverse("notices:make_feed")).context["form"]
        made = page.post(reverse("notices:make_feed"), {"operation": form["operation"].value(), "version": 1})
        path = re.search(r"/calendar/[\w-]+\.ics", made.content.decode())[0]
        answer = Client(headers={"accept-language": "en"}).get(path)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store" and not answer.cookies
    assert b"METHOD:PUBLISH\r\n" in answer.content and b"X-WR-TIMEZONE:Asia/Shanghai\r\n" in answer.content
    assert "报送自查" in {summary for _day, summary in days(parsed(answer.content))}


def test_no_token_comes_into_a_log(world, monkeypatch):
    console = next(h for h in logging.getLogger().handlers if any(isinstance(f, WithoutTokens) for f in h.filters))
    written = io.StringIO()
    monkeypatch.setattr(console, "stream", written)
    token = actions.make_feed(by=world.office)
    assert Client().post(reverse("reports:calendar", args=[token])).status_code == 405
    actions.revoke_feed(by=world.office)
    assert Client().get(reverse("reports:calendar", args=[token])).status_code == 404
    assert written.getvalue().count("/calendar/…") == 2 and token not in written.getvalue()


def test_long_and_hostile_texts_are_folded_and_escaped():
    summary = "整改；到期, 逗号\\反斜杠;分号\r\nBEGIN:VEVENT\n" + "很长的一句话" * 30 + "\u2028\x00\x85"
    entry = ics.Entry("a@ducha", date(2019, 12, 31), summary, "b" * 200, "https://ducha.example/\r\nX:1" + "u" * 90)
    (event,) = parsed(ics.write_feed("督察", [entry], at=FIELD, tz="Asia/Shanghai"))
    assert event["SUMMARY"] == "整改；到期, 逗号\\反斜杠;分号\nBEGIN:VEVENT\n" + "很长的一句话" * 30 + "\n"
    assert event["DTEND;VALUE=DATE"] == "20200101" and event["DTSTAMP"] == "20191112T020000Z"
    assert event["URL"] == "https://ducha.example/X:1" + "u" * 90
