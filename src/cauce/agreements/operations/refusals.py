"""Why an agreement, a note or a waiver is not what was asked."""

from cauce.core.errors import DomainError


class AgreementRefused(DomainError):
    """The agreement cannot be granted, or not by who asks."""


class AgreementNotReady(DomainError):
    """The agreement is not in a state in which that can be done."""


class AgreementDebtChanged(DomainError):
    """What is owed is no longer what the agreement says."""

    def __init__(self, folio: str) -> None:
        super().__init__(
            f"El adeudo cambió desde que se preparó el convenio {folio} (otro día, un pago, un recibo o un ajuste) "
            "y no se firmó: retírelo y prepárelo de nuevo."
        )


class NoteNotHere(DomainError):
    """The note is not in a state in which that can be done with its paper."""


class PolicyRejected(DomainError):
    """The policy's file cannot be used."""


class WaiverRefused(DomainError):
    """Surcharges cannot be waived so."""


class PrepaymentRefused(DomainError):
    """Months cannot be paid ahead so."""
