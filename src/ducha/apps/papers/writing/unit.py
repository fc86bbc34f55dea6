"""Papers about one unit: its own self-inspection and rectification reports, what it was told, what was accepted."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.models import Participation
from ducha.apps.findings.models import Finding
from ducha.apps.findings.queries import ledger
from ducha.apps.organisations.models import Membership
from ducha.apps.papers.writing.lists import feedback_list, problem_rows, rectification_list
from ducha.apps.papers.writing.words import CONCLUSIONS, HORIZONS, MANNERS, OPEN, day, ended, name_of, percent, said
from ducha.apps.rectification.models import Acceptance
from ducha.apps.selfassessment.access import readable_assessments, visible_submissions
from ducha.apps.selfassessment.queries import snapshot
from ducha.domain.errors import NotNow, sentence
from ducha.engines.gongwen import Block, Document, Heading, Paragraph, Sentence


def self_inspection_report(member: Membership, participation: Participation) -> Document:
    """自查报告: what the unit delivered last, word for word; before that, for the unit alone, what it has so far."""
    told, delivered_at = _delivered(member, participation)
    name, unit = name_of(participation.campaign), participation.unit.name
    points = [point for point in told if point["conclusion"]]
    by_conclusion = Counter(point["conclusion"] for point in points)
    problems = [(point, problem) for point in told for problem in point["problems"]]
    figures = "、".join(f"{CONCLUSIONS[kind]}{by_conclusion[kind]}项" for kind in CONCLUSIONS if by_conclusion[kind])
    sentences = [said(f"按照《{participation.campaign.title}》要求，{unit}对{len(told)}项督察要点逐项自查。")]
    if points:
        sentences.append(said(f"已作出结论{len(points)}项：{figures}。"))
    sentences.append(said(f"自查发现问题{len(problems)}个。" if problems else "自查没有发现问题。"))
    planned = [(point, problem) for point, problem in problems if problem["planned"]]
    blocks: list[Block] = [
        Heading(1, "自查工作开展情况"),
        Paragraph(tuple(sentences)),
        Heading(1, "逐项自查情况"),
        *(Paragraph((said(_point(point)),), level=3) for point in points),
        Heading(1, "自查发现的问题"),
        *_or_none([f"{_of(p)}：{ended(problem['description'])}" for p, problem in problems], "自查没有发现问题。"),
        Heading(1, "下一步整改打算"),
        *_or_none([f"{_of(p)}：{ended(problem['planned'])}" for p, problem in planned], "没有需要整改的问题。"),
    ]
    rows = [(point["code"], problem["description"], HORIZONS[problem["horizon"]]) for point, problem in problems]
    return Document(
        title=f"{unit}关于{name}的自查报告",
        recipients=(participation.campaign.organiser.name,),
        blocks=tuple(blocks),
        annexes=(problem_rows("自查问题清单", rows),) if rows else (),
        signed_by=(unit,),
        dated=delivered_at,
    )


def _delivered(member: Membership, participation: Participation) -> tuple[list[dict[str, Any]], Any]:
    """The points of the newest sealed version and its day; of a draft, to whoever may read it, without a day."""
    newest = visible_submissions(member).filter(assessment__participation=participation).order_by("-number").first()
    if newest:
        return json.loads(newest.content)["points"], timezone.localtime(newest.delivered_at).date()
    draft = readable_assessments(member).filter(participation=participation).first()
    if draft is None:
        unit = participation.unit.name
        raise NotNow(sentence("“%(unit)s” has not delivered its self-inspection yet.", unit=unit))
    return json.loads(snapshot(draft))["points"], None


def _of(point: dict[str, Any]) -> str:
    return f"要点{point['code']}"


def _point(point: dict[str, Any]) -> str:
    """One point as its answer says it: the conclusion, the figures, the words."""
    figures = [
        f"{f['phrase']}：{f['computed'] or f['claimed']}" for f in point["figures"] if f["computed"] or f["claimed"]
    ]
    asked = "".join(ended(line) for line in point["text"].splitlines() if line.strip())
    words = [f"{asked.rstrip('；。;.')}：{CONCLUSIONS[point['conclusion']]}"]
    words += ["，".join(figures)] if figures else []
    words += [point["narrative"].strip()] if point["narrative"].strip() else []
    shown = len(point["evidence"])
    return (
        f"{_of(point)}，"
        + "；".join(word.rstrip("；。") for word in words)
        + (f"（佐证{shown}份）。" if shown else "。")
    )


def _or_none(texts: Sequence[str], nothing: str) -> Iterator[Block]:
    if not texts:
        yield Paragraph((said(nothing),))
    for text in texts:
        yield Paragraph((said(text),), level=3)


def told_to(member: Membership, participation: Participation) -> QuerySet[Finding]:
    """The problems that were handed over to the unit and stand, in the order of the plan."""
    found = ledger(member, participation.campaign).filter(participation=participation, handed_over_at__isnull=False)
    return found.exclude(state="withdrawn").order_by("point__rank", "number")


def feedback(member: Membership, participation: Participation) -> Document:
    """现场督察反馈意见: the problems handed over to the unit, what it has to do about each and until when."""
    found, unit = list(told_to(member, participation)), participation.unit.name
    about = f"unit:{participation.public_id}"
    by_horizon = Counter(finding.horizon for finding in found)
    kinds = "、".join(f"{HORIZONS[kind]}{by_horizon[kind]}个" for kind in HORIZONS if by_horizon[kind])
    first = f"按照《{participation.campaign.title}》要求，督察组对你单位开展了实地督察。"
    blocks: list[Block] = [Paragraph((said(f"{first}现将发现的{len(found)}个问题反馈如下。", about),))]
    if not found:
        blocks = [Paragraph((said(f"{first}没有向你单位反馈的问题。", about),))]
    else:
        blocks += [Heading(1, "存在问题"), *(Paragraph((_case(finding),), level=3) for finding in found)]
        asks = [
            f"对所附问题清单逐项整改：{kinds}。",
            "对反馈的问题有异议的，在系统中对该问题提出异议并说明理由、附佐证。",
            "整改完成后逐项提交整改报告，经验收后销号。",
        ]
        blocks += [Heading(1, "整改要求"), *(Paragraph((said(text),), level=3) for text in asks)]
    return Document(
        title=f"关于{unit}督察情况的反馈意见",
        recipients=(unit,),
        blocks=tuple(blocks),
        annexes=(feedback_list(found),) if found else (),
        signed_by=(participation.campaign.organiser.name,),
    )


def _case(finding: Finding) -> Sentence:
    title = "" if finding.title in finding.facts else f"{finding.title}。"
    until = f"，整改时限{day(finding.due_on)}" if finding.due_on else ""
    words = ended(f"{title}{finding.facts}")
    details = f"（问题{finding.number}，要点{finding.point.code}，{HORIZONS[finding.horizon]}{until}）"
    return said(f"{words[:-1]}{details}{words[-1]}", f"finding:{finding.public_id}")


def rectification_report(member: Membership, participation: Participation) -> Document:
    """整改报告: how far each problem handed over to the unit is put right, from measures, progress and acceptance."""
    found, unit = _with_work(told_to(member, participation)), participation.unit.name
    name = name_of(participation.campaign)
    closed = [finding for finding in found if finding.state == "closed"]
    waiting = [finding for finding in found if finding.state != "closed"]
    overall = f"督察组共向{unit}反馈问题{len(found)}个，已验收销号{len(closed)}个，占{percent(len(closed), len(found))}"
    overall += f"，正在整改{len(waiting)}个。" if waiting else "。"
    blocks: list[Block] = [Heading(1, "总体情况"), Paragraph((said(overall),)), Heading(1, "逐条整改情况")]
    blocks += [Paragraph((_work(finding),), level=3) for finding in found]
    if not found:
        blocks.append(Paragraph((said("没有反馈的问题。"),)))
    blocks.append(Heading(1, "下一步"))
    if waiting:
        numbers = "、".join(f"问题{finding.number}" for finding in waiting)
        blocks.append(Paragraph((said(f"尚未销号的{numbers}，按整改台账所列措施和时限推进。"),)))
    else:
        blocks.append(Paragraph((said("反馈的问题已全部验收销号。" if found else "没有需要整改的问题。"),)))
    return Document(
        title=f"{unit}关于{name}反馈问题整改情况的报告",
        recipients=(participation.campaign.organiser.name,),
        blocks=tuple(blocks),
        annexes=(rectification_list(found),) if found else (),
        signed_by=(unit,),
        dated=clock.today(),
    )


def _with_work(found: QuerySet[Finding]) -> list[Finding]:
    """The findings with their rectifications, measures, progress and acceptances, read at once."""
    work = ("measures", "progress", "reports", "acceptances__by__person")
    return list(found.select_related("rectification").prefetch_related(*(f"rectification__{name}" for name in work)))


def _work(finding: Finding) -> Sentence:
    """What was done about one problem, in its unit's own words."""
    work = getattr(finding, "rectification", None)
    measures = [m for m in work.measures.all() if m.removed_at is None] if work else []
    done = sum(m.done_on is not None for m in measures)
    words = [f"问题{finding.number}：{finding.title.rstrip('。')}"]
    if measures:
        listed = "；".join(m.description.rstrip("。；") for m in measures)
        words.append(f"整改措施{len(measures)}项，已完成{done}项：{listed}")
    reports = list(work.reports.all()) if work else []
    progress = list(work.progress.all()) if work else []
    if reports:
        words.append(f"整改结果：{max(reports, key=lambda r: r.number).text.strip().rstrip('。')}")
    elif progress:
        words.append(f"进展：{max(progress, key=lambda p: p.at).text.strip().rstrip('。')}")
    elif not measures:
        words.append("尚未制定整改措施")
    words.append("已验收销号" if finding.state == "closed" else "尚未销号")
    return said("。".join(words) + "。", f"finding:{finding.public_id}")


def acceptance_opinion(member: Membership, participation: Participation) -> Document:
    """验收意见: which problems of the unit were accepted, where and by whom it was looked at, which were returned."""
    found, unit = _with_work(told_to(member, participation)), participation.unit.name
    looked = [(finding, opinion) for finding in found if (opinion := _last_opinion(finding))]
    accepted = [pair for pair in looked if pair[1].result == Acceptance.Result.ACCEPTED]
    returned = [pair for pair in looked if pair[1].result != Acceptance.Result.ACCEPTED]
    text = f"对你单位提交的整改报告进行了验收，涉及问题{len(looked)}个：通过{len(accepted)}个"
    blocks: list[Block] = [Paragraph((said(f"{text}，退回{len(returned)}个。" if returned else f"{text}。"),))]
    for title, pairs in (("通过验收、予以销号的问题", accepted), ("退回继续整改的问题", returned)):
        if pairs:
            blocks += [Heading(1, title), *(Paragraph((_opinion(*pair),), level=3) for pair in pairs)]
    if not looked:
        blocks = [Paragraph((said("你单位尚无经过验收的整改报告。"), said(OPEN)))]
    return Document(
        title=f"关于{unit}督察反馈问题整改的验收意见",
        recipients=(unit,),
        blocks=tuple(blocks),
        annexes=(rectification_list([finding for finding, _opinion in looked]),) if looked else (),
        signed_by=(participation.campaign.organiser.name,),
    )


def _last_opinion(finding: Finding) -> Acceptance | None:
    work = getattr(finding, "rectification", None)
    return max(work.acceptances.all(), key=lambda a: (a.at, a.pk), default=None) if work else None


def _opinion(finding: Finding, opinion: Acceptance) -> Sentence:
    where = f"，{opinion.place}" if opinion.place else ""
    who = f"（{MANNERS[opinion.manner]}{where}，验收人{opinion.by.person.name}，{day(opinion.at)}）"
    words = ended(f"问题{finding.number}：{finding.title.rstrip('。')}。{opinion.opinion}")
    return said(f"{words[:-1]}{who}{words[-1]}", f"finding:{finding.public_id}")
