"""Expected errors, as data: an English sentence with named parameters.

Nothing here knows a web framework or a language; `crm.errors` translates the
sentence and turns it into a page, a fragment, a CLI line or JSON.
"""


def N_(message: str) -> str:
    """Mark a sentence for translation and return it unchanged."""
    return message


class DomainError(Exception):
    """Something a person asked for that the rules refuse, with a sentence that says why.

    `message` is an English template marked with `N_`, `params` fill its `%(name)s` places and
    `field` names the input that has to change, when there is one.
    """

    status = 422

    def __init__(self, message: str, *, field: str | None = None, **params: object) -> None:
        self.message = message
        self.field = field
        self.params = params
        super().__init__(message)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class NotFoundError(DomainError):
    """A record that does not exist, or that the actor may not see: the two are never told apart."""

    status = 404

    def __init__(self) -> None:
        super().__init__(N_("There is nothing here."))


class ForbiddenError(DomainError):
    """The actor's role does not allow the action, whatever record it is tried on."""

    status = 403

    def __init__(self, message: str = N_("Your role does not allow this.")) -> None:
        super().__init__(message)


class ConflictError(DomainError):
    """Somebody else changed the record since it was read."""

    status = 409
