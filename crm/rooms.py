"""The rooms of the application: every blueprint, in one list."""

from importlib import import_module

from flask import Flask

_ROOMS = (
    "auth",
    "home",
    "search",
    "leads",
    "board",
    "organizations",
    "duplicates",
    "registers",
    "contacts",
    "interactions",
    "enquiries",
    "files",
    "announcements",
    "agreements",
    "introducers",
    "missions",
    "briefing",
    "cards",
    "thanks",
    "bre",
    "calendars",
    "properties",
    "references",
    "site_searches",
    "scores",
    "exports",
    "saved_views",
    "rates",
    "reports",
    "imports",
    "admin",
    "health",
)


def install(app: Flask) -> None:
    """Register the blueprint of every room."""
    for name in _ROOMS:
        app.register_blueprint(import_module(f"crm.{name}.views").blueprint)
