"""Days, moments and numbers that a form takes."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from crm.web.fields import DayField, MomentField, NumberField


class _Form(Form):
    day = DayField()
    moment = MomentField()
    number = NumberField()


def _read(app: Flask, name: str, value: str) -> Any:
    with app.test_request_context():
        form = _Form(MultiDict({name: value}))
        form.validate()
        return form[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("day", day) for day in ("0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31")),
        *(("moment", day) for day in ("0001-01-01T00:00", "9999-12-31T23:59")),
        *(
            ("number", number)
            for number in ("NaN", "sNaN", "inf", "-Infinity", "1e", "9" * 5_000 + "x")
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(app: Flask, name: str, value: str) -> None:
    field = _read(app, name, value)
    assert field.errors
    assert field.data is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("day", day) for day in ("1900-01-01", "2026-11-20", "2200-12-31")),
        ("moment", "2026-11-20T15:00"),
        ("number", "12.5"),
    ],
)
def test_what_can_be_meant_is_kept(app: Flask, name: str, value: str) -> None:
    field = _read(app, name, value)
    assert not field.errors
    assert field.data is not None
