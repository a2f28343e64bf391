"""The shared office files, where they stand beside the checkout."""

from pathlib import Path

import pytest

from bench.scoring_office import on_files

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "office"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no office files beside the checkout")


def test_open_leads_of_the_file_are_ranked_above_the_order_by_stage() -> None:
    runs = on_files(FOLDER)
    today = runs.loc["English, file day"]
    assert today["open"] == 49
    assert today["auc model"] > today["auc stage"] + 0.03
    assert today["ap model"] > today["ap stage"] + 0.08
    # Single past days of one office are noisy; together they must not lose.
    gain = runs["auc model"] - runs["auc stage"]
    assert gain.mean() > 0.01
