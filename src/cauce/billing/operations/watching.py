"""The watch list: its rules are loaded, it is looked at again, and what is no fault is set aside with its reason."""

from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from cauce.billing import events
from cauce.billing.models import WatchFinding, WatchRule
from cauce.billing.operations.errors import FindingNotOpen, WatchRulesRejected
from cauce.billing.queries.watch import pointed_at
from cauce.billing.rules.watch import WatchFault, watch_rules_of
from cauce.core.bulk import add_rows
from cauce.core.clock import local_day
from cauce.core.yaml_files import read_yaml
from cauce.events.operations import publish
from cauce.users.models import User


@transaction.atomic
def load_watch_rules(*, path: Path) -> int:
    """Take the rules of the watch list from a YAML file; those that it no longer names stop being used.

    Idempotent: the same file again changes nothing.

    :returns: how many rules were added or changed.
    :raises WatchRulesRejected: naming the file and what is wrong in it.
    """
    content = read_yaml(path, refusal=WatchRulesRejected)
    try:
        rules = watch_rules_of(content)
    except WatchFault as error:
        raise WatchRulesRejected(f"«{path.name}»: {error}.") from error
    changed = 0
    for facts in rules:
        wanted = {
            "name": facts.name,
            "kind": facts.kind,
            "parameters": dict(facts.parameters),
            "legal_basis": facts.legal_basis,
            "advice": facts.advice,
            "place": facts.place,
            "is_active": True,
        }
        rule, is_new = WatchRule.objects.get_or_create(code=facts.code, defaults=wanted)
        differs = [name for name, value in wanted.items() if getattr(rule, name) != value]
        if differs:
            for name in differs:
                setattr(rule, name, wanted[name])
            rule.save(update_fields=differs)
        changed += bool(is_new or differs)
    left = WatchRule.objects.filter(is_active=True).exclude(code__in=[facts.code for facts in rules])
    return changed + left.update(is_active=False)


@transaction.atomic
def review_watch_list(*, at: datetime, by: User) -> dict[str, int]:
    """Look at every account with each rule in use: what is new is added, what is no longer seen ends.

    Nothing of the accounts changes. Done again it only brings the list up to date.

    :returns: how many findings are ``found`` for the first time, still ``seen`` and ``ended``.
    """
    with connection.cursor() as cursor:
        # Two reviews at once would both add the same finding.
        cursor.execute("LOCK TABLE billing_watchfinding IN SHARE ROW EXCLUSIVE MODE")
    counts = {"found": 0, "seen": 0, "ended": 0}
    for rule in WatchRule.objects.order_by("place"):
        pointed = pointed_at(rule, today=local_day(at)) if rule.is_active else {}
        open_now = {each.account_id: each for each in WatchFinding.objects.filter(rule=rule, ended_at__isnull=True)}
        still, gone = open_now.keys() & pointed.keys(), open_now.keys() - pointed.keys()
        new = pointed.keys() - open_now.keys()
        for account_id in still:
            open_now[account_id].seen_at = at
            open_now[account_id].detail = pointed[account_id]
        WatchFinding.objects.bulk_update([open_now[each] for each in still], ["seen_at", "detail"], batch_size=1000)
        WatchFinding.objects.filter(pk__in=[open_now[each].pk for each in gone]).update(ended_at=at)
        add_rows(
            WatchFinding,
            ("rule_id", "account_id", "detail", "found_at", "seen_at", "dismissal"),
            [(rule.pk, account_id, pointed[account_id], at, at, "") for account_id in sorted(new)],
        )
        counts["found"] += len(new)
        counts["seen"] += len(still)
        counts["ended"] += len(gone)
    publish(events.WATCH_LIST_REVIEWED, subject_kind="WatchList", subject_id=0, facts=dict(counts), at=at, by=by)
    return counts


@transaction.atomic
def dismiss_finding(finding: WatchFinding, *, reason: str, at: datetime, by: User) -> WatchFinding:
    """Set a finding aside: what the rule sees is right for a reason; it does not come back while it is still seen.

    :raises FindingNotOpen: it ended or was set aside already, or there is no reason.
    """
    finding = WatchFinding.objects.select_for_update(no_key=True).get(pk=finding.pk)
    if finding.ended_at is not None or finding.dismissed_at is not None:
        raise FindingNotOpen("Este hallazgo ya no está en la lista: dejó de verse, o alguien lo descartó.")
    if not reason.strip():
        raise FindingNotOpen("Escriba por qué no es una falta: queda en la historia de la cuenta.")
    finding.dismissed_at = at
    finding.dismissed_by = by
    finding.dismissal = reason.strip()
    finding.save(update_fields=["dismissed_at", "dismissed_by", "dismissal"])
    publish(
        events.WATCH_FINDING_DISMISSED,
        subject_kind="WatchFinding",
        subject_id=finding.pk,
        account_id=finding.account_id,
        facts={"rule": finding.rule.name, "reason": finding.dismissal},
        at=at,
        by=by,
    )
    return finding
