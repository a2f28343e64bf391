"""What the rules refused, put where the person typed it."""

from typing import Any

from crm.errors import sentence
from models.errors import DomainError


def hold_against(form: Any, error: DomainError) -> None:
    """Show the error at the field it names, or above the form where there is no such field.

    Raises:
        DomainError: the error is none that a form can mend, such as a record that is gone.
    """
    if error.status not in (409, 422):
        raise error
    field = form[error.field] if error.field and error.field in form else None
    if field is None or not hasattr(field, "errors"):
        form.form_errors = [*form.form_errors, sentence(error)]
    else:
        field.errors = [*field.errors, sentence(error)]
