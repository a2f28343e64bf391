"""A checkout of its own for the set-up's steps to work in."""

from pathlib import Path

import pytest

from crm.setup.layout import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """An empty checkout with locks that name nothing."""
    layout = Layout(tmp_path)
    layout.locks.mkdir(parents=True)
    for name in ("run", "test", "dev", "uv", "node"):
        (layout.locks / f"{name}.txt").write_text(f"# {name}\n", encoding="utf-8")
    return layout
