from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.cashier.rules import OrderLine, Tendered, share_out

cents = st.integers(1, 100_000).map(lambda value: Decimal(value) / 100)


@given(st.lists(cents, min_size=1, max_size=5), st.data())
def test_the_shares_spend_every_method_to_the_centavo(amounts, data):
    total, tenders = sum(amounts), []
    while total > 0:
        part = min(data.draw(cents), total)
        tenders.append(Tendered(f"M{len(tenders)}", part))
        total -= part
        if len(tenders) == 4 and total > 0:
            tenders.append(Tendered("LAST", total))
            break
    shares = share_out(tenders, amounts)
    assert [sum(part.amount for part in share) for share in shares] == amounts
    for tender in tenders:
        spent = sum(part.amount for share in shares for part in share if part.method == tender.method)
        assert spent == tender.amount


@pytest.mark.parametrize(
    ("received", "paid"), [(["10"], ["9"]), (["10"], []), ([], []), (["0"], ["0"]), (["10", "-5"], ["5"])]
)
def test_what_does_not_add_up_is_refused(received, paid):
    with pytest.raises(ValueError, match="add up"):
        share_out([Tendered("CASH", Decimal(amount)) for amount in received], [Decimal(amount) for amount in paid])


def test_a_line_of_an_order_rounds_its_amount_and_its_vat_once_each():
    line = OrderLine(
        concept="VARIO",
        description="Agua en pipa",
        quantity=Decimal("1.5"),
        unit_price=Decimal("33.3333"),
        vat_percent=Decimal(16),
    )
    assert (line.amount, line.vat) == (Decimal("50.00"), Decimal("8.00"))
