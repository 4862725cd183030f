"""What a refused act says to the person, and what it leaves in the history."""

from django.http import HttpRequest

from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.registry.operations import OwnAccount, record_barred_act


def message_of(request: HttpRequest, error: DomainError, *, what: str) -> str:
    """The Spanish message of a refusal; an act barred for being on one's own account is recorded.

    ``what`` is the act in infinitive («cobrar la cuenta 000123»). Call it where the error is caught: the act's own
    transaction was undone by then.
    """
    if isinstance(error, OwnAccount):
        record_barred_act(refusal=error, what=what, at=clock.now())
    return error.message
