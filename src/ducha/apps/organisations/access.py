"""Who may do what, and who sees which organisations and people."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ducha.apps.audit_trail import clock
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.pages.routes import resolves
from ducha.domain import rights
from ducha.domain.errors import NotAllowed
from ducha.domain.rights import Right


def may(by: Membership, right: Right) -> bool:
    """Whether the member's role holds the right."""
    return rights.may(by.role, right)


def require(by: Membership, right: Right) -> None:
    """NotAllowed for a member whose role does not hold the right."""
    if not may(by, right):
        raise NotAllowed(_("Your role does not allow this."))


def current_memberships() -> QuerySet[Membership]:
    """Memberships that count today, of people who may still sign in."""
    today = clock.today()
    return Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today, person__is_active=True
    ).select_related("person", "organisation")


@resolves("organisation")
def visible_organisations(member: Membership) -> QuerySet[Organisation]:
    """The tree is no secret to those who keep it; a unit knows itself."""
    if may(member, Right.READ_ORGANISATIONS):
        return Organisation.objects.all()
    return Organisation.objects.filter(pk=member.organisation_id)


@resolves("membership")
def visible_memberships(member: Membership) -> QuerySet[Membership]:
    """People are kept by the security administrator; a person sees their own memberships."""
    if may(member, Right.KEEP_PEOPLE):
        return Membership.objects.select_related("person", "organisation")
    return Membership.objects.filter(person=member.person_id).select_related("person", "organisation")
