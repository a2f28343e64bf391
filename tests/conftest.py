"""What every test may use. The servers and the browser start only where a test asks for them."""

# In the order of their imports: pytest rewrites the assertions of what it imports first.
pytest_plugins = (
    "tests.support.browser",
    "tests.support.markers",
    "tests.support.postgres",
    "tests.support.application",
)
