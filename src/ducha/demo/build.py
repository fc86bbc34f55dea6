"""The demonstration, from an empty data directory."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files as resources
from pathlib import Path

from django.conf import settings
from django.db import transaction

from ducha.apps.accounts.models import Person
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.actions import integrate
from ducha.apps.campaigns.actions import close, create_from_plan
from ducha.apps.findings.models import Finding
from ducha.demo.city import found
from ducha.demo.story import Story, shift_for
from ducha.domain.errors import DuchaError

BRIEF = "平顶山市督察实施方案.txt"


def brief() -> Path:
    """The plan document of the demonstration."""
    path = Path(__file__).parents[3] / "examples" / BRIEF
    return path if path.exists() else Path(str(resources("ducha.demo"))) / BRIEF


def build(stage: str, password: str, say: Callable[[str], None]) -> bool:
    """Build the demonstration, unless there is one already; whether it was built."""
    mark = settings.DUCHA_DATA / "demo.json"
    if mark.exists():
        return False
    if Person.objects.exists():
        raise DuchaError(
            f"“{settings.DUCHA_DATA}” holds an installation already. Choose another directory with --data."
        )
    chance = random.Random(2019)
    shift = shift_for(stage, clock.today())
    with transaction.atomic():
        say("the city and its people …")
        city = found(password, chance)
        say("the plan …")
        document = brief()
        with clock.at(clock.now() - timedelta(days=40)):
            campaign = create_from_plan(
                document.name, document.read_bytes(), by=city.members["office"], shift_days=shift
            )
        say("the campaign …")
        Story(city, campaign, chance, shift).tell()
        campaign.refresh_from_db()
        left = Finding.objects.filter(campaign=campaign).exclude(state__in=["closed", "withdrawn"])
        if stage == "closed" and not left.exists():
            close(campaign, by=city.members["office"])
    say("the audit trail …")
    integrate()
    mark.write_text(json.dumps({"stage": stage, "shift_days": shift}))
    return True
