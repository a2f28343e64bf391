"""How the package is imported."""

import subprocess
import sys

import pytest

import scoring


def test_importing_it_costs_nothing() -> None:
    heavy = "sklearn pandas numpy scipy sqlalchemy"
    code = f"import sys, scoring; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    assert all(getattr(scoring, name) is not None for name in scoring.__all__)
    with pytest.raises(AttributeError):
        _ = scoring.nonsense
