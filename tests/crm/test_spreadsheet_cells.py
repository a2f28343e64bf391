"""No cell that we write is a formula, and each gives its text back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.spreadsheet_cells import protect, restore

SIGNS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("sign", SIGNS)
def test_what_begins_like_a_formula_gets_an_apostrophe(sign: str) -> None:
    assert protect(f'{sign}HYPERLINK("x")').startswith("'" + sign)


def test_an_apostrophe_of_ones_own_is_doubled() -> None:
    assert protect("'s-Hertogenbosch") == "''s-Hertogenbosch"
    assert protect("O'Brien") == "O'Brien"


@given(st.text(alphabet=st.one_of(st.sampled_from(SIGNS + "'"), st.characters()), max_size=8))
def test_every_text_comes_back_and_none_is_live(text: str) -> None:
    cell = protect(text)
    assert restore(cell) == text
    assert cell[:1] not in SIGNS or not cell
