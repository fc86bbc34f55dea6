"""Reading ledgers: where they lie, which are held, what a file of theirs looks like."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from ducha.apps.campaigns.models import Participation
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.pages.words import told
from ducha.apps.verification.access import ledger_files_for_all, own_ledger_files, visible_ledger_files
from ducha.apps.verification.models import ColumnMapping, LedgerFile
from ducha.domain.errors import Sentence
from ducha.engines import files
from ducha.engines.ledgers import intake
from ducha.engines.ledgers.kinds import KINDS, Column
from ducha.engines.ledgers.rules import Rule, read_rules
from ducha.engines.ledgers.store import Store


def data() -> Path:
    """The installation's data folder: the ledgers' store, the files as they were sent, the runs' violating rows."""
    return settings.DUCHA_DATA


def store() -> Store:
    """The ledgers as they are now."""
    return Store(data())


def rules() -> tuple[Rule, ...]:
    """核验规则: those that ship with Ducha, and the office's own from the folder `rules` of the installation.

    One of its own with the id of a shipped rule takes that rule's place; RuleFault where a file of its own is faulty.
    """
    own = data() / "rules"
    found = {rule.id: rule for rule in read_rules()}
    if own.is_dir() and any(own.iterdir()):
        found |= {rule.id: rule for rule in read_rules(own)}
    return tuple(found.values())


def are_held() -> bool:
    """Whether any ledger is."""
    return bool(store().partitions)


def bytes_of(file: LedgerFile) -> Path:
    """Where the file lies as it was sent."""
    return files.path_of(data() / "ledger-files", file.sha256)


def progress_of(file: LedgerFile) -> Path:
    """Where the intake notes how many rows of the file it has read."""
    return data() / "ledger-files" / f"{file.public_id}.progress"


def percent_read(file: LedgerFile) -> int | None:
    """How far the reading of a waiting file is, in percent; None before it began."""
    try:
        return int(progress_of(file).read_text())
    except (FileNotFoundError, ValueError):
        return None


def waiting_files() -> QuerySet[LedgerFile]:
    """The queue of the intake, oldest first."""
    return LedgerFile.objects.filter(taken_at=None, refused_at=None, lacks="").order_by("sent_at", "id")


def taking_part(file: LedgerFile) -> QuerySet[Participation]:
    """The units whose rows the file may bring, in the campaigns under way."""
    under_way = Participation.objects.filter(campaign__state="launched").select_related("unit", "campaign")
    return under_way.filter(unit=file.unit_id) if file.unit_id else under_way.filter(campaign=file.campaign_id)


def names_taking_part(file: LedgerFile) -> set[str]:
    """The units by the names that rows call them; none of which two bear one name."""
    if file.unit:
        return {file.unit.name}
    names = Counter(taking_part(file).values_list("unit__name", flat=True))
    return {name for name, times in names.items() if times == 1}


def unnamed(member: Membership) -> QuerySet[LedgerFile]:
    """The unit's own files that wait for their columns to be named."""
    waiting = LedgerFile.objects.filter(taken_at=None, refused_at=None, withdrawn_at=None).exclude(lacks="")
    return waiting.filter(unit=member.organisation_id)


def remembered(unit: Organisation, kind: str) -> dict[str, str]:
    """The unit's headers for a kind of ledger, as it named them before."""
    held = ColumnMapping.objects.filter(unit=unit, kind=kind).first()
    return dict(held.columns) if held else {}


@dataclass
class Held:
    """台账: what is held of one kind for one unit."""

    kind: str
    periods: list[str] = field(default_factory=list)
    rows: int = 0
    sources: int = 0

    @property
    def title(self) -> str:
        return KINDS[self.kind].title

    @property
    def span(self) -> str:
        """The years it covers: 2019, 2018–2019."""
        years = sorted({period for period in self.periods if period})
        return "–".join(dict.fromkeys([years[0], years[-1]])) if years else ""


def held_by(unit: Organisation) -> list[Held]:
    """Which ledgers are held for a unit, in the order of the kinds; from the store's manifest alone."""
    found: dict[str, Held] = {}
    sources: dict[str, set[str]] = defaultdict(set)
    for part in store().partitions:
        if rows := part.units.get(unit.name):
            held = found.setdefault(part.kind, Held(part.kind))
            held.periods.append(part.period)
            held.rows += rows
            sources[part.kind].add(part.source)
    for kind, held in found.items():
        held.sources = len(sources[kind])
    return [found[kind] for kind in KINDS if kind in found]


def ledger_files(member: Membership) -> QuerySet[LedgerFile]:
    """The files within reach, the newest first."""
    return visible_ledger_files(member)


def replaceable(member: Membership) -> QuerySet[LedgerFile]:
    """The unit's own files that are in the store now: a better one can take their place."""
    own = own_ledger_files(member)
    newest = own.filter(source=OuterRef("source")).order_by("-id").values("pk")[:1]
    held = own.filter(taken_at__isnull=False, withdrawn_at=None, pk=Subquery(newest))
    return held.order_by("-sent_at", "-id")


def look_at(file: LedgerFile) -> intake.Look:
    """What the file's first rows show, with the unit's own names for columns: which are there, which are missing."""
    asked = {"kind": file.kind or None, "unit": file.unit.name if file.unit else None}
    look = intake.look(bytes_of(file), mapping=file.mapping, **asked)
    known = mapping_for(file, file.kind or look.kind or "", look.headers)
    return look if known == file.mapping else intake.look(bytes_of(file), mapping=known, **asked)


def lacking(look: intake.Look, kind: str) -> list[str]:
    """The required columns that no header stands for; "kind" alone where the kind of ledger is not known."""
    if not kind:
        return ["kind"]
    return list(look.missing) if look.columns else [c.name for c in KINDS[kind].columns if c.required]


def mapping_for(file: LedgerFile, kind: str, headers: Sequence[str]) -> dict[str, str]:
    """What the unit said of this file's headers, and said before of others like it."""
    known = {**remembered(file.sent_by.organisation, kind), **file.mapping}
    return {header: column for header, column in known.items() if header in headers}


def sources_like(file: LedgerFile) -> set[str]:
    """The names in the store of everything that its unit sent, or that the office sent for all."""
    same = LedgerFile.objects.filter(unit=file.unit_id, campaign=file.campaign_id, taken_at__isnull=False)
    return {one["name"] for sources in same.values_list("sources", flat=True) for one in sources}


@dataclass(frozen=True)
class RowsByUnit:
    """How many rows each unit has in a file that was sent for all, and the units that take part and have none."""

    rows: dict[str, int]
    without: list[str]


def rows_by_unit(file: LedgerFile) -> RowsByUnit:
    """各单位行数, in the order of the units."""
    found: Counter[str] = Counter()
    for part in (part for entry in _entries(file) for part in entry["files"]):
        found.update(part["units"])
    names = list(taking_part(file).order_by("unit__position", "unit").values_list("unit__name", flat=True))
    return RowsByUnit({n: found[n] for n in names if n in found}, [n for n in names if n not in found])


def reasons_of(file: LedgerFile) -> list[tuple[Sentence, int]]:
    """Why rows of the file were rejected, and how many for each reason, the most first."""
    found = [(intake.explain(reason, one["kind"]), n) for one in _entries(file) for reason, n in one["reasons"].items()]
    return sorted(found, key=lambda reason: -reason[1])


def _entries(file: LedgerFile) -> list[dict[str, Any]]:
    """What the store says of the file's sheets."""
    sources = store().manifest["sources"]
    return [sources[one["name"]] for one in file.sources if one["name"] in sources]


@dataclass(frozen=True)
class Given:
    """督察办代报的台账: what a file of the office's holds for one unit."""

    file: LedgerFile
    kind: str
    rows: int


def given_to(member: Membership) -> list[Given]:
    """What the office has sent for the member's unit and counts now, the newest first."""
    unit, found = member.organisation.name, []
    for file in ledger_files_for_all(member).filter(taken_at__isnull=False, withdrawn_at=None):
        for entry in [] if any(one.file.source == file.source for one in found) else _entries(file):
            if rows := sum(part["units"].get(unit, 0) for part in entry["files"]):
                found.append(Given(file, entry["kind"], rows))
    return found


def named_columns(file: LedgerFile) -> list[tuple[str, Column]]:
    """The headers that the unit named itself, each with its column."""
    return [(header, KINDS[file.kind].by_name[column]) for header, column in file.mapping.items()]


def is_replaced(file: LedgerFile) -> bool:
    """Whether a later file has taken its place in the store."""
    return LedgerFile.objects.filter(source=file.source, taken_at__isnull=False, pk__gt=file.pk).exists()


def withdrawn_sources() -> set[str]:
    """The files' names in the store of all that was withdrawn after it was taken in, and not sent again since."""
    later = LedgerFile.objects.filter(
        # One that still lacks a column has brought no row; one just being read may have.
        source=OuterRef("source"),
        pk__gt=OuterRef("pk"),
        refused_at=None,
        withdrawn_at=None,
        lacks="",
    )
    gone = LedgerFile.objects.filter(taken_at__isnull=False, withdrawn_at__isnull=False).exclude(Exists(later))
    return set(gone.values_list("source", flat=True))


def rejects_of(source: str) -> BinaryIO:
    """The rejected rows with their reasons as a CSV file to correct and send again; gone when it is closed."""
    with TemporaryDirectory(prefix="ducha-rejects-") as folder:
        target = Path(folder) / "rejects.csv"
        intake.write_rejects(store(), target, source=source, tell=told)
        return target.open("rb")


def columns_of(kind: str, names: Iterable[str]) -> list[Column]:
    """The columns of a kind by their names."""
    return [KINDS[kind].by_name[name] for name in names if name in KINDS[kind].by_name]
