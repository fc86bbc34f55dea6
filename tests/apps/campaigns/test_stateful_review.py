"""Random sequences of everything that a review can do: no word and no number is lost or doubled, the trail holds."""

import shutil
import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from factories import BEFORE, PLAN, make_world
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.actions import integrate
from ducha.apps.audit_trail.verification import verify
from ducha.apps.campaigns import actions, exchange, proposal, queries
from ducha.domain.errors import DuchaError

# Clauses with numbers; each has a word of its own by which it is found again.
CLAUSES = [
    "甲事项在 5 个工作日内办结；",
    "乙事项在 15 个工作日内办结；",
    "丙率不低于 80%；",
    "丁率不低于 80%；",
    "戊会议每年不少于 2 次；",
    "己制度已经建立；",
    "庚名册已经公布；",
]
MARKS = "甲乙丙丁戊己庚"
texts = st.lists(st.sampled_from(CLAUSES), unique=True, min_size=2, max_size=7)


@st.composite
def documents(draw) -> str:
    """A plan of one or two areas whose points hold one to three clauses."""
    clauses = draw(texts)
    points = []
    while clauses:
        size = draw(st.integers(1, min(3, len(clauses))))
        points.append("".join(clauses[:size]))
        clauses = clauses[size:]
    cut = draw(st.integers(1, len(points)))
    areas = [part for part in (points[:cut], points[cut:]) if part]
    if draw(st.booleans()):
        areas.reverse()
    head, rest = PLAN.split("（一）依法履职情况\n")
    lines = []
    for number, part in enumerate(areas):
        lines.append(f"（{'一二'[number]}）内容{len(part)}情况\n")
        lines += [f"{nth}.{text}\n" for nth, text in enumerate(part, 1)]
    return head + "".join(lines) + rest[rest.index("二、督察程序") :]


class Review(RuleBasedStateMachine):
    """A draft, and an office that does whatever the pages let it do."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        SETTINGS.DUCHA_DATA = self.folder
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.time = clock.at(BEFORE)
        self.time.__enter__()

    @initialize(text=documents())
    def read_in(self, text):
        world = make_world(launched=False)
        self.office = world.office
        self.campaign = actions.create_from_plan("方案.txt", text.encode(), by=self.office)

    def teardown(self):
        try:
            if hasattr(self, "campaign"):
                integrate()
                assert verify().faults == ()
        finally:
            self.time.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)
            shutil.rmtree(self.folder)

    def attempt(self, name, *given, **more):
        note(f"{name} {[str(g) for g in given if not isinstance(g, bytes)]} {more}")
        try:
            with transaction.atomic():
                return getattr(actions, name)(*given, by=self.office, **more)
        except DuchaError as refused:
            note(f"refused: {refused}")
        finally:
            self.campaign.refresh_from_db()

    def standing(self):
        return list(self.campaign.points.filter(removed_at=None))

    def one(self, data, rows):
        rows = list(rows)
        return data.draw(st.sampled_from(rows), label="row") if rows else None

    @rule(data=st.data())
    def split(self, data):
        if (point := self.one(data, [p for p in self.standing() if p.text.count("；") > 1])) is None:
            return
        parts = [part + "；" for part in point.text.replace("\n", "").split("；") if part]
        cut = data.draw(st.integers(1, len(parts) - 1)) if len(parts) > 1 else 0
        if cut:
            self.attempt("split_point", point, pieces=["".join(parts[:cut]), "".join(parts[cut:])])

    @rule(data=st.data())
    def merge(self, data):
        if (point := self.one(data, self.standing())) and (other := self.one(data, queries.near(point))):
            self.attempt("merge_points", point, others=[other])

    @rule(data=st.data())
    def put_back(self, data):
        if point := self.one(data, self.campaign.points.exclude(read_code="")):
            self.attempt("put_back", point)

    @rule(data=st.data())
    def leave_out(self, data):
        if point := self.one(data, self.standing()):
            self.attempt("remove_point", point, reason="另行检查")

    @rule(data=st.data())
    def restore(self, data):
        if point := self.one(data, self.campaign.points.exclude(removed_at=None)):
            self.attempt("restore_point", point)

    @rule(data=st.data())
    def leave_out_a_part(self, data):
        if part := self.one(data, self.campaign.areas.all()):
            self.attempt("leave_out", part, reason="本年不督察")

    @rule(data=st.data())
    def take_in_a_part(self, data):
        if part := self.one(data, self.campaign.areas.all()):
            self.attempt("take_in", part)

    @rule(data=st.data(), code=st.sampled_from(["1.1", "1.2", "1.3", "1.9", "2.1", "2.2", "1.1.1"]))
    def recode(self, data, code):
        if point := self.one(data, self.standing()):
            self.attempt("correct_point", point, code=code, text=point.text)

    @rule(text=documents())
    def newer_edition(self, text):
        self.attempt("read_edition", self.campaign, "新版.txt", text.encode())

    @rule(as_yaml=st.booleans())
    def export_and_import(self, as_yaml):
        before = queries.plain_catalogue(self.campaign)
        content = exchange.to_yaml(before) if as_yaml else exchange.to_workbook(before)
        self.attempt("import_catalogue", self.campaign, "a.yaml" if as_yaml else "a.xlsx", content)
        assert queries.plain_catalogue(self.campaign) == before

    @invariant()
    def codes_are_unique_and_name_their_area(self):
        codes = [point.code for point in self.standing()]
        assert len(set(codes)) == len(codes), codes
        for point in self.standing():
            assert point.area.code == point.code.partition(".")[0]

    @invariant()
    def each_number_stands_at_its_words(self):
        for point in self.standing():
            for number in point.thresholds.filter(removed_at=None):
                assert point.text[number.span_start : number.span_end] == number.phrase, point

    @invariant()
    def nothing_is_inspected_twice(self):
        words = "".join(point.text for point in self.standing())
        assert all(words.count(f"{mark}") <= 1 for mark in MARKS), words

    @invariant()
    def no_word_vanishes(self):
        """Each clause of the reading stands, or was left out by a person, or is listed in a doubt."""
        standing = "".join(point.text for point in self.standing())
        own_reasons = ("另行检查", "本年不督察")
        left_out = "".join(
            p.text for p in self.campaign.points.exclude(removed_at=None) if p.removed_because in own_reasons
        )
        doubted = "".join(d.text % d.params for d in self.campaign.doubts.filter(settled_at=None))
        for leaf in proposal.of_reading(self.campaign.plan.reading).points:
            for mark in MARKS:
                if mark in leaf.text:
                    assert mark in standing or mark in left_out or mark in doubted, mark

    @invariant()
    def no_number_vanishes_and_none_stands_at_other_words(self):
        """No rule takes numbers away or changes words: each standing clause asks for exactly its own number."""
        for point in self.standing():
            wanted = [(a.phrase, a.value) for a in proposal.numbers_in(point.text)]
            spans = sorted((t.span_start, t.phrase, t.value) for t in point.thresholds.filter(removed_at=None))
            assert [(phrase, value) for _at, phrase, value in spans] == wanted, point.text


SETTINGS = None
LIMITS = settings(
    max_examples=40,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
def test_whatever_is_done_in_whatever_order(settings):
    global SETTINGS
    SETTINGS = settings
    run_state_machine_as_test(Review, settings=LIMITS)
