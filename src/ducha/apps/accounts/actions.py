"""Signing in and passwords, on the record."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ducha.apps.accounts.models import Person, SignIn
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, Actor, recorded
from ducha.domain.errors import Invalid, NotAllowed

# Protection level 3 asks for a lock after repeated failures without a number; ours: 5 within 15 minutes.
ATTEMPTS = 5
WINDOW = timedelta(minutes=15)


def create_person(username: str, name: str, password: str | None, *, by: Actor) -> Person:
    """开户: make an account, whose person replaces the password at the first sign-in; without one nobody signs in."""
    if Person.objects.filter(username=username).exists():
        raise Invalid([_("The user name “%(name)s” is taken. Choose another one.") % {"name": username}])
    person = Person(username=username, name=name, must_change_password=True)
    if password is not None:
        _require_strong(password, person)
    person.password = make_password(password)
    with recorded(by, "person.created"):
        person.save()
    return person


def create_people(names: Iterable[tuple[str, str]], password: str, *, by: Actor) -> dict[str, Person]:
    """批量开户: invented people of a demonstration, by user name; they share one password."""
    shared = make_password(password)
    people = [Person(username=username, name=name, is_invented=True, password=shared) for username, name in names]
    with recorded(by, "person.created"):
        Person.objects.bulk_create(people)
    return {person.username: person for person in people}


def change_password(person: Person, *, old: str, new: str, by: Actor) -> None:
    """修改密码: the person's own, knowing the old one."""
    if not person.check_password(old):
        raise Invalid([_("The present password is not right.")])
    if new == old:
        raise Invalid([_("The new password is the present one. Choose another.")])
    _require_strong(new, person)
    with recorded(by, "person.password_changed"):
        person.password, person.must_change_password = make_password(new), False
        person.save()


def reset_password(person: Person, password: str, *, by: Actor) -> None:
    """重置密码: another first password for somebody who forgot theirs; open sessions end with it."""
    _require_strong(password, person)
    with recorded(by, "person.password_reset"):
        person.password, person.must_change_password = make_password(password), True
        person.save()


def _require_strong(password: str, person: Person) -> None:
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        raise Invalid(list(error.messages)) from error


def sign_in(username: str, password: str) -> Person:
    """登录: the person of that name and password; every attempt is on the record."""
    since = clock.now() - WINDOW
    recent = SignIn.objects.filter(username=username[:60], at__gte=since, outcome=SignIn.Outcome.REFUSED)
    if recent.count() >= ATTEMPTS:
        raise NotAllowed(_("Too many attempts. Wait 15 minutes, then try again."))
    person = Person.objects.filter(username=username, is_active=True).first()
    # An unknown name costs the same time as a wrong password, so that names cannot be guessed by the clock.
    admitted = person.check_password(password) if person else bool(make_password(password)) and False
    note_sign_in(username, admitted=admitted)
    if person is None or not admitted:
        raise NotAllowed(_("User name or password is not right."))
    return person


def note_sign_in(username: str, *, admitted: bool) -> None:
    """Put an attempt on the record."""
    outcome = SignIn.Outcome.ADMITTED if admitted else SignIn.Outcome.REFUSED
    with recorded(SYSTEM, "person.sign_in"):
        SignIn(username=username[:60], outcome=outcome, at=clock.now()).save()
