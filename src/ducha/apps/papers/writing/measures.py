"""Papers of accountability: the summons, the listing and its lifting, criticism, commendation, referral."""

from datetime import date

from ducha.apps.accountability.models import Measure
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.models import Membership
from ducha.apps.papers.writing.lists import feedback_list, problem
from ducha.apps.papers.writing.words import OPEN, day, ended, name_of, said
from ducha.domain.errors import NotNow, sentence
from ducha.engines.gongwen import Block, Document, Heading, Paragraph


def summons(member: Membership, measure: Measure, due_on: date | None = None) -> Document:
    """约谈通知: why, where and when, and what is expected of the unit afterwards."""
    after = f"约谈后{_until(due_on)}书面反馈整改情况。"
    return _paper(
        measure,
        f"关于约谈{_unit(measure)}的通知",
        _grounds(measure, "现决定对你单位进行约谈。"),
        *_reason(measure, "约谈事由"),
        Heading(1, "约谈安排"),
        _line(f"时间和地点：{OPEN}"),
        _line("你单位主要负责人参加，对所列问题说明情况、原因和整改措施。"),
        _line(after),
    )


def listed_supervision(member: Membership, measure: Measure, due_on: date | None = None) -> Document:
    """挂牌督办通知: what is supervised, until when, and when the listing ends."""
    return _paper(
        measure,
        f"关于对{_unit(measure)}挂牌督办的通知",
        _grounds(measure, "现决定对你单位挂牌督办。"),
        *_reason(measure, "督办事项"),
        Heading(1, "督办要求"),
        _line(f"你单位主要负责人负责，{_until(due_on)}完成整改并书面反馈。"),
        _line("所列问题全部验收销号后，解除挂牌督办。"),
    )


def listing_lifted(member: Membership, measure: Measure) -> Document:
    """解除挂牌督办通知, once the supervision has ended."""
    if measure.kind != Measure.Kind.LISTED_SUPERVISION or measure.state != "ended":
        raise NotNow(sentence("The supervision of “%(unit)s” has not ended yet.", unit=_unit(measure)))
    facts = _facts(measure)
    number = f"（{measure.document_number}）" if measure.document_number else ""
    numbers = "、".join(f"问题{fact.number}" for fact in facts)
    return _paper(
        measure,
        f"关于对{_unit(measure)}解除挂牌督办的通知",
        Paragraph(
            (
                said(f"经验收，对你单位挂牌督办{number}的{len(facts)}个问题（{numbers}）已全部销号。", *_of(facts)),
                said("现解除挂牌督办。请你单位巩固整改成果，防止问题反弹。"),
            )
        ),
        lists_facts=False,
    )


def circulated_criticism(member: Membership, measure: Measure) -> Document:
    """通报批评, to all units."""
    return _paper(
        measure,
        f"关于对{_unit(measure)}通报批评的通报",
        _grounds(measure, f"现对{_unit(measure)}予以通报批评。"),
        *_reason(measure, "主要问题"),
        Heading(1, "工作要求"),
        _line(f"{_unit(measure)}对所列问题逐项整改。"),
        _line("其他单位对照检查，有同类问题的即查即改。"),
        recipients=("各被督察单位",),
    )


def commendation(member: Membership, measure: Measure) -> Document:
    """通报表扬, to all units."""
    unit = _unit(measure)
    return _paper(
        measure,
        f"关于对{unit}予以表扬的通报",
        Paragraph(
            (
                said(
                    f"在{name_of(measure.campaign)}中，{ended(f'{unit}：{measure.reason}')}",
                    f"unit:{measure.participation.public_id}",
                ),
            )
        ),
        Paragraph((said(f"现对{unit}予以通报表扬。"),)),
        recipients=("各被督察单位",),
        lists_facts=False,
    )


def referral(member: Membership, measure: Measure) -> Document:
    """移送函: what is passed on, and to whom."""
    return _paper(
        measure,
        f"关于移送{_unit(measure)}有关问题的函",
        _grounds(measure, "现将有关问题移送你单位依规依纪依法处理。"),
        *_reason(measure, "移送事项"),
        Paragraph((said("处理结果请书面反馈。"),)),
        recipients=(OPEN,),
    )


def _unit(measure: Measure) -> str:
    return measure.participation.unit.name


def _facts(measure: Measure) -> list[Finding]:
    rests_on = measure.facts.select_related("finding__point", "finding__participation__unit")
    return [fact.finding for fact in rests_on.order_by("finding__number")]


def _of(facts: list[Finding]) -> tuple[str, ...]:
    return tuple(f"finding:{fact.public_id}" for fact in facts)


def _until(due_on: date | None) -> str:
    return f"于{day(due_on)}前" if due_on else "及时"


def _line(text: str) -> Block:
    return Paragraph((said(text),), level=3)


def _grounds(measure: Measure, decision: str) -> Block:
    plan = f"campaign:{measure.campaign.public_id}"
    return Paragraph((said(f"根据《{measure.campaign.title}》和督察发现的问题，经批准，{decision}", plan),))


def _reason(measure: Measure, title: str) -> list[Block]:
    """The reason in the words of whoever proposed it, and each fact with its record."""
    told = [
        Paragraph(
            (said(f"问题{f.number}（要点{f.point.code}）：{ended(problem(f))}", f"finding:{f.public_id}"),), level=3
        )
        for f in _facts(measure)
    ]
    return [Heading(1, title), Paragraph((said(ended(measure.reason), f"measures:{measure.kind}"),)), *told]


def _paper(
    measure: Measure, title: str, *blocks: Block, recipients: tuple[str, ...] = (), lists_facts: bool = True
) -> Document:
    facts = _facts(measure) if lists_facts else []
    return Document(
        title=title,
        recipients=recipients or (_unit(measure),),
        blocks=blocks,
        annexes=(feedback_list(facts),) if facts else (),
        signed_by=(measure.campaign.organiser.name,),
        names=frozenset({_unit(measure)}),
    )
