"""What a rule file may say and what it is refused, with the place of the fault; and that a new file is enough."""

import json
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import make_store

from ducha.cli import main
from ducha.engines.ledgers.kinds import KINDS, Type
from ducha.engines.ledgers.rules import Node, RuleFault, parse, read_rules
from ducha.engines.ledgers.rules.language import DEEPEST, LONGEST

PENALTY = KINDS["penalty"]
CONSTANTS = {"as_of": Type.DAY, "limit": Type.NUMBER}
RULE = """\
id: small_fines
title: 罚款不超过限额
basis: 数据质量要求
ledger: penalty
population: fine is not null
condition: fine <= limit
judged: row
threshold: {comparator: "<=", value: 5000, unit: 元}
reason: "罚款 {fine} 元"
"""


def read(text: str, wanted: Type | None = Type.FLAG) -> Node:
    return parse(text, PENALTY, CONSTANTS, wanted=wanted)


def refused(text: str) -> str:
    """What is said against an expression, in less than a second."""
    began = time.monotonic()
    with pytest.raises(RuleFault) as fault:
        read(text)
    assert time.monotonic() - began < 1
    assert len(fault.value.faults) == 1
    return fault.value.faults[0]


TAKEN = """
is_major
not is_major
not (not is_major)
fine = 1
fine <> 1
fine != 1
fine >= 0.5 and fine < limit
fine > -1 or fine is null
fine between 1 and 2
fine not between 1 and 2
category in ('罚款', '警告')
category not in ('罚款')
title like '%处罚_'
title not like '%处罚_'
title = 'it''s -- /* no comment */ ((('
decided_on >= date '2019-01-31'
decided_on <= as_of
coalesce(is_heard, false)
coalesce(optional(is_heard), false)
greatest(filed_on, decided_on) = least(served_on, as_of)
nullif(trim(title), '') is not null
abs(fine - confiscated) * 2 / 3 > 1 + 1
length(substr(title, 1, 2)) = 2
year(decided_on) = 2019
case when is_major then fine > 1 else fine > 2 end
(((((fine > 1)))))
deadline(decided_on, 7) < as_of
deadline_days(decided_on, limit) < as_of
month_day(year(decided_on) + 1, 131) < as_of
working_days(filed_on, decided_on) <= 30
days(filed_on, decided_on) <= 90
certified(officer1, decided_on)
valid_uscc(uscc)
times(document_number) = 1
recorded_in(licence, document_number)
counted(licence, year(decided_on)) > 0
procedure = '简易程序'
"fine" > 1
source_row > 1
""".strip().splitlines()


@pytest.mark.parametrize("text", TAKEN)
def test_what_a_rule_needs_is_taken(text):
    assert read(text).type is Type.FLAG


# What is refused, and words of the sentence that says so.
REFUSED = {
    # the file system and the server
    "read_csv('/etc/passwd')": "1: read_csv",
    "title = 'a' and read_text('/etc/passwd') is not null": "“read_text” is not among",
    "glob('*') is null": "“glob” is not allowed",
    "getenv('HOME') = ''": "“getenv” is not among",
    "version() = ''": "1: version()",
    # queries in a query
    "(select true)": "“select” is not allowed in a rule. Here: “2: select",
    "exists (select 1)": "select",
    "fine in (select fine from licence)": "“select”",
    "fine > all (select 1)": "“all”",
    "fine > any (select 1)": "“any”",
    "array(select 1) is null": "not allowed",
    "case when exists(select 1) then true end": "not allowed",
    "(with x as (select 1) select true from x)": "“with”",
    "true union select false": "“union”",
    "from penalty": "“from”",
    "values (1)": "“values”",
    # other functions
    "now() = as_of": "“now” is not among those that a rule may call: certified, counted, days",
    "current_date = as_of": "not allowed",
    "random() > 0.5": "not allowed",
    "lower(title) = 'a'": "not allowed",
    "regexp_matches(title, 'a')": "not allowed",
    "title ~ 'a'": "“~”",
    "title ilike 'a'": "“ilike”",
    "title || 'a' = 'b'": "“||”",
    "fine % 2 = 0": "“%”",
    "fine ** 2 = 4": "“**”",
    "trim(title, 'x') = ''": "not allowed",
    "trim(both 'x' from title) = ''": "“from”",
    "list_transform([1], x -> x) is null": "not allowed",
    # windows and aggregates
    "count(*) > 1": "not allowed",
    "sum(fine) > 1": "“SUM(fine)” is not allowed",
    "max(fine) > 1": "“MAX(fine)” is not allowed",
    "row_number() over () = 1": "“over”",
    "sum(fine) over (partition by unit) > 1": "not allowed",
    "deadline(decided_on, 7) over () = as_of": "“over”",
    "deadline(decided_on, 7) filter (where true) = as_of": "“filter”",
    "deadline(distinct decided_on, 7) = as_of": "“distinct”",
    # conversions
    "cast(fine as integer) = 1": "not allowed",
    "fine::integer = 1": "“::”",
    "try_cast(fine as integer) = 1": "not allowed",
    "cast(title as date) = as_of": "not allowed",
    "date title = as_of": "",
    "date '2019-02-30' = as_of": "A day is written date '2019-01-31'",
    "date '20190131' = as_of": "A day is written date '2019-01-31'",
    "date 'today' = as_of": "A day is written date '2019-01-31'",
    "timestamp '2019-01-01 00:00:00' = as_of": "“timestamp”",
    "decided_on + interval 1 day = as_of": "“interval”",
    # what hides something
    "fine > 0 -- and fine < limit": "A comment stands in no expression; the rule has a title and a basis. Here: “9: ",
    "fine > 0 /* or true */": "A comment",
    "/* false and */ fine > 0": "A comment",
    "fine > 0 --\n and is_major": "A comment",
    "-- nothing": "A comment",
    "fine > 1\0": "U+0000",
    "title = 'a\0b'": "U+0000",
    "title = '\u202eb'": "U+202E",
    "fine\u200b > 1": "U+200B",
    "\ufefffine > 1": "U+FEFF",
    "fіne > 1": "has no column “fіne”",  # a Cyrillic і
    "ｆｉｎｅ > 1": "has no column “ｆｉｎｅ”",
    "fine > １": "",
    "fine ＞ 1": "",
    "title = ‘a’": "",
    # more than one
    "true; drop table penalty": "“;” is not allowed",
    "true; true": "“;” is not allowed",
    "fine > 1, true": "",
    "": "One expression is wanted",
    " \n ": "One expression is wanted",
    "drop table penalty": "“drop”",
    "copy penalty to '/tmp/x'": "“copy”",
    "attach 'x'": "“attach”",
    "set x = 1": "“set”",
    # parameters, paths, tables
    "fine > ?": "“?”",
    "fine > $1": "“$”",
    "fine > :limit": "“:”",
    "penalty.fine > 1": "“.”",
    "l.fine > 1": "“.” is not allowed in a rule. Here: “2: .fine > 1”",
    '"penalty"."fine" > 1': "“.”",
    '"FINE" > 1': 'has no column “"FINE"”',
    '"fine"" or true --" > 1': "has no column",
    "FINE > 1": "has no column “FINE”",
    "*": "not allowed",
    "columns(*) > 1": "not allowed",
    "fine[1] > 1": "“[”",
    "{'a': 1} is null": "“{”",
    # columns and ledgers
    "nothing_such > 1": "The ledger “penalty” has no column “nothing_such”. Here: “1: nothing_such > 1”",
    "is_online": "has no column “is_online”",
    "given > 0": "has no column “given”",
    "original is null": "has no column “original”",
    "penalty is null": "has no column “penalty”",
    "recorded_in(nothing, title)": "A ledger is wanted here, one of penalty, licence",
    "recorded_in('penalty', title)": "A ledger is wanted here",
    "recorded_in(main.penalty, title)": "“.”",
    "counted(officer, 2019) = 1": "A ledger is wanted here",
    # types
    "title": "The expression gives a text, not a flag",
    "title > decided_on": "A day cannot be held against a text. Here: “9: decided_on”",
    "title > 1": "A number cannot be held against a text",
    "fine > '1'": "A text cannot be held against",
    "fine in (1, '2')": "A text cannot be held against",
    "is_major = 1": "A number cannot be held against a flag",
    "coalesce(fine, title) is null": "A text cannot be held against",
    "case when is_major then 1 else 'a' end = 1": "A text cannot be held against",
    "fine and true": "A flag is wanted here",
    "not fine": "A flag is wanted here",
    "-title is null": "A number is wanted here",
    "decided_on - filed_on > 90": "A number is wanted here, not a day",
    "length(fine) = 1": "A text is wanted here",
    "year(title) = 2019": "A day is wanted here",
    "valid_uscc(fine)": "A text is wanted here",
    "1 < fine < 3": "cannot be held against",
    # what is half right
    "deadline(decided_on) = as_of": "“deadline” takes 2 values",
    "deadline(decided_on, 0) = as_of": "a number from 1 to 1000, or limit",
    "deadline(decided_on, 1001) = as_of": "a number from 1 to 1000, or limit",
    "deadline(decided_on, 1.5) = as_of": "A number is wanted here",
    "deadline(decided_on, source_row) = as_of": "a number from 1 to 1000, or limit",
    "deadline(deadline(decided_on, 7), 7) = as_of": "is read from the row itself, not looked up",
    "month_day(year(as_of), 229) = as_of": "",
    "month_day(year(as_of) / 2, 131) = as_of": "A number is wanted here",
    "counted(licence, source_row * 2) = 1": "A number is wanted here",
    "optional(1) > 1": "optional(…) takes a column",
    "optional(fine, 1) > 1": "optional(…) takes a column",
    "optional(coalesce(fine, 1)) > 1": "optional(…) takes a column",
    "substr(title, 0, 2) = 'a'": "takes two numbers from 1 on",
    "substr(title, 1) = 'a'": "takes two numbers from 1 on",
    "title like title": "“like” takes a text in quotes",
    "title like 'a\\\\'": "without a backslash",
    "title like 'a' escape '!'": "not allowed",
    "fine in ()": "“in” takes a list of values",
    "fine in (limit)": "“in” takes a list of values",
    "fine = null": "“NULL” is not allowed",
    "is_major is true": "Only “is null” and “is not null”",
    "case fine when 1 then true end": "Write “case when … then …”",
    "fine = 1.005": "at most 15 digits and two decimals",
    "fine = 1e400": "at most 15 digits and two decimals",
    "fine = 10000000000000000": "at most 15 digits and two decimals",
    "fine >": "This is no expression",
    "(fine > 1": "This is no expression",
    "fine > 1)": "This is no expression",
    "fine > 'a": "This is no expression",
}


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused_with_its_place(text):
    said = refused(text)
    assert REFUSED[text] in said
    assert "Here: “" in said


@pytest.mark.parametrize(
    ("unit", "middle", "closing"),
    [
        ("(", "true", ")"),
        ("not ", "true", ""),
        ("- ", "1", ""),
        ("-", "1", ""),
        ("coalesce(", "true", ")"),
        ("coalesce(fine, ", "1", ")"),
        ("case when true then ", "true", " end"),
        ("case when ", "true", " then true end"),
        ("true = ", "true", ""),
        ("1 + ", "1", ""),
        ("fine between ", "1", " and 1"),
        ("fine in (", "1", ")"),
        ("[", "1", "]"),
        ("{a:", "1", "}"),
        ("x -> ", "x", ""),
        ("x.", "x", ""),
        ("cast(", "1", " as date)"),
        ("interval ", "1", ""),
        ("(select ", "1", ")"),
        ("exists (select ", "1", ")"),
        ("f() over (order by ", "1", ")"),
        ("from a join b ", "", ""),
        ("a join ", "b", ""),
        ("with x as (", "select 1", ") select 1"),
        ("select 1 union ", "select 1", ""),
        ("~", "fine", ""),
        ("@", "fine", ""),
        ("!", "fine", ""),
        ("/*", "", ""),
        ("'", "", ""),
        ('"', "", ""),
        ("$", "", ""),
        ("fine is null ", "", "is null "),
        ("date ", "'2019-01-01'", ""),
        ("true and (true or ", "true", ")"),
    ],
)
def test_endless_nesting_is_refused_at_once(unit, middle, closing):
    times = (LONGEST - len(middle)) // len(unit + closing)
    refused(unit * times + middle + closing * times)


def test_the_longest_expression_is_taken_and_a_longer_one_refused():
    text = "true".ljust(LONGEST)
    assert read(text)
    assert f"at most {LONGEST} characters" in refused(text + " ")


def test_a_long_list_of_conditions_is_taken():
    assert read(" and ".join(["published_on is not null"] * 65))
    assert read(" or ".join(["decided_on = date '2019-01-31'"] * 55))


def test_as_deep_as_allowed_is_taken_and_deeper_refused():
    assert read("(" * (DEEPEST - 1) + "true" + ")" * (DEEPEST - 1))
    assert "nested too deeply" in refused("(" * (DEEPEST + 1) + "true" + ")" * (DEEPEST + 1))


def test_values_are_kept_as_they_are_written():
    days = {node.value for node in read("as_of = date '2019-01-31'").walk()}
    assert date(2019, 1, 31) in days
    assert Decimal("0.05") in {node.value for node in read("fine > 0.05").walk()}
    assert "a''b" not in {node.value for node in read("title = 'a''b'").walk()}
    assert "a'b" in {node.value for node in read("title = 'a''b'").walk()}


@pytest.mark.parametrize("name", [column.name for column in PENALTY.columns if column.personal])
def test_what_is_of_a_person_stands_in_no_reason_but_may_be_judged(name, tmp_path):
    write(tmp_path, RULE.replace("{fine}", "{" + name + "}"))
    assert f"“{name}” is personal" in faults(tmp_path)[0]
    write(tmp_path, RULE.replace("{fine}", "{coalesce(substr(" + name + ", 1, 2), '')}"))
    assert f"“{name}” is personal" in faults(tmp_path)[0]
    write(tmp_path, RULE.replace("fine <= limit", f"{name} is not null"))
    assert read_rules(tmp_path)


def write(folder: Path, *texts: str | bytes) -> None:
    for at, text in enumerate(texts):
        (folder / f"{at}.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())


def faults(folder: Path) -> list[str]:
    began = time.monotonic()
    with pytest.raises(RuleFault) as refused:
        read_rules(folder)
    assert time.monotonic() - began < 1
    assert all(fault[1:7] == ".yaml:" for fault in refused.value.faults)
    return refused.value.faults


@pytest.mark.parametrize("name", ["id", "title", "basis", "ledger", "population", "condition", "judged", "reason"])
def test_a_rule_without_one_of_its_parts_is_refused(name, tmp_path):
    lines = [line for line in RULE.splitlines() if not line.startswith(f"{name}:")]
    write(tmp_path, "\n".join(lines))
    assert f"0.yaml: “{name}” is missing." in faults(tmp_path)


@pytest.mark.parametrize(
    ("was", "instead", "said"),
    [
        ("judged: row", "judged: row\nsql: drop table penalty", "“sql” is no part of a rule"),
        ("ledger: penalty", "ledger: secrets", "“ledger” is “secrets”; it is one of penalty, licence"),
        ("judged: row", "judged: twice", "“judged” is “twice”; it is one of row, share"),
        ("judged: row", "judged: [row]", "“judged” is"),
        ("judged: row", "judged: row\nper: street", "“per” is “street”; it is one of unit, region"),
        ("judged: row", "judged: row\nrequirement: none_such", "“requirement” is “none_such”"),
        ("id: small_fines", "id: x' AS rule FROM penalty --", "The id is at most 31 small letters, digits and “_”"),
        ("id: small_fines", "id: ../small", "The id is at most 31 small letters"),
        ("id: small_fines", "id: 小额罚款", "The id is at most 31 small letters"),
        ('"<="', '"=<"', "The comparator is one of"),
        ("value: 5000", "value: five", "is a number, not “five”"),
        ("value: 5000", "value: -1", "is a number, not “-1”"),
        ("value: 5000", "value: 1.005", "is a number, not “1.005”"),
        (", unit: 元", "", "“threshold” has a comparator, a value and a unit"),
        ("judged: row", "judged: row\nvalid: {from: 2019-13-01}", "valid: “2019-13-01” is no day"),
        ("{fine}", "{fine", "a “{” is not closed"),
        ("{fine}", "{read_csv('x')}", "reason: “READ_CSV('x')” is not allowed"),
        ("{fine}", "{none_such|没有}", "has no column “none_such”"),
        ("fine <= limit", "'fine <= limit -- all'", "condition: A comment"),
        ("fine is not null", "nothing is null", "population: The ledger “penalty” has no column “nothing”"),
        ("judged: row", "judged: row\nexempt: fine", "exempt: The expression gives a amount, not a flag"),
        ("judged: row", "judged: row\nnot_verifiable: '1'", "not_verifiable: The expression gives a number"),
        ("judged: row", "judged: unit_share", "reason: of a unit alone there is no “fine”, only its counts"),
    ],
)
def test_a_faulty_part_is_told_with_the_file(was, instead, said, tmp_path):
    assert was in RULE
    write(tmp_path, RULE.replace(was, instead))
    assert any(said in fault for fault in faults(tmp_path)), faults(tmp_path)


def test_a_share_needs_its_threshold(tmp_path):
    lines = [line for line in RULE.splitlines() if not line.startswith("threshold")]
    write(tmp_path, "\n".join(lines).replace("judged: row", "judged: share").replace("<= limit", "<= 1"))
    assert faults(tmp_path) == ["0.yaml: “threshold” is missing."]


def test_a_limit_that_nothing_sets_cannot_be_asked_for(tmp_path):
    write(tmp_path, "\n".join(line for line in RULE.splitlines() if not line.startswith("threshold")))
    assert "condition: “limit” is not allowed" in faults(tmp_path)[0]


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    write(
        tmp_path,
        RULE.replace("judged: row", "judged: no\nper: no"),
        RULE,
        RULE,
        RULE.replace("small_fines", "other").replace("fine <= limit", "now() = as_of").replace("{fine}", "{nobody}"),
        b"- a list",
    )
    told = faults(tmp_path)
    assert [fault[:7] for fault in told] == ["0.yaml:", "0.yaml:", "2.yaml:", "3.yaml:", "3.yaml:", "4.yaml:"]
    assert "The id “small_fines” is taken by another rule." in told[2]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just words",
        b"- a\n- list",
        b"id: [",
        b"\xff\xfe\x00",
        b"id: a\nid: b",
        b"a: &a [x]\nb: *a",
        b"a: &a {<<: *a}",
        b"a: !!python/object/apply:os.system ['true']",
        b"a: \0",
        b"[" * 5000,
        b"{a: " * 5000,
        b"? a\n" * 500,
    ],
)
def test_what_is_no_mapping_is_no_rule(content, tmp_path):
    write(tmp_path, content)
    assert "0.yaml: This is no rule" in faults(tmp_path)[0]


def test_names_that_are_no_words_are_refused_too(tmp_path):
    write(tmp_path, RULE + "2: x\ntrue: y\n~: z\n")
    assert len(faults(tmp_path)) == 3


def test_a_file_of_a_megabyte_is_no_rule(tmp_path):
    write(tmp_path, RULE + "# " + "x" * (1 << 20))
    assert "at most 64 KB" in faults(tmp_path)[0]


def test_a_folder_without_rules_is_refused(tmp_path):
    (tmp_path / "readme.txt").write_text("nothing")
    with pytest.raises(RuleFault, match="holds no rule file"):
        read_rules(tmp_path)


def test_a_rule_written_as_a_new_file_runs(tmp_path, capsys):
    (tmp_path / "rules").mkdir()
    write(tmp_path / "rules", RULE)
    fines = {"document_number": "1号", "fine": 5000}, {"document_number": "2号", "fine": 5001}
    make_store(tmp_path, {"penalty": [{"decided_on": date(2019, 9, 27), **row} for row in fines]})
    options = ["--ledgers", str(tmp_path), "--rules", str(tmp_path / "rules"), "--on", "2019-11-08"]
    assert main(["ledger", "check", *options, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [rule["title"] for rule in found["rules"]] == ["罚款不超过限额"]
    (result,) = found["results"]
    assert (result["population"], result["violations"], result["verdict"]) == (2, 1, "not_met")
    assert main(["ledger", "check", *options]) == 0
    assert "罚款不超过限额" in capsys.readouterr().out


def test_a_faulty_rule_ends_the_command_with_what_is_wrong(tmp_path, capsys):
    (tmp_path / "rules").mkdir()
    write(tmp_path / "rules", RULE.replace("fine <= limit", "fine <= (select 1)"))
    make_store(tmp_path, {})
    assert main(["ledger", "check", "--ledgers", str(tmp_path), "--rules", str(tmp_path / "rules")]) == 1
    assert "0.yaml: condition: “select” is not allowed" in capsys.readouterr().err
