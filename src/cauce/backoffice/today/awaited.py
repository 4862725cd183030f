"""What may come to wait for a person, told while nothing does."""

from cauce.core.es_mx import join_words
from cauce.users.models import User

MOST_TOLD = 4

# Each permission and what waits of it, as the piles ask for it; the commonest of each role first.
_AWAITED = (
    ("cases.attend_case", "los casos de su área"),
    ("cases.add_call", "las llamadas por devolver"),
    ("workorders.program_workorder", "las órdenes por programar"),
    ("workorders.review_workorder", "las órdenes por revisar"),
    ("documents.sign_document", "los papeles para firma"),
    ("workorders.report_inspection", "los aforos sin acta"),
    ("cashier.review_session", "los cortes por revisar"),
    ("cashier.resolve_claim", "las aclaraciones por resolver"),
    ("cashier.approve_resolution", "los movimientos del banco"),
    ("billing.approve_run", "las corridas por aprobar"),
    ("metering.view_readinground", "las lecturas en revisión"),
    ("registry.resolve_flag", "los avisos del padrón"),
    ("imports.view_importbatch", "las importaciones que fallan"),
    ("cases.attend_systemrequest", "las solicitudes a Informática"),
    ("announcements.publish_announcement", "los avisos sin publicar"),
)
_FOR_EVERYBODY = "los recados que le dejen"


def awaited_by(user: User) -> str:
    """What this person's permissions may bring, a few of each: «los casos de su área y los recados que le dejen»."""
    told = [what for permission, what in _AWAITED if user.has_perm(permission)]
    return join_words([*told[:MOST_TOLD], _FOR_EVERYBODY])
