"""Chat groups: known hosts alone, an address nobody sees again, counts and days and nothing else."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from factories import make_finding
from notice_ends import signed_in
from worlds import ROBOT

from ducha.apps.audit_trail import clock
from ducha.apps.notices import actions, posting
from ducha.apps.notices.models import Group, Outgoing
from ducha.domain.errors import DuchaError, Invalid, NotAllowed

KEY = "6b1d-invented-9e77"


def connect(world, chat, kind: str = "wecom", **others):
    path = {"wecom": f"/cgi-bin/webhook/send?key={KEY}", "dingtalk": f"/robot/send?access_token={KEY}"}[kind]
    unit = world.office.organisation
    return actions.add_group(unit, by=world.office, kind=kind, address=chat.origin + path, **others)


def test_a_wecom_group_is_greeted_in_its_own_form(world, chat):
    connect(world, chat)
    assert actions.send().sent == 1
    ((path, message),) = chat.received
    assert path == f"/cgi-bin/webhook/send?key={KEY}"
    assert set(message) == {"msgtype", "markdown"} and message["msgtype"] == "markdown"
    assert set(message["markdown"]) == {"content"} and "督察提醒" in message["markdown"]["content"]


def test_a_dingtalk_group_is_posted_to_with_a_signature(world, chat):
    connect(world, chat, kind="dingtalk", secret="SEC-invented")
    assert actions.send().sent == 1
    ((path, message),) = chat.received
    assert set(message["markdown"]) == {"title", "text"}
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    digest = hmac.new(b"SEC-invented", f"{asked['timestamp']}\nSEC-invented".encode(), hashlib.sha256).digest()
    assert asked["sign"] == base64.b64encode(digest).decode()
    assert asked["timestamp"] == str(int(clock.now().timestamp() * 1000)) and asked["access_token"] == KEY


def test_a_group_hears_counts_and_days_and_never_of_a_problem(world, chat):
    group = connect(world, chat)
    make_finding(world, title="扣押当事人的身份证")
    lines = [
        actions.Line("rectification reports", 3, "2019-11-14"),
        actions.Line("answers to measures", 1, "2019-11-11"),
    ]
    assert actions.announce(group, "某年督察", lines, key="one")
    assert not actions.announce(group, "某年督察", lines, key="one")
    actions.send()
    content = chat.received[1][1]["markdown"]["content"]
    assert "> 3 份整改报告将于 2 个工作日后（11 月 14 日）到期" in content
    assert "> 1 份处理措施的反馈已于 11 月 11 日逾期" in content
    assert "扣押" not in content and world.participations[0].unit.name not in content
    assert actions.send().sent == 0 and len(chat.received) == 2


@pytest.mark.parametrize(
    ("set_up", "reason"),
    [
        ({"status": 503}, "answered with status 503"),
        ({"status": 302, "location": "/internal"}, "answered with status 302"),
        ({"answer": {"errcode": 93000, "errmsg": f"invalid {KEY}"}}, "errcode 93000"),
        ({"answer": b"<html>"}, "no robot"),
        ({"answer": [0]}, "no robot"),
    ],
)
def test_a_refusal_is_told_without_the_address_and_nobody_is_followed(world, chat, caplog, set_up, reason):
    for name, value in set_up.items():
        setattr(chat, name, value)
    connect(world, chat)
    assert actions.send().failed == 1
    assert len(chat.received) == 1
    page = signed_in(world.office).get(reverse("notices:groups")).content.decode()
    assert reason in page and KEY not in page and KEY not in caplog.text
    assert KEY not in json.dumps(Outgoing.objects.get().last_error)


def test_a_server_that_is_not_there_is_tried_again(world, chat, settings):
    settings.DUCHA_GROUP_HOSTS = ["http://127.0.0.1:1"]
    actions.add_group(world.office.organisation, by=world.office, kind="wecom", address=f"http://127.0.0.1:1/{KEY}")
    assert actions.send().failed == 1
    assert Outgoing.objects.get().last_error["params"] == {"kind": "ConnectionRefusedError"}


@pytest.mark.parametrize(
    "address",
    [
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x",  # not https
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=x",
        "https://evil.example/cgi-bin/webhook/send?key=qyapi.weixin.qq.com",
        "https://qyapi.weixin.qq.com@127.0.0.1/cgi-bin/webhook/send",
        "https://somebody:secret@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x",
        "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=x",
        "https://qyapi.weixin.qq.com/cgi-bin/../other?key=x",
        "https://qyapi.weixin.qq.com\\@127.0.0.1/cgi-bin/webhook/send",
        "https://oapi.dingtalk.com/robot/send?access_token=x",  # a DingTalk address for a WeCom group
        "http://127.0.0.1/cgi-bin/webhook/send",
        "http://169.254.169.254/latest/meta-data",
        "https://[::1]/cgi-bin/webhook/send",
        "https://qyapi.weixin.qq.com:x/cgi-bin/webhook/send",
        "https://qyapi.weixin。qq.com/cgi-bin/webhook/send",
        "file:///etc/passwd",
        "robot",
        "",
    ],
)
def test_nobody_makes_the_server_call_another_place(address):
    with pytest.raises(Invalid):
        posting.require_allowed("wecom", address)


def test_the_two_makers_own_robots_and_what_the_administrator_named_are_allowed():
    posting.require_allowed("wecom", ROBOT)
    posting.require_allowed("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=x")
    posting.require_allowed("dingtalk", "https://im.example.gov.cn/any?x", ["https://im.example.gov.cn"])
    with pytest.raises(Invalid):
        posting.require_allowed("dingtalk", "http://im.example.gov.cn/any?x", ["https://im.example.gov.cn"])


def test_the_address_is_sealed_in_the_table_and_only_its_end_is_shown(world, chat, settings):
    group = connect(world, chat, kind="dingtalk", secret="SEC-invented")
    stored = json.dumps(list(Group.objects.values("sealed_address", "sealed_secret", "ending")))
    assert KEY not in stored and "SEC-invented" not in stored and '"9e77"' in stored
    client = signed_in(world.office)
    for name in ("notices:groups", "notices:add_group"):
        assert KEY not in client.get(reverse(name)).content.decode()
    assert f"DingTalk …{KEY[-4:]}" in client.get(reverse("notices:groups")).content.decode()
    settings.SECRET_KEY = "another"
    assert actions.send().failed == 1
    assert "sealed with another key" in Outgoing.objects.get(group=group).last_error["text"]


def test_the_office_connects_a_group_on_its_page_and_nobody_else_does(world, chat):
    client, address = signed_in(world.office), f"{chat.origin}/cgi-bin/webhook/send?key={KEY}"
    form = client.get(reverse("notices:add_group")).context["form"]
    entered = {
        "operation": form["operation"].value(),
        "organisation": world.participations[0].unit.public_id,
        "kind": "wecom",
    }
    refused = client.post(reverse("notices:add_group"), {**entered, "address": "http://127.0.0.1:22/x"})
    assert refused.status_code == 422 and "must begin with https://qyapi.weixin.qq.com" in refused.content.decode()
    assert client.post(reverse("notices:add_group"), {**entered, "address": address}).status_code == 302
    group = Group.objects.get()
    assert group.organisation == world.participations[0].unit
    with pytest.raises(NotAllowed):
        actions.add_group(group.organisation, by=world.liaisons[0], kind="wecom", address=address)


def test_a_group_that_was_disconnected_hears_nothing_more(world, chat):
    group = connect(world, chat)
    actions.remove_group(group, by=world.office)
    assert group.sealed_address == ""
    assert actions.send() == actions.Outcome()
    assert chat.received == [] and Outgoing.objects.get().state == "dropped"


def test_groups_are_left_in_peace_at_night(world, chat):
    with clock.at(clock.now().replace(hour=15)):  # 23:00 at the office
        connect(world, chat)
        assert actions.send() == actions.Outcome()
    waiting = Outgoing.objects.get()
    with clock.at(waiting.send_after):
        assert actions.send().sent == 1


def test_posting_gives_up_on_a_server_that_does_not_answer_in_time(chat, monkeypatch):
    import socket

    monkeypatch.setattr(posting, "SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        with pytest.raises(DuchaError, match="could not be reached"):
            posting.post(f"http://127.0.0.1:{mute.getsockname()[1]}/x", {})
