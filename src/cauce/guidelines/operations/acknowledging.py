"""«Leí y me obligo»."""

from datetime import datetime

from django.db import transaction

from cauce.guidelines.events import GUIDELINE_ACKNOWLEDGED
from cauce.guidelines.models import GuidelineAcknowledgement, GuidelineVersion
from cauce.guidelines.operations.refusals import GuidelineRefused
from cauce.guidelines.operations.steps import held, tell_of_version
from cauce.users.models import User


@transaction.atomic
def acknowledge_guideline(
    *, version: GuidelineVersion, sha256: str, at: datetime, by: User
) -> GuidelineAcknowledgement:
    """Keep that a person read an authorised version and binds themselves to it. Idempotent: once a person.

    ``sha256`` is the fingerprint of what was on their screen.

    :raises GuidelineRefused: if the version does not rule any more, it is not what they read, or it is not for them.
    """
    found = held(version)
    done = GuidelineAcknowledgement.objects.filter(version=found, by=by).first()
    if done is not None:
        return done
    if found.state != GuidelineVersion.State.AUTHORISED:
        raise GuidelineRefused(
            f"La versión {found.number} está «{found.get_state_display().lower()}»: lea la que rige y acuse ésa."
        )
    if found.sha256 != sha256:
        raise GuidelineRefused("Lo que tenía en pantalla no es lo autorizado; abra otra vez la página y léalo.")
    if not by.groups.filter(name__in=found.roles).exists():
        raise GuidelineRefused("Este lineamiento no nombra su puesto: puede leerlo, pero no tiene que acusarlo.")
    made = GuidelineAcknowledgement.objects.create(version=found, by=by, at=at, sha256=sha256)
    tell_of_version(found, kind=GUIDELINE_ACKNOWLEDGED, facts={"person": by}, at=at, by=by)
    return made
