from django.db.models import QuerySet

from ducha.apps.accounts.models import Person


def invented_people() -> QuerySet[Person]:
    """The people of a demonstration, with the parts they play."""
    people = Person.objects.filter(is_invented=True, is_active=True)
    return people.order_by("pk").prefetch_related("memberships__organisation")
