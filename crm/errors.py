"""Expected errors as pages, fragments and lines: the only place that translates a `DomainError`."""

from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from models.errors import DomainError


def sentence(error: DomainError) -> str:
    """The error in the reader's language."""
    text: str = gettext(error.message)
    return text % error.params if error.params else text


def install(app: Flask) -> None:
    """Let the application answer expected errors with a sentence, and hide the unexpected."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def not_found_page() -> Response:
    """The answer to whatever does not exist or may not be seen: the same bytes for both."""
    response = make_response(render_template("errors/not_found.html"), 404)
    return response


def _domain_error(error: DomainError) -> Any:
    if error.status == 404:
        return not_found_page()
    return _page(sentence(error), error.status)


def _csrf_error(_error: CSRFError) -> Any:
    return _page(
        gettext(
            "This form is too old, or was not sent from our page."
            " Go back, reload the page and send it again."
        ),
        400,
    )


def _http_error(error: HTTPException) -> Any:
    if error.code == 404:
        return not_found_page()
    if error.code is not None and error.code < 400:
        return error
    messages = {
        405: gettext("This address does not take that kind of request."),
        413: gettext("The file is too large. Files may have up to 32 MB."),
        415: gettext("Only forms can be sent to this address."),
        429: gettext("Too many requests. Wait a few minutes and try again."),
    }
    answer = _page(
        messages.get(error.code or 400, gettext("The request could not be understood.")),
        error.code or 400,
    )
    if error.code == 405 and error.get_headers():
        for name, value in error.get_headers():
            if name == "Allow":
                answer.headers["Allow"] = value
    return answer


def _unexpected(error: Exception) -> Any:
    current_app.logger.exception("Unexpected error")
    if current_app.testing or current_app.debug:
        raise error
    return _page(
        gettext(
            "Something went wrong on our side. It has been written to the log; nothing was saved."
        ),
        500,
    )


def _page(message: str, status: int) -> Response:
    name = "errors/_notice.html" if request.headers.get("HX-Request") else "errors/error.html"
    return make_response(render_template(name, message=message, status=status), status)
