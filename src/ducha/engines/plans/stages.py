"""The stages of a plan, with the year they do not say."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from ducha.domain import workdays
from ducha.domain.errors import OutsideCalendar, Sentence, sentence
from ducha.engines.plans.heading import Heading
from ducha.engines.plans.moments import Span, first_day, last_day, spans
from ducha.engines.plans.values import Node, Stage, Warned

# What a stage is for, by the words of its name; the first that fits counts, so that "督察整改" is a rectification.
_KINDS = (
    ("acceptance", re.compile(r"回头看")),
    ("self_inspection", re.compile(r"自查|自评|自纠|自检|摸底|摸排|排查|起底|对照检查")),
    ("rectification", re.compile(r"整改|纠正|整治|纠治|治理|攻坚")),
    ("acceptance", re.compile(r"验收|总结|评估|销号|回头看|评定|复查|复核")),
    ("preparation", re.compile(r"准备|动员|启动|发动")),
    ("field_inspection", re.compile(r"督[察查导]|检查|抽查|考核|核查|实地|评议|考评|巡查|暗访|进驻|测评|评查")),
    ("preparation", re.compile(r"部署|方案|宣传|培训|筹备")),
    # 学区互查, 镇街初查, 市级联查
    ("field_inspection", re.compile(r"[互初普抽联督核巡]查|互[检评]|交叉|抽检")),
    ("rectification", re.compile(r"处理|处置|查处|交办|督办")),
    ("acceptance", re.compile(r"巩固")),
)
# 县级复核 between self-inspection and rectification looks at what was reported, after it at what was mended.
_LOOKS_AGAIN = re.compile(r"复[查核]")
# 结果通报 at the end of all ends the work.
_CONCLUDES = re.compile(r"通报|反馈|汇总|公布|公示|报告|结果")
_LOOKS_AT_ALL = re.compile(r"验收|总结|评估|销号|回头看|评定")
_BY_LEVEL = re.compile(r"[省市县区州乡镇]级|乡镇|镇街|街道|学区|上级|交叉")
_STAGE_PART = re.compile(
    r"步骤|阶段|时间安排|进度|日程|时间节点|时间要求|程序|时间步骤|工作安排|督[察查]安排|检查安排|考核安排"
)
_NAMES_STAGES = re.compile(r"步骤|阶段|时间安排|进度安排|日程安排|(?:督[察查导]|检查|考核)程序")
_WORDS = re.compile(r"[上下]?午?下班前")
# 第一阶段（3月至5月）…；第二阶段…: stages in one paragraph. Each but the first begins after the end of a clause.
_STEPS = re.compile(r"(?=第[一二三四五六七](?:阶段|步(?!骤)))")
# …组织自查。第二阶段: a step's name alone, behind the end of the step before it.
_AT_STEPS = re.compile(rf"(?<=[。；;]){_STEPS.pattern}(?=[^。；;，,（(]{{3,18}}$)")
# 3月1日至3月20日为自查阶段；3月21日起…
_DATED_STEPS = re.compile(
    r"(?:^|[。；;])(?=[^，。；;阶段]*月)[\d年月日至前到—\-－上中下旬底]{3,26}[，,]?[为是]?[^，。；;\d]{0,14}?阶段"
)
# 8月26日至8月31日，…。9月2日至9月6日，…: sentences that each begin with their time.
_TIME = r"(?:(?:19|20)\d\d年)?\d{1,2}月(?:\d{1,2}日|[上中下]旬|底)?"
_RANGES = re.compile(rf"(?:^|(?<=[。；;])){_TIME}(?:至|到|—|-|－)[\d年月日上中下旬底]{{2,14}}[，,]")
_BEGUN = re.compile(rf"(?:^|(?<=[。；;]))(?={_TIME}(?:(?:至|到|—|-|－)[\d年月日上中下旬底]{{2,14}}|前)[，,])")
# 即日起至4月15日为…。4月中旬，…。5月10日前，…: three or more that begin with any time.
_AT_TIMES = re.compile(
    rf"(?:^|(?<=[。；;]))(?=(?:即日起?至?)?{_TIME.replace('|底', '|[上中]、[中下]旬|底')}"
    r"(?:(?:至|到|—|-|－)[\d年月日上中下旬底]{2,14})?(?:之?前)?(?:[，,]|为))"
)
_OF_OTHERS = re.compile(r"对[^，。；]{1,12}(?:问题|情况)")
_SENTENCES = re.compile(r"(?<=[。；;])")
# 自查阶段（3月8日前）。 as a paragraph, or one after another in a paragraph: steps without numbers.
_NAMED_STEP = re.compile(r"([^，。；：（(]{2,16}?)\s*[（(][^）)]*[\d一二三四五六七八九十]\s*月[^）)]*[）)]\s*[:：。]?")
_NAMED_STEPS = re.compile(r"(?:^|(?<=[。；;]))(?=[^，。；：（(]{2,14}阶段\s*[（(][^）)]{0,30}月)")
# 督察于6月17日启动，7月5日结束
_DAY = r"(?:(?:19|20)\d\d年)?\d{1,2}月(?:\d{1,2}日|[上中下]旬|底)?"
_TOLD = re.compile(
    rf"(?:^|(?<=[，。；]))(?P<name>[^，。；\d]{{0,8}}(?:督[察查导]|检查|自查|抽查|核查|巡查|评估|考核|整改|整治)(?:工作|行动|活动)?)"
    rf"(?P<time>(?:自|从|于|定于)?{_DAY}(?:启动|开始|起|进驻)[，,]?(?:至|到|于|预计)?{_DAY}(?:前)?)(?:全面|基本)?(?:结束|完成|截止|止)"
)
_YEARLY = re.compile(r"每年")
_MENDED = re.compile(
    r"[，,]?[^，。；]{0,12}(?:完成|做到|实现)?[^，。；]{0,6}(?:整改(?:$|[，。；到完落]|任务)|完成[^，。；]{0,8}整改)"
)
_NAMED_TIMES = re.compile(
    r"(?:^|(?<=[。；;]))\s*(?P<name>[^，。；：（(]{2,14})\s*[（(][^）)]{0,24}月[^）)]{0,24}[）)](?=[。：:]|$)"
)
_GRANTED = re.compile(r"(?:为期|共|用时|不少于|利用|用)(\d{1,2})个?工作日")
_YEAR = re.compile(r"[〔\[（(]((?:19|20)\d\d)[〕\]）)]")
_DATED = re.compile(r"(?<![\d—-])(?:19|20)\d\d年\d{1,2}月(?:\d{1,2}日|[上中下]旬|底)?(?=以?前|之前|至|—|-)")
# 考核分为自评、核查、评定三个阶段 counts them and is none.
_COUNTS = re.compile(r"[两二三四五六七\d]个?(?:阶段|步骤|环节)")
_COUNTED = re.compile(r"第[一二三四五六七](?:阶段|步)")
# A week holds five working days; a stage of less than that many in as many days lost some to a week-end or a holiday.
_WEEK, _WORKING_WEEK = 7, 5
# Where in a part without a date in its title its dates are looked for.
_HEAD, _OPENING = 60, 30


def inferred_year(text: str, heading: Heading) -> tuple[int | None, str]:
    """The year of the plan and the words it was taken from.

    In this order: the document's own number, the day it was signed, a year in its title, the year that most of the
    times carry until which something is due, the latest year of a cited number.
    """
    if heading.document_number and (years := _YEAR.findall(heading.document_number)):
        return int(years[0]), heading.document_number
    if heading.issued_on:
        return heading.issued_on.year, heading.issued_on.isoformat()
    if in_title := re.search(r"((?:19|20)\d\d)\s*年", heading.title):
        return int(in_title[1]), in_title[0]
    if dated := _DATED.findall("".join(text.split())):
        year = Counter(int(words[:4]) for words in dated).most_common(1)[0][0]
        return year, next(words for words in dated if words.startswith(str(year)))
    years = _YEAR.findall(text)
    return (int(max(years)), f"〔{max(years)}〕") if years else (None, "")


def steps_in(paragraph: str) -> list[str]:
    """A paragraph by the stages that it names, with what stands before the first."""
    steps = [step for step in _STEPS.split(paragraph) if step]
    if len(steps) == 1 and len(_DATED_STEPS.findall(paragraph)) > 1:
        return [step for step in _SENTENCES.split(paragraph) if step]
    if len(steps) == 1 and len(_RANGES.findall(paragraph)) > 1:
        return [step for step in _BEGUN.split(paragraph) if step]
    if len(steps) == 1 and len(timed := [step for step in _AT_TIMES.split(paragraph) if step]) > 2:
        return timed
    if len(steps) == 1 and len(named := [step for step in _NAMED_STEPS.split(paragraph) if step]) > 1:
        return named
    if len(steps) == 1:
        return _by_names(paragraph)
    return steps


def _by_names(paragraph: str) -> list[str]:
    """A paragraph by its sentences that begin with the name of a stage and its time: 第二轮督察（9月）."""
    starts = [match.start() for match in _NAMED_TIMES.finditer(paragraph) if _kind(match["name"]) != "other"]
    cuts = [0, *(start for start in starts if start), len(paragraph)]
    return [paragraph[first:last] for first, last in zip(cuts, cuts[1:], strict=False) if paragraph[first:last]]


def stages(parts: list[Node], year: int | None, issued_on: date | None) -> tuple[tuple[Stage, ...], tuple[Warned, ...]]:
    """The stages of the parts that are about stages, and what a person should look at."""
    steps = _Steps(year, issued_on)
    for part in parts:
        steps.read(part)
    if not steps.found:
        steps.in_text(parts)
    found = [_in_its_place(place, steps.found) for place in range(len(steps.found))]
    return tuple(found), tuple(doubt for stage in found for doubt in _doubts(stage))


def _in_its_place(place: int, found: list[Stage]) -> Stage:
    """A stage by what comes before and after it: 复核 before rectification is an inspection, after it acceptance."""
    stage = found[place]
    if stage.kind == "other" and _CONCLUDES.search(stage.title):
        inspected = any(each.kind == "field_inspection" for each in found[:place])
        return replace(stage, kind="acceptance") if inspected and place + 1 == len(found) else stage
    if not _LOOKS_AGAIN.search(stage.title) or _LOOKS_AT_ALL.search(stage.title) or stage.kind != "acceptance":
        return stage
    is_before = any(each.kind == "rectification" for each in found[place + 1 :])
    is_after = any(each.kind == "rectification" for each in found[:place])
    if not is_after and (is_before or _BY_LEVEL.search(stage.title)):
        return replace(stage, kind="field_inspection")
    return stage


@dataclass
class _Steps:
    """Reads stages in order, so that a stage without a year does not come before the one above it."""

    year: int | None
    issued_on: date | None
    found: list[Stage] = field(default_factory=list)

    def read(self, part: Node) -> None:
        if part.role == "stages" or (part.role not in ("inspected", "annex") and self._are_steps(part)):
            self._steps(part)
        elif part.role == "inspected" and _NAMES_STAGES.search(part.title[:30]) and any(c.row for c in part.children):
            self._steps(part)
        elif part.role not in ("inspected", "annex") and not part.children and _tells_stages(part):
            self._steps(part)
        elif part.role != "inspected":
            for child in part.children:
                if _STAGE_PART.search(child.title[:30]) or _STAGE_PART.search(child.text[:10]):
                    self._steps(child)

    def in_text(self, nodes: list[Node]) -> None:
        """A stage that a text without steps tells: 督察于6月17日启动，7月5日结束."""
        for node in nodes:
            if node.role in ("inspected", "annex", "preamble"):
                continue
            for line, paragraph in node.paragraphs:
                for told in _TOLD.finditer(paragraph):
                    found = self._spans(told["time"])
                    if len(found) == 2 and not any(_YEARLY.search(words) for words in (told[0], paragraph)):
                        span = replace(found[0], ends=found[1].ends, is_range=True)
                        self._take(_dated(_kind(told["name"]), told["name"], [span], told[0], (line, line)))
            self.in_text(list(node.children))

    def _are_steps(self, part: Node) -> bool:
        """Whether the children of a part that no words call stages are steps: each is named as one and dated."""
        steps = [child for child in part.children if child.number]
        named = [step for step in steps if _kind((step.title or step.text)[:20]) != "other"]
        return len(steps) > 1 and len(named) == len(steps) and all(self._is_dated(step) for step in steps)

    def _is_dated(self, node: Node) -> bool:
        """Whether a step names its time in its title, or begins with it."""
        head = re.split(r"[。；;，,]", node.text[:_HEAD])[0]
        return bool(self._spans(node.title) or self._spans(head))

    def _steps(self, part: Node) -> None:
        """The steps of a part: its children, or the paragraphs that name a span of time where it has none."""
        holders = {id(child) for child in part.children if self._holds_steps(child)}
        for child in part.children:
            if id(child) in holders:
                self._steps(child)
            elif holders and "阶段" not in child.title[:20]:
                # 第七条 考核按以下程序进行：…。第八条 于7月20日前…: what stands beside the steps is a duty.
                continue
            elif stage := self._stage(child):
                self._take(stage)
            elif child.children and _STAGE_PART.search(child.title[:30]):
                self._steps(child)
        if not part.children:
            for line, paragraph in self._by_steps(part.paragraphs):
                self._paragraph(line, paragraph)

    def _holds_steps(self, node: Node) -> bool:
        """Whether a part without a title says that steps follow, and they do: dated, and most named as steps."""
        if node.title or not _STAGE_PART.search(node.text[:_OPENING]) or self._spans(node.text[:_HEAD]):
            return False
        dated = [step for step in node.children if self._spans((step.title + step.text)[:_HEAD])]
        named = [step for step in node.children if _kind((step.title or step.text)[:20]) != "other"]
        return len(dated) > 1 and 2 * len(named) > len(node.children)

    def _by_steps(self, paragraphs: tuple[tuple[int, str], ...]) -> Iterator[tuple[int, str]]:
        """Paragraphs; those below "第一步 动员部署" that tell its time belong to it."""
        headed: list[tuple[int, str]] = []
        pieces = ((line, piece) for line, words in paragraphs for piece in _AT_STEPS.split(words) if piece)
        for line, paragraph in pieces:
            is_step = bool(_STEPS.match(paragraph))
            if headed and not is_step:
                headed.append((line, paragraph))
                continue
            yield from _joined(headed)
            headed = [(line, paragraph)] if is_step and not self._spans(paragraph) else []
            if not headed:
                yield line, paragraph
        yield from _joined(headed)

    def _paragraph(self, line: int, paragraph: str) -> None:
        pieces = steps_in(paragraph)
        steps = [step for step in pieces if _STEPS.match(step)] or [step for step in pieces if _DATED_STEPS.match(step)]
        at_head = [span for span in self._spans(paragraph[:_HEAD]) if span.at[0] <= 2]
        named = [step for step in pieces if _NAMED_STEP.match(step)]
        begun = [step for step in pieces if _BEGUN.match(step)]
        timed = [step for step in pieces if _AT_TIMES.match(step)]
        if len(timed) > 2 and len(timed) > len(begun) and all(_first_kind(step) != "other" for step in timed):
            begun = timed
        if len(steps) > 1 or (steps and paragraph.startswith(steps[0])):
            for step in steps:
                self._take(self._run_in(step, line))
        elif named:
            for step in named:
                name = re.split(r"[（(]", step)[0].strip()
                self._take(_dated(_kind(name), name, self._spans(step[:_HEAD]), step, (line, line)))
        elif len(begun) > 1:
            for step in begun:
                self._take(_dated(_first_kind(step), self._title_of(step), self._spans(step)[:1], step, (line, line)))
        elif at_head and at_head[0].is_range:
            title = self._title_of(paragraph)
            self._take(_dated(_first_kind(paragraph), title, at_head[:1], paragraph, (line, line)))

    def _title_of(self, paragraph: str) -> str:
        """What follows the time that a paragraph begins with, up to the end of its clause."""
        time = self._spans(paragraph[:_HEAD])[0]
        return re.split(r"[，。；,;：]", paragraph[time.at[1] :].lstrip("，,：:　 为是"))[0]

    def _run_in(self, step: str, line: int) -> Stage:
        """One of several stages in a paragraph: "第二阶段（6月至9月）重点督查；"."""
        title = re.split(r"[。；;，,\n]", re.sub(r"[（(][^）)]*[）)]", "", step).lstrip("，, "))[0]
        if title.strip("：: ").endswith(("阶段", "步")):
            title = "".join(re.split(r"[。；;，,：:\n]", re.sub(r"[（(][^）)]*[）)]", "", step))[:2])
        kind = _kind(title)
        kind = kind if kind != "other" else _first_kind(step)
        return _dated(kind, title.strip("：: "), self._spans(step[:_HEAD]), step, (line, line))

    def _stage(self, node: Node) -> Stage | None:
        """A step: dated in its title or its first words, or named a stage."""
        if node.row:
            label = next((each for each in (*node.row.labels, node.row.content) if each), "")
            found = self._spans(node.row.due) or self._spans(node.title + node.text)
            return _dated(_kind(label), label, found, node.title + node.text, node.lines) if found else None
        title = node.title or re.split(r"[。；;]", node.text)[0]
        whole = node.title + node.text
        found = self._spans(node.title) or self._spans(whole[:_HEAD])
        named = "阶段" in title[:20]
        if not found and not named and (node.children or not node.title):
            return None
        if not found and _COUNTS.search(title):
            return None
        # 每年11月20日前完成自评 is a rule for each year, and no stage of this one.
        if (
            not named
            and found
            and whole[max(0, found[0].at[0] - 3) : found[0].at[0]].endswith(("每年", "每年度", "每年的"))
        ):
            return None
        if not found:
            found = [span for span in self._spans(whole) if span.is_limit][:1]
        name = re.split(r"[（(。：:，,]", title)[0] or title
        if _COUNTED.fullmatch(name):
            name = re.split(r"[（(。，,]", title)[0]
        kind = _kind(name if name.endswith("阶段") and not _COUNTED.fullmatch(name) else title)
        if kind == "rectification" and found and not self._spans(name + title[len(name) :][:1]):
            found = self._until_mended(found, whole)
        return _dated(kind, name[:100], found, whole, node.lines)

    def _until_mended(self, found: list[Span], whole: str) -> list[Span]:
        """The time of 整改: 6月下旬，反馈情况。…7月31日前完成整改 goes on until it is done."""
        first = found[0]
        if first.is_range or first.is_limit or not first.starts or not first.ends:
            return found
        later = (span for span in self._spans(whole) if span.is_limit and span.ends and span.at[0] > first.at[1])
        done = next((span for span in later if _MENDED.match(whole, span.at[1])), None)
        return [replace(first, ends=done.ends, is_range=True)] if done and (done.ends or "") > first.ends else found

    def _spans(self, text: str) -> list[Span]:
        """The times of a text; where it says no year and would come before the stage above, the year after."""
        found = spans(text, self.year, self.issued_on)
        above = last_day(self.found[-1].ends_on) if self.found else None
        if above is None or self.year is None or not found or any(span.has_year for span in found):
            return found
        own = last_day(found[0].ends or found[0].starts)
        if own and own < above and (above.year > self.year or (above.month >= 10 and own.month <= 3)):
            return spans(text, max(above.year, own.year + (own.month < above.month)), self.issued_on)
        return found

    def _take(self, stage: Stage) -> None:
        self.found.append(stage)


def _tells_stages(part: Node) -> bool:
    """Whether a part without children is called one of stages, or its paragraphs count them: 第一步…, 第二步…"""
    counted = sum(bool(_STEPS.match(piece)) for _, words in part.paragraphs for piece in _AT_STEPS.split(words))
    return counted > 1 or bool(_STAGE_PART.search(part.title[:30]))


def _joined(paragraphs: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    if paragraphs:
        yield paragraphs[0][0], "\n".join(words for _, words in paragraphs)


def _kind(title: str) -> str:
    """What a title names: the first kind in the list."""
    return next((kind for kind, words in _KINDS if words.search(title[:40])), "other")


def _first_kind(paragraph: str) -> str:
    """What a paragraph names first."""
    own = _OF_OTHERS.sub("", paragraph)
    found = [(match.start(), kind) for kind, words in _KINDS if (match := words.search(own))]
    return min(found)[1] if found else "other"


def _dated(kind: str, title: str, found: list[Span], whole: str, lines: tuple[int, int]) -> Stage:
    starts, ends = (found[0].starts, found[0].ends) if found else (None, None)
    if len(found) > 1 and not found[0].is_range and found[1].ends and found[0].at[1] + 3 >= found[1].at[0]:
        starts, ends = found[0].starts or found[0].ends, found[1].ends
    elif starts == ends and found and not found[0].is_range and len(starts or "") > 7:
        # One day names the end; the work begins before.
        starts = None
    return Stage(kind, title, starts, ends, _hour(whole, ends), _working_days(starts, ends), whole, lines)


def _hour(text: str, ends: str | None) -> str | None:
    """The first hour before which something is due on the day that ends a stage; of one without end the first."""
    hours = [span for span in spans(text, 2000) if span.is_limit and span.clock and span.ends]
    return next((span.clock for span in hours if ends is None or _is_same_day(span.ends or "", ends)), None)


def _is_same_day(day: str, end: str) -> bool:
    """Whether a day is an end, whatever their years; the end of a month is its last day."""
    own, other = last_day("2000-" + day[5:]), last_day("2000-" + re.sub(r"^\d{4}-", "", end))
    return own == other


def _doubts(stage: Stage) -> Iterator[Warned]:
    yield from (Warned(stage.lines, doubt) for doubt in (*_doubts_of_hour(stage), *_doubts_of_days(stage)))


def _doubts_of_hour(stage: Stage) -> Iterator[Sentence]:
    if stage.deadline_time is None and (words := _WORDS.search("".join(stage.text.split()))):
        text = "“%(words)s” names no hour; a person must confirm the hour at which “%(stage)s” ends."
        yield sentence(text, words=words[0], stage=stage.title)


def _doubts_of_days(stage: Stage) -> Iterator[Sentence]:
    if stage.starts_on is None and stage.ends_on is None:
        yield sentence("“%(stage)s” has no date; give it one.", stage=stage.title)
    first, last = first_day(stage.starts_on), last_day(stage.ends_on)
    if first and last and last < first:
        text = "“%(stage)s” ends on %(end)s, before it starts on %(start)s."
        yield sentence(text, stage=stage.title, end=last, start=first)
        return
    if last and len(stage.ends_on or "") > 7 and not _is_working(last):
        text = "“%(stage)s” ends on %(end)s, which is no working day."
        yield sentence(text, stage=stage.title, end=last)
    if first and last and stage.working_days is not None:
        days = (last - first).days + 1
        if days <= _WEEK and stage.working_days < min(days, _WORKING_WEEK):
            text = "“%(stage)s” holds only %(working)s working days in %(days)s days."
            yield sentence(text, stage=stage.title, working=stage.working_days, days=days)
        granted = _GRANTED.search("".join(stage.text.split()))
        if granted and stage.working_days < int(granted[1]):
            text = "“%(stage)s” grants %(granted)s working days, but its dates hold only %(working)s."
            yield sentence(text, stage=stage.title, granted=granted[1], working=stage.working_days)


def _is_working(day: date) -> bool:
    try:
        return workdays.load().is_working_day(day)
    except OutsideCalendar:
        return True


def _working_days(starts: str | None, ends: str | None) -> int | None:
    first, last = first_day(starts), last_day(ends)
    if first is None or last is None or last < first:
        return None
    try:
        return workdays.load().working_days_between(first, last)
    except OutsideCalendar:
        return None
