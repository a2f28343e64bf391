"""Forms of imports: the file to bring in, and which column holds which field."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from crm.imports.columns import ColumnMapping
from crm.imports.encodings import ENCODINGS
from crm.imports.options import ImportOptions, MatchKey, OnAlike, OnMatch, OnNew
from crm.imports.reading import DELIMITERS
from models.import_batch import BatchKind

GUESS = "guess"
KINDS: list[tuple[str, Any]] = [
    (BatchKind.LEADS.value, _l("A lead")),
    (BatchKind.STAGES.value, _l("A stage change of a lead on file")),
    (BatchKind.ORGANIZATIONS.value, _l("An organization")),
    (BatchKind.CONTACTS.value, _l("A contact")),
    (BatchKind.INTERACTIONS.value, _l("An interaction: a call, a meeting, an e-mail")),
]
_LONGEST_CHOICE = 16
_MOST_CHOICES = 50_000


class FileForm(FlaskForm):
    """A file, or cells pasted from a spreadsheet."""

    file = FileField(_l("CSV file or Excel workbook (.xlsx)"))
    pasted = TextAreaField(
        _l("Or paste the cells from a spreadsheet, with their headers"), [Length(max=2_000_000)]
    )
    kind = SelectField(_l("What a row is"), choices=[(GUESS, _l("Tell by the headers")), *KINDS])

    @staticmethod
    def kind_choices() -> list[tuple[str, Any]]:
        """What a row can be."""
        return [(GUESS, _l("Tell by the headers")), *KINDS]


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


def chosen_options(form: Any, before: ImportOptions) -> ImportOptions:
    """How the file is read and its rows are treated; what the form does not say stays."""
    keys = before.keys
    if form.get("keys-said"):
        known = {key.value for key in MatchKey}
        keys = frozenset(MatchKey(key) for key in form.getlist("keys") if key in known)
    return replace(
        before,
        encoding=_one_of(form.get("encoding"), ENCODINGS, before.encoding),
        delimiter=_one_of(form.get("delimiter"), DELIMITERS, before.delimiter),
        keys=keys,
        on_match=OnMatch(_one_of(form.get("on_match"), tuple(OnMatch), None) or before.on_match),
        on_new=OnNew(_one_of(form.get("on_new"), tuple(OnNew), None) or before.on_new),
        on_alike=OnAlike(_one_of(form.get("on_alike"), tuple(OnAlike), None) or before.on_alike),
    )


def chosen_choices(form: Mapping[str, str], before: ImportOptions) -> ImportOptions:
    """What was chosen for single rows, from the selects `row-2`, `row-7` ...; empty takes back."""
    rows = dict(before.rows)
    for name, choice in form.items():
        prefix, _, number = name.partition("-")
        is_row = prefix == "row" and number.isascii() and number.isdecimal() and len(number) < 8
        if not is_row or len(choice) > _LONGEST_CHOICE or not (choice.isalnum() or not choice):
            continue
        if choice:
            rows[int(number)] = choice
        else:
            rows.pop(int(number), None)
    return replace(before, rows=dict(list(rows.items())[:_MOST_CHOICES]))


def _one_of(said: str | None, known: tuple[str, ...], before: str | None) -> str | None:
    """A value that is known; the empty one means "as the file itself tells"."""
    if said is None:
        return before
    return said if said in known else None
