"""What a supervisor asks: alive, and ready. The answers say nothing else."""

import sqlalchemy as sa
from flask import Blueprint, Response, current_app

from crm import schema
from crm.web.access import public
from crm.web.request import database

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@public
def live() -> Response:
    """The process answers; it looks at nothing else."""
    return Response("ok", mimetype="text/plain")


@blueprint.get("/ready")
@public
def ready() -> Response:
    """The database answers, with the schema that this code needs."""
    try:
        is_ready = schema.current(database().engine) == schema.head()
    except (sa.exc.SQLAlchemyError, OSError):
        current_app.logger.exception("Not ready")
        is_ready = False
    return Response(
        "ok" if is_ready else "not ready", 200 if is_ready else 503, mimetype="text/plain"
    )
