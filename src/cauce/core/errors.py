"""Errors that a person may see."""


class DomainError(Exception):
    """Something expected was refused; the message is in Spanish and says what to do next.

    Subclasses live beside the operation that raises them. Anything that is not a DomainError is a bug.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
