"""What may be refused of a work order."""

from cauce.core.errors import DomainError


class WorkOrderRefused(DomainError):
    """What is asked of an order cannot be as it was asked."""


class WrongState(DomainError):
    """The order is not where the act needs it: somebody was there before."""


class OrderAlreadyActed(DomainError):
    """The crew had been there when somebody wanted the order back."""


class AreaWithoutStaff(DomainError):
    """Nobody of the area could see the order."""


class ReportRefused(DomainError):
    """What was told of a visit lacks something or contradicts what is known."""


class DebtBelowMinimum(DomainError):
    """The debt that the order was for is paid by now."""


class OwnReport(DomainError):
    """Who wrote down a result does not review it."""


class CatalogueRejected(DomainError):
    """A type of order, a material or a crew has a fault."""
