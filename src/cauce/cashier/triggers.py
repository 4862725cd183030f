"""Triggers of the desk: what no act may write, whoever writes it."""

import pgtrigger


def matched_once() -> pgtrigger.Trigger:
    """Refuse that a deposit or a tender reaches the bank twice, or leaves it without having reached it.

    What the matches that stand say of one thing and kind is nothing or what it is worth, never more nor less. Two that
    match it at once are told apart by the lock that the operation holds on it.
    """
    return pgtrigger.Trigger(
        name="cashier_clearingmatchitem_once",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        declare=[("matched", "numeric"), ("worth", "numeric")],
        func="""
            SELECT coalesce(sum(item.amount), 0) INTO matched
            FROM cashier_clearingmatchitem item
            JOIN cashier_clearingmatch stands ON stands.document_id = item.match_id
            LEFT JOIN cashier_clearingmatchreversal undone ON undone.match_id = item.match_id
            WHERE undone.match_id IS NULL
              AND item.deposit_id IS NOT DISTINCT FROM NEW.deposit_id
              AND item.tender_id IS NOT DISTINCT FROM NEW.tender_id
              AND stands.kind = (SELECT kind FROM cashier_clearingmatch WHERE document_id = NEW.match_id);
            IF NEW.deposit_id IS NULL THEN
                SELECT amount INTO worth FROM cashier_tender WHERE id = NEW.tender_id;
            ELSE
                SELECT cash INTO worth FROM cashier_bankdeposit WHERE document_id = NEW.deposit_id;
            END IF;
            IF matched <> 0 AND matched <> worth THEN
                RAISE EXCEPTION 'cashier_clearingmatchitem: % is matched and % is what it is worth', matched, worth
                USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        """,
    )
