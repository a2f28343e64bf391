"""The application factory."""

from typing import Any

from flask import Flask, g, request, session
from flask_login import current_user
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import crm.timezones  # noqa: F401 - pins the time-zone data before anything asks for a zone
from config import PROJECT, Config
from crm import errors, navigation, rooms, wording
from crm.auth import signed_in
from crm.auth.passwords import Passwords
from crm.database import Database, create_engine
from crm.extensions import babel, csrf
from crm.web import access, formatting, headers, incoming
from crm.web.addresses import KeyConverter
from crm.web.request import close_reader
from models.user import Language


def create_app(config: Config | None = None) -> Flask:
    """Build the application from its configuration, or from the environment's.

    Raises:
        ConfigError: a setting that cannot be used.
    """
    config = config or Config.from_env()
    app = Flask(
        "crm", template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "crm/static")
    )
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-crm" if config.is_https else "crm",
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=config.upload_limit + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,
        SEND_FILE_MAX_AGE_DEFAULT=86_400,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_TRANSLATION_DIRECTORIES=str(PROJECT / "crm/translations"),
    )
    if config.trusted_proxy_count:
        count = config.trusted_proxy_count
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    app.url_map.converters["int"] = KeyConverter
    app.extensions["config"] = config
    app.extensions["database"] = Database(create_engine(config))
    app.extensions["passwords"] = Passwords(config)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    babel.init_app(app, locale_selector=_locale, timezone_selector=_time_zone)
    # Before the check of the form's token, which reads the form.
    app.before_request(incoming.refuse_unreadable)
    csrf.init_app(app)
    signed_in.install(app)
    app.before_request(access.guard)
    app.after_request(headers.add_security_headers)
    app.teardown_appcontext(close_reader)
    errors.install(app)
    formatting.install(app)
    wording.install(app)
    navigation.install(app)
    rooms.install(app)
    return app


def _locale() -> str:
    chosen: str | None = g.get("locale")
    if chosen is None:
        chosen = g.locale = _choose_locale()
    return chosen


def _choose_locale() -> str:
    if current_user.is_authenticated:
        language: Language = current_user.actor.language
        return language.value
    if session.get("language") in {item.value for item in Language}:
        return str(session["language"])
    return request.accept_languages.best_match([item.value for item in Language]) or "en"


def _time_zone() -> Any:
    return current_user.actor.time_zone if current_user.is_authenticated else None
