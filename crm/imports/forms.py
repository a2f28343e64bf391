"""Forms of imports: the file to bring in, and which column holds which field."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from crm.imports.columns import ColumnMapping
from models.import_batch import BatchKind

GUESS = "guess"


class FileForm(FlaskForm):
    """A file, or cells pasted from a spreadsheet."""

    file = FileField(_l("CSV file or Excel workbook (.xlsx)"))
    pasted = TextAreaField(
        _l("Or paste the cells from a spreadsheet, with their headers"), [Length(max=2_000_000)]
    )
    kind = SelectField(
        _l("What a row is"),
        choices=[
            (GUESS, _l("Tell by the headers")),
            (BatchKind.LEADS.value, _l("A lead")),
            (BatchKind.STAGES.value, _l("A stage change of a lead on file")),
        ],
    )


def chosen_columns(form: Mapping[str, str], mapping: ColumnMapping) -> dict[str, str | None]:
    """What a person chose for each header, from the selects `column-0`, `column-1` ...

    A field that is given to a second column is taken from the one that held it before.
    """
    before = mapping.as_dict()
    chosen: dict[str, str | None] = {}
    for match in mapping.matches:
        if match.header and match.header not in chosen:
            code = form.get(f"column-{match.index}", match.field or "")
            chosen[match.header] = code or None
    newly = {field for header, field in chosen.items() if field and before.get(header) != field}
    return {
        header: None if field in newly and before.get(header) == field else field
        for header, field in chosen.items()
    }
