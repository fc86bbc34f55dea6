"""Papers that begin something: the notice of a campaign, the notice of a team."""

from collections import Counter

from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.models import Campaign, Stage
from ducha.apps.campaigns.queries import areas, points
from ducha.apps.fieldwork.access import visible_visits
from ducha.apps.fieldwork.models import Team
from ducha.apps.organisations.models import Membership
from ducha.apps.papers.writing.lists import points_list, schedule, units_list
from ducha.apps.papers.writing.words import OPEN, day, name_of, named, said, span
from ducha.engines.gongwen import Block, Document, Heading, Paragraph

# Of more units than these the addressees are summed up, and their names annexed.
_ADDRESSED = 12


def launch_notice(member: Membership, campaign: Campaign) -> Document:
    """督察通知: who is inspected on what, the stages with their days, what each unit is to do."""
    units = [p.unit.name for p in visible_participations(member).filter(campaign=campaign).order_by("unit__position")]
    asked = list(points(campaign).order_by("rank"))
    by_area = Counter(point.area_id for point in asked)
    plan = f"campaign:{campaign.public_id}"
    scope = "、".join(f"{area.title}（{by_area[area.pk]}项）" for area in areas(campaign))
    stages = {stage.kind: stage for stage in campaign.stages.all()}
    blocks: list[Block] = [
        Paragraph((said(f"根据《{campaign.title}》，决定开展{name_of(campaign)}。现将有关事项通知如下。", plan),)),
        Heading(1, "督察对象和内容"),
        Paragraph((said(f"对{len(units)}个单位进行督察，共{len(asked)}项要点：{scope}。", plan),)),
        Heading(1, "时间安排"),
        *(Paragraph((said(_stage(stage), plan),), level=3) for stage in campaign.stages.all()),
        Heading(1, "工作要求"),
        *(Paragraph((said(text),), level=3) for text in _asks(stages)),
        Paragraph((said(f"联系人及电话：{OPEN}"),)),
    ]
    participations = visible_participations(member).filter(campaign=campaign).order_by("unit__position", "id")
    return Document(
        title=f"关于开展{name_of(campaign)}的通知",
        recipients=tuple(units) if len(units) <= _ADDRESSED else ("各被督察单位",),
        blocks=tuple(blocks),
        annexes=(points_list(asked), units_list(participations)),
        signed_by=(campaign.organiser.name,),
    )


def _stage(stage: Stage) -> str:
    when = span(stage.starts_on, stage.due_at)
    return f"{stage.title}：{when}。" if when else f"{stage.title}：时间另行通知。"


def _asks(stages: dict[str, Stage]) -> list[str]:
    """What each unit is to do; nothing twice."""
    first = stages.get("self_inspection")
    until = f"，于{day(first.due_at)}前经主要负责人确认后报送" if first and first.due_at else "，经主要负责人确认后报送"
    return [
        f"如实自查。对照督察要点清单逐项作出结论{until}。",
        "材料一次报送。同一材料上传一次、多处引用；执法台账能够计算的数据由系统核验，不再另行填报。",
        "即知即改。自查发现的问题列入清单，边查边改。",
    ]


def team_notice(member: Membership, team: Team) -> Document:
    """进驻通知: who comes, to whom, and the announced visits; of an unannounced one there is no word."""
    campaign = team.campaign
    units = [row.participation.unit.name for row in team.units.select_related("participation__unit").order_by("id")]
    places = team.members.filter(removed_at=None).select_related("member__person").order_by("-leads", "id")
    leaders = [place.member.person.name for place in places if place.leads]
    others = [place.member.person.name for place in places if not place.leads]
    who = f"组长{'、'.join(leaders)}" if leaders else "组长另行通知"
    who += f"，成员{'、'.join(others)}" if others else ""
    visits = list(
        visible_visits(member).filter(team=team, announced=True).exclude(state="cancelled").order_by("starts_at", "id")
    )
    first = f"按照《{campaign.title}》要求，{team.name}将对{named(units)}开展实地督察。"
    blocks: list[Block] = [
        Paragraph((said(first, f"campaign:{campaign.public_id}"), said(f"{team.name}由{who}组成。"))),
        Paragraph((said("请做好以下配合工作。"),)),
        *(
            Paragraph((said(text),), level=3)
            for text in (
                "确定一名联络员，负责联络和材料提供；已在系统中提交的材料不重复提供。",
                "按日程安排汇报、座谈和查阅资料，如实反映情况。",
                "不安排与督察无关的活动，不搞迎来送往。",
            )
        ),
        Paragraph((said(f"联系人及电话：{OPEN}"),)),
    ]
    return Document(
        title=f"关于{team.name}开展实地督察的通知",
        recipients=tuple(units) if 0 < len(units) <= _ADDRESSED else ("各被督察单位",),
        blocks=tuple(blocks),
        annexes=(schedule(visits),) if visits else (),
        signed_by=(campaign.organiser.name,),
        names=frozenset([*leaders, *others]),
    )
