"""Expected errors put where the person has to change something."""

from typing import Any

from crm.errors import sentence
from models.errors import DomainError


def put_problem(form: Any, error: DomainError, **fields: str) -> None:
    """Say the error at its field of a form, or above the form where no field is to blame.

    `fields` says which input stands for which field of the rules, where their names differ.
    What a form cannot mend (nothing here, not allowed) goes on.
    """
    if error.status in (403, 404):
        raise error
    name = fields.get(error.field or "", error.field)
    if name is not None and name in form:
        form[name].errors = [*form[name].errors, sentence(error)]
    else:
        form.form_errors = [*form.form_errors, sentence(error)]
