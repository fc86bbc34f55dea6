"""The tree of organisations and the people in it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.utils.translation import gettext as _

from ducha.apps.accounts import actions as accounts
from ducha.apps.accounts.models import Person
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, Actor, recorded
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain.errors import Invalid, NotAllowed
from ducha.domain.rights import Right, Role
from ducha.engines import files

COLUMNS = ("单位名称", "类型", "上级单位", "区划代码", "行政执法")
YES = ("是", "yes", "1", "true")
ADMINISTRATORS = {Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN}


def create_organisations(organisations: Iterable[Organisation], *, by: Actor) -> None:
    """建立单位: at the first installation; later ones are imported."""
    with recorded(by, "organisation.created"):
        Organisation.objects.bulk_create(list(organisations))


def appoint(memberships: Iterable[Membership], *, by: Actor) -> None:
    """授予身份: at the first installation; later ones are granted by the security administrator."""
    with recorded(by, "membership.granted"):
        Membership.objects.bulk_create(list(memberships))


def begin(city_name: str, office_name: str, passwords: Mapping[str, str]) -> bool:
    """初始化: the city, its inspection office and one person for each role given; False where people exist already."""
    if Membership.objects.exists():
        return False
    with recorded(SYSTEM, "installation.begun"):
        city = Organisation(name=city_name, kind=Organisation.Kind.CITY)
        create_organisations([city], by=SYSTEM)
        office = Organisation(name=office_name, kind=Organisation.Kind.LEADING_GROUP, parent=city, position=1)
        create_organisations([office], by=SYSTEM)
        for role, password in passwords.items():
            person = accounts.create_person(role, str(Membership.RoleName(role).label), password, by=SYSTEM)
            place = office if role == Role.OFFICE else city
            appoint([Membership(person=person, organisation=place, role=role)], by=SYSTEM)
    return True


def import_tree(content: bytes, *, by: Membership) -> int:
    """导入单位: organisations from a workbook, parents before children; all faults at once, or all rows."""
    require(by, Right.KEEP_ORGANISATIONS)
    table = files.read_table(_("workbook"), content, required=COLUMNS)
    known = {organisation.name: organisation for organisation in Organisation.objects.all()}
    kinds = {str(label): value for value, label in Organisation.Kind.choices} | {v: v for v in Organisation.Kind.values}
    faults = _faults(table, set(known), kinds)
    if faults:
        raise Invalid(faults)
    created = 0
    with recorded(by, "organisations.imported"):
        for _number, row in table.rows:
            if row[COLUMNS[0]] in known:
                continue
            organisation = Organisation(
                name=row[COLUMNS[0]],
                kind=kinds[row[COLUMNS[1]]],
                parent=known.get(row[COLUMNS[2]]),
                region_code=row[COLUMNS[3]],
                enforces_law=row[COLUMNS[4]].lower() in YES,
                position=len(known),
            )
            organisation.save()
            known[organisation.name] = organisation
            created += 1
    return created


def _faults(table: files.Table, known: set[str], kinds: dict[str, str]) -> list[str]:
    faults = []
    for number, row in table.rows:
        name, kind, parent = (row.get(column, "") for column in COLUMNS[:3])
        if not name:
            faults.append(_("Row %(row)s has no name.") % {"row": number})
        if kind not in kinds:
            choices = ", ".join(str(label) for label in Organisation.Kind.labels)
            faults.append(
                _("Row %(row)s: “%(kind)s” is no type; choose one of %(choices)s.")
                % {"row": number, "kind": kind, "choices": choices}
            )
        if parent and parent not in known:
            faults.append(
                _("Row %(row)s: the parent “%(parent)s” is unknown; put it above.") % {"row": number, "parent": parent}
            )
        known.add(name)
    return faults


def admit(
    person: Person, organisation: Organisation, role: str, *, by: Membership, home: Organisation | None = None
) -> Membership:
    """授予身份: a person's part in an organisation. Whoever gives roles cannot give one to themself."""
    require(by, Right.KEEP_PEOPLE)
    if person.pk == by.person_id:
        raise NotAllowed(_("Nobody gives a role to themself."))
    held = set(Membership.objects.filter(person=person, ends_on=None).values_list("role", flat=True))
    if held & ADMINISTRATORS and role in ADMINISTRATORS - held:
        raise NotAllowed(_("System, security and audit administrator are three people."))
    if (
        (held & ADMINISTRATORS) != set()
        and role not in ADMINISTRATORS
        or (held - ADMINISTRATORS and role in ADMINISTRATORS)
    ):
        raise NotAllowed(_("An administrator has no other role."))
    with recorded(by, "membership.granted"):
        membership = Membership(person=person, organisation=organisation, role=role, home=home, starts_on=clock.today())
        membership.save()
    return membership


def create_person(
    organisation: Organisation, *, by: Membership, username: str, name: str, role: str, password: str
) -> Membership:
    """新增人员: an account with its first role; the person changes the password at the first sign-in."""
    require(by, Right.KEEP_PEOPLE)
    with recorded(by, "person.created"):
        person = accounts.create_person(username, name, password, by=by)
        return admit(person, organisation, role, by=by)


def reset_password(membership: Membership, *, by: Membership, password: str) -> Membership:
    """重置密码: for a person who forgot theirs; never one's own."""
    require(by, Right.KEEP_PEOPLE)
    if membership.person_id == by.person_id:
        raise NotAllowed(_("Change your own password on your own page."))
    accounts.reset_password(membership.person, password, by=by)
    return membership


def end_membership(membership: Membership, *, by: Membership) -> Membership:
    """收回身份: it counts from the next request on; what was done under it stays."""
    require(by, Right.KEEP_PEOPLE)
    if membership.person_id == by.person_id:
        raise NotAllowed(_("Nobody takes a role from themself."))
    with recorded(by, "membership.ended"):
        # `ends_on` is the last day on which it counts.
        membership.ends_on = clock.today() - timedelta(days=1)
        membership.save()
    return membership
