"""The page of the model: how right it has been, its versions, and training it anew."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField
from wtforms.validators import NumberRange, Optional

from crm.errors import sentence
from crm.scores import apart, model_drawing, model_words, versions
from crm.scores.card_words import feature_name
from crm.scores.judged import overrides_judged
from crm.scores.readiness import checklist
from crm.scores.serving import rescore
from crm.scores.version_queries import freshness, list_versions
from crm.scores.views import blueprint
from crm.web.access import DIRECTORS, STAFF, allow
from crm.web.formatting import percent
from crm.web.request import actor, close_reader, database, now, reader, transaction
from models.errors import DomainError


class ScheduleForm(FlaskForm):
    """When the model is trained by itself."""

    retrain_days = IntegerField(
        _l("Days between trainings"), validators=[Optional(), NumberRange(1, 366)]
    )
    publishes_itself = BooleanField(_l("Use a new version by itself when it is not worse"))


@blueprint.get("/model")
@allow(STAFF)
def model() -> Any:
    """How right the chances have been, and what they rest on."""
    return _page()


@blueprint.get("/model/progress")
@allow(STAFF)
def model_progress() -> Any:
    """How far a training is: the part of the page that is fetched again and again."""
    job = apart.look(reader(), apart.TRAIN)
    if job is None or not job.is_under_way:
        response = Response("", 200)
        response.headers["HX-Redirect"] = url_for("scores.model")
        return response
    return render_template("scores/_model_progress.html", **_progress(job))


@blueprint.post("/train")
@allow(DIRECTORS)
def train() -> Any:
    """Have a new version trained, in a process of its own."""
    with transaction() as session:
        apart.ask(session, apart.TRAIN, actor_id=actor().id, now=now())
    return redirect(url_for("scores.model"), 303)


@blueprint.post("/model/versions/<int:number>/publish")
@allow(DIRECTORS)
def publish(number: int) -> Any:
    """Let a version say the chances from now on."""
    close_reader()
    try:
        versions.publish(
            database(),
            number,
            actor=actor(),
            now=now(),
            note=request.form.get("note"),
            scores=False,
        )
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        return _page(problem=sentence(error), problem_of=number), error.status
    _score_anew()
    if not freshness(reader()).is_refused:
        flash(_("Version %(number)s is in use.", number=number), "success")
    return redirect(url_for("scores.model"), 303)


@blueprint.post("/model/rollback")
@allow(DIRECTORS)
def rollback() -> Any:
    """Go back to the version that served before."""
    close_reader()
    try:
        version = versions.roll_back(database(), actor=actor(), now=now(), scores=False)
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        return _page(problem=sentence(error)), error.status
    _score_anew()
    if not freshness(reader()).is_refused:
        flash(_("Version %(number)s is in use again.", number=version.number), "success")
    return redirect(url_for("scores.model"), 303)


@blueprint.post("/model/schedule")
@allow(DIRECTORS)
def schedule() -> Any:
    """Say when the model is trained by itself."""
    form = ScheduleForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with transaction() as session:
        wanted = versions.Settings(form.retrain_days.data, form.publishes_itself.data)
        versions.change_settings(session, wanted, actor=actor())
    flash(_("The schedule is kept."), "success")
    return redirect(url_for("scores.model"), 303)


def _score_anew() -> None:
    """Here and now in a small office; elsewhere a job does it, which takes a while."""
    if versions.has_many_leads(reader()):
        with transaction() as session:
            apart.ask(session, apart.REFRESH, actor_id=actor().id, now=now())
    else:
        close_reader()
        rescore(database(), actor=actor(), now=now())


def _page(
    form: ScheduleForm | None = None, *, problem: str | None = None, problem_of: int | None = None
) -> str:
    session = reader()
    found = freshness(session)
    listed = list_versions(session)
    metrics = found.version.metrics if found.version else {}
    drift = metrics.get("drift") or {}
    job = apart.look(session, apart.TRAIN)
    wishes = versions.find_settings(session)
    before = None
    if found.version is not None:
        before = versions.version_before(session, found.version.number)
    return render_template(
        "scores/model.html",
        freshness=found,
        metrics=metrics,
        words=model_words,
        checklist=checklist,
        calibration=model_drawing.draw_calibration(metrics.get("calibration") or ()),
        learned=model_drawing.draw_learning(metrics.get("learning") or ()),
        rates=model_drawing.draw_rates(drift.get("base_rate") or ()),
        moved=_moved(drift.get("features")),
        overrides=overrides_judged(session),
        feature_name=feature_name,
        versions=listed,
        before=before,
        form=form or ScheduleForm(formdata=None, data=_as_data(wishes)),
        wishes=wishes,
        problem=problem,
        problem_of=problem_of,
        was_judged_worse=versions.was_judged_worse,
        percent=percent,
        **_progress(job),
    )


def _progress(job: apart.Standing | None) -> dict[str, Any]:
    return {
        "is_training": job is not None and job.is_under_way,
        "step": _(job.step) if job is not None and job.step else None,
        "training_problem": _(job.problem) if job is not None and job.problem else None,
    }


def _moved(features: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """What moved at all; None where it cannot be told."""
    if features is None:
        return None
    return [item for item in features if item.get("level") in ("some", "strong")]


def _as_data(wishes: versions.Settings) -> dict[str, Any]:
    return {"retrain_days": wishes.retrain_days, "publishes_itself": wishes.publishes_itself}
