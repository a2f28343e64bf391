"""What every test may use. The servers and the browser start only where a test asks for them."""

import gc

# Thousands of pages leave little to collect, and looking for it took a fifth of the time.
gc.set_threshold(200_000, 50, 100)

# In the order of their imports: pytest rewrites the assertions of what it imports first.
pytest_plugins = (
    "tests.support.browser",
    "tests.support.markers",
    "tests.support.postgres",
    "tests.support.application",
)
