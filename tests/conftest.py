"""What every test may use. The servers and the browser start only where a test asks for them."""

pytest_plugins = (
    "tests.support.application",
    "tests.support.browser",
    "tests.support.markers",
    "tests.support.postgres",
)
