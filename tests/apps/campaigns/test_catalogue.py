"""A catalogue goes out as a workbook or YAML and comes in again without loss; all faults are told at once."""

import re
import time
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from factories import PLAN, launch
from hypothesis import given, settings
from hypothesis import strategies as st

from ducha.apps.campaigns import actions, exchange, queries
from ducha.apps.campaigns.catalogue import Asked, Catalogue, Cited, PlainHeading, PlainPoint, PlainStage
from ducha.domain.errors import Invalid, NotNow
from ducha.domain.rules import RULES

WRITERS = {"catalogue.xlsx": exchange.to_workbook, "catalogue.yaml": exchange.to_yaml}
both = pytest.mark.parametrize("name", WRITERS)

words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30).map(
    lambda text: text.strip() or "字"
)
phrases = st.sampled_from(["不超过 7 个工作日", "≥ 80%", "全部公开", "=1+1", "1.10", "yes", "2019-11-08", "~", "null"])
asked = st.builds(
    Asked,
    phrase=phrases,
    quantity=words,
    comparator=st.sampled_from(["<=", ">=", "==", "<", ">"]),
    value=st.sampled_from(["0731", "0131"]),
    unit=st.sampled_from(["%", "工作日", "date", "个"]),
    rule=st.sampled_from(["", RULES[0].id]),
)
days = st.dates(date(2001, 1, 1), date(2049, 1, 1))
moments = st.datetimes(datetime(2050, 1, 1), datetime(2099, 1, 1)).map(lambda m: m.replace(tzinfo=UTC, second=59))
lines = st.none() | st.tuples(st.integers(1, 500), st.integers(500, 30_000))


@st.composite
def catalogues(draw) -> Catalogue:
    tops = draw(st.lists(st.integers(1, 99), unique=True, min_size=1, max_size=4))
    codes = draw(st.lists(st.tuples(st.sampled_from(tops), st.integers(1, 99), st.integers(1, 99)), unique=True))
    numbers = [draw(st.lists(asked, max_size=3, unique_by=lambda one: one.phrase)) for _code in codes]
    points = [
        PlainPoint(
            code=".".join(map(str, code)),
            text=draw(words) + "\n" + "；".join(one.phrase for one in own),
            score=draw(st.sampled_from(["", "5", "2.5"])),
            sources=draw(st.just("") | words),
            responsible=tuple(draw(st.lists(st.sampled_from(["市司法局", "县（区）政府"]), unique=True))),
            due_from=draw(st.sampled_from(["", "2024-06"])),
            due_until=draw(st.sampled_from(["", "2024-06-30", "12-31"])),
            thresholds=tuple(own),
            lines=draw(lines),
            read_code=draw(st.sampled_from(["", "1.10"])),
        )
        for code, own in zip(codes, numbers, strict=True)
    ]
    return Catalogue(
        title=draw(words),
        year=draw(st.integers(2000, 2100)),
        kind=draw(st.sampled_from(["comprehensive", "special"])),
        headings=tuple(PlainHeading(str(top), draw(words), draw(lines)) for top in tops),
        points=tuple(points),
        stages=(
            PlainStage(
                "acceptance", draw(words), draw(st.none() | days), draw(st.none() | moments), True, "原文", (3, 4)
            ),
        ),
        citations=tuple(draw(st.lists(st.builds(Cited, title=words, number=st.just("") | words), max_size=3))),
    )


@both
@settings(max_examples=12, deadline=None)
@given(plain=catalogues())
def test_what_goes_out_comes_in_again_as_it_was(name, plain):
    assert exchange.read(name, WRITERS[name](plain)) == plain


@both
def test_a_campaign_is_built_from_a_catalogue_without_a_document(draft, name):
    plain = queries.plain_catalogue(draft.campaign)
    campaign = actions.create_from_catalogue(name, WRITERS[name](plain), by=draft.office)
    assert campaign.plan is None
    assert queries.plain_catalogue(campaign) == plain
    client = Client()
    client.force_login(draft.office.person)
    shown = client.get(reverse("campaigns:campaign", args=[campaign])).content.decode()
    assert "网上可办率" in shown and 'id="document"' not in shown
    assert client.get(reverse("campaigns:point", args=[campaign.points.first()])).status_code == 200
    with pytest.raises(NotNow, match="without a document"):
        actions.read_edition(campaign, "新版.txt", PLAN.encode(), by=draft.office)


@both
def test_a_draft_takes_what_was_changed_in_the_file_and_keeps_the_rest_untouched(draft, name):
    plain = queries.plain_catalogue(draft.campaign)
    first, second, _third = plain.points
    number = Asked("网上可办率", "可办率", ">=", "95", "%", "items_online", 0)
    changed = Catalogue(
        title="改名",
        year=2020,
        kind="special",
        headings=(*plain.headings, PlainHeading("2", "新增内容")),
        points=(first, PlainPoint("1.2", "网上可办率达标。", thresholds=(number,)), PlainPoint("2.1", "新要点。")),
        stages=(PlainStage("acceptance", "验收", date(2020, 1, 1), None, True),),
        citations=(Cited("某规定", "某发〔2020〕1号"),),
    )
    untouched = draft.point("1.1").version
    actions.import_catalogue(draft.campaign, name, WRITERS[name](changed), by=draft.office)
    draft.campaign.refresh_from_db()
    got = queries.plain_catalogue(draft.campaign)
    assert (got.title, got.year, got.kind, got.points) == ("改名", 2020, "special", changed.points)
    assert draft.point("1.1").version == untouched
    assert draft.campaign.points.exclude(removed_at=None).get().code == "1.3"
    assert {stage.kind for stage in draft.campaign.stages.all()} > {"acceptance", "self_inspection"}
    assert Cited("某规定", "某发〔2020〕1号") in got.citations


def test_all_faults_of_a_file_are_told_at_once_with_their_places():
    text = """
title: 目录
year: 2020
headings:
- {code: 1, title: 一}
points:
- {code: '1.1', text: 甲, scor: 5}
- {code: '9.1', text: 乙}
- {code: 1.10, text: 丙}
- {text: 丁}
- {code: '1.4', text: 戊, due_until: 明年}
thresholds:
- {point: '1.1', phrase: 甲, comparator: '~', value: '1', unit: 斤}
""".encode()
    with pytest.raises(Invalid) as refused:
        exchange.read("a.yaml", text)
    told = [str(fault) for fault in refused.value.faults]
    assert any("points 1: “scor” is no column" in fault for fault in told)
    assert any("points 4: the column “编码” is empty" in fault for fault in told)
    assert any("points 5: “明年” does not fit the column “时限止”" in fault for fault in told)
    assert any("thresholds 1: “~” does not fit" in fault for fault in told) and any("“斤”" in fault for fault in told)


ONE = "- {code: '1.1', text: 乙}\n"


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ("- {code: '9.1', text: 乙}", "would belong to area 9"),
        ("- {code: '1.1', text: 乙}\n- {code: '1.1', text: 丙}", "given twice"),
        ("- {code: '1.x', text: 乙}", "is no code"),
        (
            ONE + "thresholds:\n- {point: '1.2', phrase: 乙, comparator: '<=', value: 1, unit: 个}",
            "not there",
        ),
        (
            ONE + "thresholds:\n- {point: '1.1', phrase: 丙, comparator: '<=', value: 1, unit: 个}",
            "Copy its words",
        ),
    ],
)
def test_a_catalogue_that_does_not_hold_together_is_refused(points, sentence):
    head = "title: 目录\nyear: 2020\nheadings:\n- {code: 1, title: 一}\npoints:\n"
    with pytest.raises(Invalid, match=sentence):
        exchange.read("a.yaml", (head + points).encode())


def test_a_code_typed_as_a_number_with_a_point_is_refused_for_1_10_is_not_1_1():
    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    for name, titles, row in (
        ("方案", ["名称", "年度"], ["目录", 2020]),
        ("督察内容", ["编码", "标题"], [1, "一"]),
        ("督察要点", ["编码", "内容"], [1.1, "甲"]),
    ):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, titles)
        sheet.write_row(1, 0, row)
    book.close()
    with pytest.raises(Invalid, match="督察要点 2: “1.1” does not fit the column “编码”"):
        exchange.read("a.xlsx", target.getvalue())


BOMB = b"a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n"


@pytest.mark.parametrize(
    "content", [BOMB, b"!!python/object:os.system [ls]", b"[" * 100_000, b"\xff\xfe\x00", b"x", b"- 1"]
)
def test_hostile_yaml_is_refused_with_a_sentence(content):
    with pytest.raises(Invalid, match="Export|could not be read"):
        exchange.read("a.yaml", content)


@both
def test_the_file_is_exported_and_uploaded_on_pages(draft, name):
    client = Client()
    client.force_login(draft.office.person)
    form = "yaml" if name.endswith("yaml") else "xlsx"
    out = client.get(reverse("campaigns:export", args=[draft.campaign]) + f"?format={form}")
    assert out.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    for url in (
        reverse("campaigns:create_from_catalogue"),
        reverse("campaigns:import_catalogue", args=[draft.campaign]),
    ):
        shown = client.get(url).context["form"]
        plumbing = {field: shown[field].value() for field in ("version", "operation") if shown[field].value()}
        answer = client.post(url, {**plumbing, "document": SimpleUploadedFile(name, out.content)})
        assert answer.status_code == 302, re.sub(r"<[^>]+>", " ", answer.content.decode())


def test_a_launched_campaign_takes_no_catalogue(draft):
    plain = queries.plain_catalogue(draft.campaign)
    launch(draft, draft.office.organisation)
    with pytest.raises(NotNow, match="frozen"):
        actions.import_catalogue(draft.campaign, "a.yaml", exchange.to_yaml(plain), by=draft.office)


def large(points: int = 5_000, levels: int = 9) -> Catalogue:
    """Points nine levels deep: nine areas, each level of three headings."""
    codes = []
    for number in range(points):
        digits, rest = [], number
        for _level in range(levels - 2):
            digits.append(rest % 3 + 1)
            rest //= 3
        codes.append(".".join(map(str, [rest % 9 + 1, *reversed(digits), number + 1])))
    headings = {".".join(code.split(".")[:size]) for code in codes for size in range(1, levels)}
    text = "行政执法决定在作出之日起 7 个工作日内向社会公布执法机关、执法对象、执法类别、执法结论等信息，接受社会监督。"
    number = Asked("7 个工作日内", "公布期限", "<=", "7", "工作日")
    return Catalogue(
        title="五千要点",
        year=2024,
        headings=tuple(PlainHeading(code, f"标题 {code}") for code in sorted(headings)),
        points=tuple(PlainPoint(code, text, thresholds=(number,)) for code in codes),
    )


@pytest.fixture
def five_thousand(draft):
    campaign = actions.create_from_catalogue("a.yaml", exchange.to_yaml(large()), by=draft.office)
    client = Client()
    client.force_login(draft.office.person)
    return client, reverse("campaigns:campaign", args=[campaign])


def test_a_catalogue_of_5000_points_in_nine_levels_opens_in_under_a_second(five_thousand):
    client, url = five_thousand
    for address in (url, f"{url}?part=3", f"{url}?part=3.1.1.1", f"{url}?q=执法决定"):
        client.get(address)
        began = time.process_time()
        answer = client.get(address)
        took = time.process_time() - began
        assert answer.context["points"] == 5_000
        assert took < 1, f"{address}: {took:.2f} s"


def test_every_point_of_a_large_catalogue_is_reached_by_opening_part_after_part(five_thousand):
    client, url = five_thousand
    opened, waiting, seen = set(), [""], set()
    while waiting and len(seen) < 200:
        part = waiting.pop()
        opened.add(part)
        branches = client.get(f"{url}?part={part}").context["branches"]
        assert sum(b.kind == "point" for b in branches) <= queries.MOST_POINTS
        seen |= {b.row.code for b in branches if b.kind == "point"}
        waiting += [b.row.code for b in branches if b.folded and b.row.code not in opened]
    assert len(seen) >= 200
    assert max(code.count(".") for code in seen) == 8


@pytest.mark.parametrize(
    "wrong",
    [
        "year: -5",
        "year: 100000000000",
        "title: " + "长" * 201,
        "points:\n- {code: '1.1', text: 乙, lines: [-1, 3]}",
        "points:\n- {code: '1.1', text: 乙, lines: [3, 1]}",
        "points:\n- {code: '" + "1." * 40 + "1', text: 乙}",
        "points:\n- {code: '1.1', text: 乙, score: 12345678901}",
        f"points:\n{ONE}thresholds:\n- {{point: '1.1', phrase: 乙, comparator: '<=', value: 八, unit: 个}}",
        f"points:\n{ONE}thresholds:\n- {{point: '1.1', phrase: 乙, comparator: '<=', value: 99, unit: date}}",
    ],
)
def test_what_no_column_holds_is_refused_with_its_value(wrong):
    names = {line.partition(":")[0] for line in wrong.splitlines()}
    head = {"title": "目录", "year": "2020", "headings": "[{code: 1, title: 一}]", "points": "[]"}
    text = "\n".join(f"{name}: {value}" for name, value in head.items() if name not in names)
    with pytest.raises(Invalid, match="does not fit|is no"):
        exchange.read("a.yaml", f"{text}\n{wrong}".encode())


def test_an_office_without_a_catalogue_begins_with_an_example(draft):
    client = Client()
    client.force_login(draft.office.person)
    shown = client.get(reverse("campaigns:create_from_catalogue") + "?format=xlsx")
    assert exchange.read("catalogue.xlsx", shown.content) == exchange.EXAMPLE
