"""Texts joined in one cell come apart as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.cell_lists import join_list, split_list

texts = st.text("ab ;|；｜\"\n\r,'和", min_size=1, max_size=8).map(str.strip).filter(bool)


@given(st.lists(texts, unique=True, max_size=5))
def test_what_was_joined_comes_apart_the_same(parts: list[str]) -> None:
    assert list(split_list(join_list(parts))) == parts


@pytest.mark.parametrize(
    ("parts", "cell"),
    [
        (["Muro", "Muro Corp, Inc."], "Muro; Muro Corp, Inc."),
        (["A; B", "C"], '"A; B"; C'),
        (["和｜洋"], '"和｜洋"'),
        (['"Best" Foods'], '"""Best"" Foods"'),
        (['Say "yes"'], 'Say "yes"'),
        ([None, "", "A"], "A"),
    ],
)
def test_only_what_needs_it_stands_in_quotation_marks(parts: list[str], cell: str) -> None:
    assert join_list(parts) == cell
    assert list(split_list(cell)) == [part for part in parts if part]


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        (None, []),
        (" ; |", []),
        ("A|B\nC；D", ["A", "B", "C", "D"]),
        ("A; A ;a", ["A", "a"]),
        # Somebody else's quotation marks are no more than that.
        ('"Best" Foods; B', ['"Best" Foods', "B"]),
        ('"open; B', ['"open', "B"]),
        ('12" pipe; B', ['12" pipe', "B"]),
        ('  "A; B"  ; C', ["A; B", "C"]),
    ],
)
def test_what_people_write_is_read(cell: str | None, parts: list[str]) -> None:
    assert list(split_list(cell)) == parts
