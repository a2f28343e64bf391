"""Pages of flags, of facilities at risk, and of the rules; for the team alone."""

import re
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.bre import flag_queries, judging, queries
from crm.bre.finishing import COMPOSED, is_withdrawn, rule_of
from crm.bre.flag_words import read_words
from crm.bre.forms import FlagLeadForm, JudgeForm
from crm.bre.judging import LeadWish
from crm.bre.looks import note_own_look
from crm.bre.questionnaire import Questionnaire, in_language
from crm.bre.response import must_be_of_a_team
from crm.bre.rules import LeadProposal, default_rules
from crm.bre.versions import questionnaire_of
from crm.bre.views import blueprint
from crm.errors import sentence
from crm.web.access import STAFF, WRITERS, allow
from crm.web.formatting import reading_locale
from crm.web.paths import own_path
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.bre_call import BreFlag, Consent, FlagAxis, FlagStanding, Severity
from models.errors import DomainError
from models.stage import LeadType


@dataclass(frozen=True, slots=True)
class RuleOnPage:
    """A rule as its page lists it."""

    id: str
    version: int
    severity: Severity
    axis: FlagAxis
    text: str


_QUOTE = re.compile(r"\{([^{}]+)\}")


@blueprint.get("/flags")
@allow(STAFF)
def flags() -> str:
    """Flags that are open, those due first."""
    session = reader()
    must_be_of_a_team(session, actor())
    chosen = flag_queries.read_flag_filter(request.args)
    language = reading_locale().language
    page = flag_queries.list_flags(session, chosen, cursor=request.args.get("after"))
    return render_template(
        "bre/flags.html",
        page=page,
        words=[read_words(row.evidence, language) for row in page.rows],
        chosen=chosen,
        arguments=chosen.arguments,
        severities=list(Severity),
        axes=list(FlagAxis),
        rules=[rule.id for rule in default_rules().rules],
        rule_of=rule_of,
        now=now(),
    )


@blueprint.get("/flags/<flag_id>")
@allow(STAFF)
def flag(flag_id: str) -> str:
    """One flag with its evidence as it was then."""
    return _page(flag_id, JudgeForm(formdata=None))


@blueprint.post("/flags/<flag_id>/judge")
@allow(WRITERS)
def judge(flag_id: str) -> Any:
    """Confirm a flag, or set it down with a reason."""
    flag_queries.get_flag(reader(), flag_id)
    form = JudgeForm()
    if not form.validate():
        return _page(flag_id, form), 422
    try:
        with transaction() as session:
            case = judging.judge_flag(
                session,
                flag_queries.get_flag(session, flag_id),
                FlagStanding(form.standing.data),
                reason=form.reason.data,
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        put_problem(form, error)
        return _page(flag_id, form), 422
    if case is not None:
        flash(_("A case is open; its owner, backup and manager are told."), "success")
        return redirect(url_for(".case", case_id=case.public_id), 303)
    flash(_("Noted."), "success")
    return redirect(url_for(".flag", flag_id=flag_id), 303)


@blueprint.post("/flags/<flag_id>/reopen")
@allow(WRITERS)
def reopen_flag(flag_id: str) -> Any:
    """Take a judgement back."""
    try:
        with transaction() as session:
            judging.open_flag_again(session, flag_queries.get_flag(session, flag_id), actor=actor())
    except DomainError as error:
        if error.status in (403, 404):
            raise
        flash(sentence(error), "danger")
    return redirect(url_for(".flag", flag_id=flag_id), 303)


@blueprint.route("/flags/<flag_id>/lead", methods=["GET", "POST"])
@allow(WRITERS)
def flag_lead(flag_id: str) -> Any:
    """Open the lead that a green flag proposes."""
    found = flag_queries.get_flag(reader(), flag_id)
    proposal = judging.proposal_of(found)
    form = FlagLeadForm(
        company=judging.suggested_company(reader(), found),
        lead_type=proposal.lead_type.value if proposal else None,
    )
    if form.validate_on_submit():
        try:
            with transaction() as session:
                lead = judging.open_lead_from_flag(
                    session,
                    flag_queries.get_flag(session, flag_id),
                    LeadWish(
                        code_name=form.code_name.data,
                        company=form.company.data,
                        lead_type=LeadType(form.lead_type.data),
                        is_open=form.is_open.data,
                    ),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error, team="is_open")
        else:
            flash(_("The lead is open."), "success")
            target = url_for("leads.show", lead_id=lead.public_id)
            return redirect(own_path(request.form.get("next"), target), 303)
    found = flag_queries.get_flag(reader(), flag_id)
    if note_own_look(found, found.team_id):
        found = flag_queries.get_flag(reader(), flag_id)
    page = render_template(
        "bre/flag_lead.html",
        form=form,
        flag=found,
        words=read_words(found.evidence, reading_locale().language),
        proposal=proposal,
        is_own=proposal is not None and proposal.kind is LeadProposal.EXPANSION,
        may_open=found.call.share_consent is Consent.YES,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/facilities")
@allow(STAFF)
def facilities() -> str:
    """Facilities with red flags, and the jobs that hang on them."""
    session = reader()
    must_be_of_a_team(session, actor())
    language = reading_locale().language
    rows = flag_queries.list_at_risk(session)
    return render_template(
        "bre/facilities.html",
        rows=rows,
        words={
            flag.id: read_words(flag.evidence, language).text for row in rows for flag in row.flags
        },
    )


@blueprint.get("/rules")
@allow(STAFF)
def rules() -> str:
    """Every rule with its words and version, and how often it fired."""
    session = reader()
    must_be_of_a_team(session, actor())
    language = reading_locale().language
    counts = flag_queries.count_rules(session)
    questionnaire = questionnaire_of(None)
    return render_template(
        "bre/rules.html",
        rules=[
            RuleOnPage(
                rule.id,
                rule.version,
                Severity(rule.severity.value),
                FlagAxis(rule.axis.value),
                _in_words(in_language(rule.text, language), questionnaire, language),
            )
            for rule in default_rules().rules
        ],
        counts=counts,
        composed=counts.get(COMPOSED, []),
        yellows=default_rules().yellows_for_red,
        red=Severity.RED,
        risk=FlagAxis.RISK,
    )


def _page(flag_id: str, form: JudgeForm) -> str:
    found = flag_queries.get_flag(reader(), flag_id)
    if note_own_look(found, found.team_id):
        found = flag_queries.get_flag(reader(), flag_id)
    return render_template(
        "bre/flag.html",
        flag=found,
        words=read_words(found.evidence, reading_locale().language),
        form=form,
        withdrawn=is_withdrawn(found),
        proposal=judging.proposal_of(found),
        lead=flag_queries.find_lead(reader(), found),
        judged_by=_judge_of(found),
        rule=rule_of(found.rule),
        now=now(),
        may_write=actor().may_write,
    )


def _judge_of(found: BreFlag) -> str | None:
    return queries.names_of(reader(), [found.judged_by_id]).get(found.judged_by_id or 0)


def _in_words(text: str, questionnaire: Questionnaire, language: str) -> str:
    """A rule's sentence with the names of the answers that it quotes."""

    def label(match: re.Match[str]) -> str:
        part = questionnaire.find_part(match[1].partition("@")[0])
        return in_language(part.label, language) if part is not None else "…"

    return _QUOTE.sub(label, text)
