"""The papers of the demonstration: written, checked, approved and issued as an office would."""

from typing import Any

from ducha.apps.fieldwork.models import Team
from ducha.apps.organisations.models import Membership
from ducha.apps.papers import actions
from ducha.apps.papers.models import Paper
from ducha.apps.papers.queries import letterhead_of
from ducha.apps.papers.writing import OPEN
from ducha.demo.city import City

# What the office writes where the records end, by the words before it.
_WRITTEN = {
    "联系人及电话：": "督察办综合科，联系方式见督察工作群。",
    "时间和地点：": "另行电话通知。",
    "": "有的单位责任没有落实到岗到人，执法信息公开缺少专人复核；有的重部署、轻检查，问题年年提、年年有。",
}


def set_letterhead(city: City) -> None:
    """Mark and code of the organiser."""
    office = city.members["office"]
    head = letterhead_of(office.organisation)
    printed_by = office.organisation.name
    actions.set_letterhead(head, by=office, mark=f"{printed_by}文件", code="平法政办", printed_by=printed_by)


def written(kind: str, about: Any, office: Membership, **more: Any) -> Paper:
    """A draft in which a person filled in what the records do not say."""
    paper = actions.begin(kind, about, by=office, **more)
    if OPEN in paper.document.recipients:
        head = {"title": paper.title, "signed_by": paper.document.signed_by, "copies_to": ()}
        actions.edit_head(paper, by=office, recipients=("市纪委监委",), **head)
    for at, block in enumerate(paper.document.blocks):
        words = getattr(block, "text", "")
        if OPEN in words:
            said = next(text for begins, text in _WRITTEN.items() if words.startswith(begins))
            actions.edit_part(paper, by=office, at=at, text=words.replace(OPEN, said))
    return paper


def issued(kind: str, about: Any, city: City, **more: Any) -> Paper:
    """A paper on all its way."""
    paper = checked(written(kind, about, city.members["office"], **more), city)
    actions.approve(paper, by=city.members["leader"])
    return actions.issue(paper, by=city.members["office"])


def checked(paper: Paper, city: City) -> Paper:
    """A draft that a colleague found right; it waits for the leader."""
    actions.submit(paper, by=city.members["office"])
    return actions.check(paper, by=city.members["office-2"])


def report(city: City, campaign: Any) -> None:
    """The city's report waits for the leader; the first team's is a draft in which a person has something to write."""
    checked(written("city_report", campaign, city.members["office"]), city)
    team = Team.objects.filter(campaign=campaign).order_by("number").first()
    actions.begin("team_report", team, by=city.members["office"])
