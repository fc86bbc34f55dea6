from django.db.models import QuerySet

from ducha.apps.notices.models import Notice
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves


@resolves("notice")
def visible_notices(member: Membership) -> QuerySet[Notice]:
    """A notice is for its recipient alone."""
    return Notice.objects.filter(recipient=member)
