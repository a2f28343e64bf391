"""The scorecard that ships: editable, and shown as what it is, an opinion with reasons.

The chances of the stages are calibrated on published figures (qualified 15 %, between the
average of 10 % and a best practice of 20 %; about 55 % from referral to decision). The points
are practice, not measurement; an office's own closed leads correct them.
"""

from typing import Any

from models.errors import N_

# Sources as offices name them, in English, French, Japanese and Korean.
INVESTORS = [
    *("existing investor", "investor here", "aftercare", "bre", "investisseur existant"),
    *("既存投資家", "既存企業", "進出済企業", "기존 투자자", "기존투자자", "기존 투자기업"),
]
REFERRALS = [
    *("referral", "referred", "introduction", "bank", "trading house", "recommandation"),
    *("banque", "紹介", "銀行", "商社", "소개", "은행", "종합상사"),
]
OFFICES = [
    *("jetro", "kotra", "ministry", "tokyo office", "seoul office", "bureau de tokyo"),
    *("bureau de séoul", "ジェトロ", "東京事務所", "코트라", "서울사무소", "서울 사무소"),
]
FAIRS = [
    *("trade fair", "fair", "exhibition", "salon", "foire"),
    *("展示会", "見本市", "전시회", "박람회"),
]
COLD = [
    *("cold outreach", "cold call", "cold", "démarchage", "prospection à froid"),
    *("コールド", "飛び込み", "콜드콜", "콜드"),
]

DEFAULT: dict[str, Any] = {
    "format": 1,
    "stages": {
        "first_contact": 0.04,
        "engaged": 0.08,
        "qualified": 0.15,
        "active": 0.30,
        "proposal": 0.45,
        "negotiation": 0.65,
        "committed": 0.85,
    },
    "rules": [
        {
            "feature": "source",
            "any_of": INVESTORS,
            "points": 10,
            "reason": N_("Firms that already invest here decide faster and more often."),
        },
        {
            "feature": "source",
            "any_of": REFERRALS,
            "points": 5,
            "reason": N_("Somebody they trust brought them."),
        },
        {
            "feature": "source",
            "any_of": OFFICES,
            "points": 4,
            "reason": N_("An office on the spot knew that they are looking."),
        },
        {
            "feature": "source",
            "any_of": FAIRS,
            "points": -7,
            "reason": N_("A card from a fair says little about a project."),
        },
        {
            "feature": "source",
            "any_of": COLD,
            "points": -12,
            "reason": N_("Nobody was looking before we wrote."),
        },
        {
            "feature": "introducer",
            "any_of": ["yes"],
            "points": 2,
            "reason": N_("Somebody opened the door for us."),
        },
        {
            "feature": "introducer_record",
            "at_least": 0.4,
            "points": 3,
            "reason": N_("What this introducer brings is announced more often."),
        },
        {
            "feature": "introducer_record",
            "below": -0.4,
            "points": -3,
            "reason": N_("What this introducer brings is announced less often."),
        },
        {
            "feature": "group_here",
            "any_of": ["expansion", "both"],
            "points": 5,
            "reason": N_("Their group told us here that it means to grow."),
        },
        {
            "feature": "group_here",
            "any_of": ["risk"],
            "points": -4,
            "reason": N_("Their group has troubles of its own here."),
        },
        {
            "feature": "agreement",
            "any_of": ["yes"],
            "points": 2,
            "reason": N_("They have seen what an agreement would bring them here."),
        },
        {
            "feature": "organization_announced",
            "any_of": ["yes"],
            "points": 8,
            "reason": N_("They have announced something here before."),
        },
        {
            "feature": "lead_type",
            "any_of": ["expansion"],
            "points": 3,
            "reason": N_("Expanding where one is known is an easier decision."),
        },
        {
            "feature": "status",
            "any_of": ["on_hold"],
            "points": -5,
            "reason": N_("A project on hold competes with others for its budget."),
        },
        {
            "feature": "stage_days",
            "at_least": 180,
            "below": 365,
            "points": -3,
            "reason": N_("Half a year without a step forward."),
        },
        {
            "feature": "stage_days",
            "at_least": 365,
            "points": -9,
            "reason": N_("A year without a step forward."),
        },
        {
            "feature": "contact_days",
            "at_least": 120,
            "below": 240,
            "points": -3,
            "reason": N_("Four months without a contact."),
        },
        {
            "feature": "contact_days",
            "at_least": 240,
            "points": -8,
            "reason": N_("Eight months without a contact."),
        },
        {
            "feature": "contact_direction",
            "any_of": ["in"],
            "points": 3,
            "reason": N_("The last word was theirs: they keep asking."),
        },
        {
            "feature": "meetings_per_stage",
            "below": 0.8,
            "points": -4,
            "reason": N_("Few meetings for how far it is said to be."),
        },
        {
            "feature": "meetings_per_stage",
            "at_least": 1.6,
            "points": 4,
            "reason": N_("They give it more time than others do."),
        },
        {
            "feature": "seniority",
            "at_least": 5,
            "points": 4,
            "reason": N_("A director or above has taken part."),
        },
        {
            "feature": "decision_progress",
            "at_least": 0.5,
            "points": 5,
            "reason": N_("Most of those who decide are in favour."),
        },
        {
            "feature": "mission_contact",
            "any_of": ["yes"],
            "points": 2,
            "reason": N_("We have met them in person on a mission."),
        },
    ],
}
