"""案卷抽查、评查: drawn by the team from the unit's own ledger, reviewed one by one, hidden from the unit."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from factories import BEFORE, make_world, penalty_csv, result_of, send_ledger

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.verification import verify
from ducha.apps.fieldwork import actions, queries
from ducha.apps.fieldwork.access import visible_case_files
from ducha.domain.errors import Invalid, NotAllowed, NotNow
from ducha.engines.ledgers.sampling import interval

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.at(BEFORE):
        yield make_world()


@pytest.fixture
def visit(world):
    return actions.plan_visit(
        world.participations[0], by=world.teamleads[0], announced=False, starts_at=BEFORE, purpose=""
    )


def test_the_team_draws_case_files_and_sees_what_the_check_found_in_them(world, visit):
    send_ledger(world)
    sample = actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty", size=5)
    assert (len(sample.files), sample.population, len(sample.seed)) == (5, 5, 32)
    (drawn,) = queries.drawn(world.inspectors[0], visit)
    flags = {file.drawn["key"]: file.flags for file in drawn.files}
    assert "行政处罚决定在作出之日起7个工作日内公开" in flags["青罚〔2019〕2号"]


def test_drawing_again_keeps_the_draw_before(world, visit):
    send_ledger(world)
    first, second = (actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty", size=2) for _ in range(2))
    (drawn,) = queries.drawn(world.teamleads[0], visit)
    assert (drawn.sample, drawn.draws) == (second, 2) and first.seed != second.seed


def test_another_team_the_office_and_the_unit_draw_and_see_nothing(world, visit):
    send_ledger(world)
    actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty", size=2)
    for member in (world.inspectors[1], world.office, world.liaisons[0]):
        with pytest.raises(NotAllowed):
            actions.draw_case_files(visit, by=member, kind="penalty")
        assert queries.drawn(member, visit) == []


def test_nothing_is_drawn_without_a_ledger_or_after_the_visit(world, visit):
    with pytest.raises(Invalid):
        actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty")
    send_ledger(world)
    actions.start(visit, by=world.inspectors[0])
    actions.end(visit, by=world.inspectors[0])
    with pytest.raises(NotNow, match="over"):
        actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty")


# -- the review


@pytest.fixture
def drawn(world):
    """A visit under way, with twenty of the unit's hundred penalties drawn; one in five is published late."""
    rows = [
        f"青罚〔2019〕{n}号,某店,,2019-09-02,{'2019-09-20' if n % 5 == 0 else '2019-09-06'},张三" for n in range(1, 101)
    ]
    send_ledger(world, content=penalty_csv(rows="\n".join(rows)))
    visit = actions.plan_visit(world.participations[0], by=world.office, announced=True, starts_at=BEFORE)
    actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty", size=20)
    return actions.start(visit, by=world.inspectors[0])


def sample_of(member, visit):
    return queries.drawn(member, visit)[0]


def review(world, visit, faulty, *, leave=0):
    """All drawn files are reviewed but the last few; the first so many are faulty."""
    files = [file.case_file for file in sample_of(world.inspectors[0], visit).files]
    for file in files[: len(files) - leave]:
        if file.number <= faulty:
            actions.find_faulty(file, by=world.inspectors[0], note="无集体讨论记录")
        else:
            actions.find_in_order(file, by=world.inspectors[0])


def page_of(member, name, *args, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(member.person)
    return client.get(reverse(name, args=args)).content.decode()


@pytest.fixture(autouse=True)
def no_language_is_left_behind():
    yield
    translation.deactivate()


def test_nothing_is_estimated_before_every_drawn_file_is_reviewed(world, drawn):
    assert sample_of(world.inspectors[0], drawn).words.startswith("0 of 20 reviewed")
    review(world, drawn, 3, leave=1)
    assert sample_of(world.inspectors[0], drawn).words == (
        "19 of 20 reviewed, 3 of them faulty; all are needed for an estimate."
    )


def test_from_the_reviewed_files_to_the_share_of_all(world, drawn):
    review(world, drawn, 3)
    low, high = (f"{100 * share:.1f}" for share in interval(3, 20, 0.95, 100))
    assert sample_of(world.inspectors[0], drawn).words == (
        f"20 case files drawn and reviewed, 3 faulty; of all 100, {low} to {high} % are faulty (confidence 95 %)."
    )


def test_in_chinese_the_office_reads_the_estimate_on_the_visit_and_beside_what_the_ledger_shows(world, drawn):
    review(world, drawn, 3)
    sentence = "抽查20卷，发现问题3卷，推断全部100卷的问题率为5.8%～33.6%（置信度95%）。"
    for member in (world.office, world.inspectors[0], world.leader):
        assert sentence in page_of(member, "fieldwork:visit", drawn, language="zh-hans")
        assert sentence in page_of(member, "verification:result", result_of(world), language="zh-hans")
    assert "青罚" not in page_of(world.leader, "fieldwork:visit", drawn)
    for member in (world.liaisons[0], world.heads[0]):
        for page in (
            page_of(member, "fieldwork:visit", drawn),
            page_of(member, "verification:result", result_of(world)),
        ):
            assert "reviewed" not in page and "seed" not in page


def test_another_rules_page_of_another_ledger_or_unit_says_nothing_of_the_review(world, drawn):
    review(world, drawn, 3)
    send_ledger(world, 1)
    assert queries.drawn_beside(world.office, result_of(world, 1)) == []
    assert queries.drawn_beside(world.inspectors[1], result_of(world)) == []
    other = result_of(world)
    other.ledger = "licence"
    assert queries.drawn_beside(world.office, other) == []


def test_files_that_the_ledger_flagged_are_drawn_by_chance_and_count_like_all(world, drawn):
    actions.draw_case_files(drawn, by=world.inspectors[0], kind="penalty", size=60)
    found = sample_of(world.inspectors[0], drawn)
    flagged = [file.case_file.number for file in found.files if file.flags]
    assert 0 < len(flagged) < 60
    for file in found.files:
        if file.flags:
            actions.find_faulty(file.case_file, by=world.inspectors[0], note="逾期公示")
        else:
            actions.find_in_order(file.case_file, by=world.inspectors[0])
    low, high = (f"{100 * share:.1f}".removesuffix(".0") for share in interval(len(flagged), 60, 0.95, 100))
    assert f"{len(flagged)} faulty; of all 100, {low} to {high} %" in sample_of(world.office, drawn).words


def test_a_stratum_that_gave_more_than_its_part_weighs_by_its_size(world):
    rows = [f"青罚〔2019〕{n}号,某店,,2019-09-02,2019-09-06,张三" for n in range(1, 91)]
    rows += [f"青罚〔{year}〕1号,某店,,{year}-09-03,{year}-09-04,张三" for year in range(2010, 2018)]
    send_ledger(world, content=penalty_csv(rows="\n".join(rows)))
    visit = actions.plan_visit(world.participations[0], by=world.office, announced=True, starts_at=BEFORE)
    actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty", size=16)
    actions.start(visit, by=world.inspectors[0])
    for file in sample_of(world.inspectors[0], visit).files:
        if file.drawn["year"] < 2018:
            actions.find_faulty(file.case_file, by=world.inspectors[0], note="卷内无送达回证")
        else:
            actions.find_in_order(file.case_file, by=world.inspectors[0])
    # Counted evenly half of all would be faulty; each of those eight stands for itself alone.
    words = sample_of(world.inspectors[0], visit).words
    assert words.startswith("16 case files drawn and reviewed, 8 faulty; of all 98, 8.2 to ")
    assert float(words.split(" to ")[1].split()[0]) < 45


def test_where_every_file_was_drawn_nothing_is_estimated(world):
    send_ledger(world)
    visit = actions.plan_visit(world.participations[0], by=world.office, announced=True, starts_at=BEFORE)
    actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty", size=5)
    actions.start(visit, by=world.inspectors[0])
    review(world, visit, 2)
    assert sample_of(world.inspectors[0], visit).words == "All 5 case files reviewed, 2 faulty: 40 %."


def test_a_review_is_changed_and_what_was_said_stays_on_the_record(world, drawn):
    file = visible_case_files(world.inspectors[0]).first()
    actions.find_faulty(file, by=world.inspectors[0], note="缺页")
    actions.end(drawn, by=world.inspectors[0])
    actions.find_in_order(file, by=world.teamleads[0])
    file.refresh_from_db()
    assert (file.is_faulty, file.note, file.reviewed_by, file.version) == (False, "", world.teamleads[0], 3)
    assert not [fault for fault in verify().faults if fault.table.startswith("fieldwork")]


def test_no_file_is_reviewed_before_the_visit_by_another_team_or_by_the_unit(world, visit):
    send_ledger(world)
    actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty", size=2)
    file = visible_case_files(world.inspectors[0]).first()
    with pytest.raises(NotNow, match="Start the visit first"):
        actions.find_in_order(file, by=world.inspectors[0])
    for member in (world.inspectors[1], world.office, world.liaisons[0]):
        with pytest.raises(NotAllowed):
            actions.find_faulty(file, by=member, note="x")
        assert not visible_case_files(member).exists()


def test_no_other_files_are_drawn_once_one_is_reviewed(world, drawn):
    review(world, drawn, 0, leave=19)
    assert queries.case_file_kinds(drawn) == []
    with pytest.raises(NotNow, match="being reviewed already"):
        actions.draw_case_files(drawn, by=world.inspectors[0], kind="penalty", size=20)


def test_the_samples_of_two_ledgers_stand_side_by_side(world, drawn):
    content = "行政许可决定文书号,行政相对人名称,许可决定日期,公示日期\n青许〔2019〕1号,某店,2019-09-02,2019-09-04"
    send_ledger(world, content=content.encode(), name="许可.csv")
    actions.draw_case_files(drawn, by=world.inspectors[0], kind="licence", size=1)
    assert {one.sample.kind for one in queries.drawn(world.inspectors[0], drawn)} == {"licence", "penalty"}


def test_a_fault_needs_words(world, drawn):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.inspectors[0].person)
    file = visible_case_files(world.inspectors[0]).first()
    url = reverse("fieldwork:find_faulty", args=[file])
    hidden = {f.name: f.value() for f in client.get(url).context["form"].hidden_fields()}
    assert client.post(url, {**hidden, "note": " "}).status_code == 422
    answer = client.post(url, {**hidden, "note": "缺页"})
    assert answer.url == f"{reverse('fieldwork:visit', args=[drawn])}#{file.public_id}"
    file.refresh_from_db()
    assert file.is_faulty and file.note == "缺页"
