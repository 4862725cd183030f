"""``cauce agreement quote`` tells who could grant an agreement and its instalments, and writes nothing."""

import json

from click.testing import CliRunner

from cauce.agreements.models import PaymentAgreement
from cauce.cli.main import cauce
from cauce.ledger.models import Posting
from tests.agreements.conftest import at, clerk, debtor, law, policy
from tests.ledger.conftest import account

__all__ = ["account", "at", "clerk", "debtor", "law", "policy"]


def told(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(cauce, ["agreement", "quote", *arguments, "--on", "2026-10-20", "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_what_the_rule_allows_is_eligible_with_its_instalments_and_nothing_is_written(debtor):
    before = Posting.objects.count()
    document = told(debtor.number, "--down", "200", "--instalments", "3")
    assert (document["eligible"], document["reasons"], document["authoriser"]) == (True, [], "coordinador")
    first = document["instalments"][0]
    assert (first["number"], first["due_on"]) == (1, "2026-11-20")
    assert all(isinstance(first[name], str) for name in ("principal", "interest", "amount"))
    assert len(document["instalments"]) == 3
    assert Posting.objects.count() == before and not PaymentAgreement.objects.exists()


def test_what_goes_beyond_the_rule_says_why_and_who_may(debtor):
    document = told(debtor.number, "--down", "0", "--instalments", "3")
    assert (document["eligible"], document["authoriser"]) == (False, "director")
    assert any("enganche" in reason for reason in document["reasons"])
    assert told(debtor.number, "--down", "0", "--instalments", "3", "--post", "director")["eligible"] is True


def test_what_nobody_may_grant_has_no_authoriser(debtor):
    document = told(debtor.number, "--down", "200", "--instalments", "60")
    assert (document["eligible"], document["authoriser"]) == (False, None)


def test_a_post_that_the_policy_does_not_name_is_said(debtor):
    result = CliRunner().invoke(cauce, ["agreement", "quote", debtor.number, "--instalments", "3", "--post", "cajero"])
    assert result.exit_code != 0 and "no nombra el puesto" in result.output


def test_it_is_told_to_people_in_a_table(debtor):
    arguments = ["agreement", "quote", debtor.number, "--down", "200", "--instalments", "3", "--on", "2026-10-20"]
    text = CliRunner().invoke(cauce, arguments).stdout
    assert "Lo otorga: Coordinador Comercial" in text and "3/3" in text
