"""Where each fact of the five texts stands as a record, and with which typed value.

One line a fact: its number, the record (a kind and the names that find it), and the columns that
it has. `tests/crm/demo/fact_records.py` reads the records; a claim with the literal words stands
beside every one of them. What belongs to importing such a text, not to its contents, has no home.
"""

from typing import Any

Home = tuple[str, tuple[str, ...], dict[str, Any]]

NO_CONTENT = ("001-noise-01", "003-encoding-01")


def _org(name: str, role: str, country: str | None, **more: Any) -> Home:
    return ("organization", (name,), {"roles": role, "country": country, **more})


def _claim(kind: str, *record: str) -> Home:
    """What has no column anywhere: a statement, an insight; its kind and its record are typed."""
    return ("claim", record, {"kind": kind})


BC = "B.C. trade mission to Japan and Korea"
BRAMPTON = "City of Brampton Virtual Mission to Japan"
QUEBEC = "Quebec multisectoral mission to Japan"
SKT = "SK Telecom takes up Quadrant's artificial intelligence"
MOU = "Memorandum of understanding of Canada and the Republic of Korea"
LPT = "Landing Pad Tokyo and Ryerson University’s DMZ become partners"
ACQUISIO = "Acquisio and IREP found a joint venture"
TOON_BOOM = "HeARTBIT Digital Creation distributes Toon Boom software in Japan"
IREQ = "IREQ and SEI Corporation market a battery technology together"
PACT = "Canada-Korea memorandum of understanding on industry"
COMMITTEE = "Canada-Korea Industrial Cooperation Committee"
CPTPP = "Comprehensive and Progressive Agreement for Trans-Pacific Partnership"
CKFTA = "Canada-Korea Free Trade Agreement"
_BC_NAME = "Government of British Columbia"
_UNDATED = {"starts_on": None, "ends_on": None, "dates_precision": "unknown"}
_UNSAID = {"capex_amount": None, "capex_currency": None, "announced_on": None, "whose": "others"}
_NO_JOBS = {"jobs_count": None, "jobs_qualifier": None}
_VISIT = {
    "standing": "done",
    "visited_on": None,
    "visited_precision": "unknown",
    "season": None,
    "topic": "How relationships can be strengthened",
    "mission": BRAMPTON,
    "site": "Brampton",
}


def _figure(title: str, amount: float | None, unit: str, printed: str, **more: Any) -> Home:
    values = {"amount": amount, "unit": unit, "as_printed": printed, "currency": None}
    return ("statistic", (title,), {**values, "year": None, **more})


HOMES: dict[str, Home] = {
    "000-organisation-01": _org(_BC_NAME, "government", "CA"),
    "000-organisation-02": _org("Ministry of Jobs, Trade and Technology", "government", "CA"),
    "000-organisation-03": _org(
        "B.C. trade and investment office in Seoul", "intermediary", "KR", city="Seoul"
    ),
    "000-organisation-04": _org("Costco Japan", "prospect", "JP"),
    "000-organisation-05": _org("Lotte Home Shopping", "prospect", "KR"),
    "000-organisation-06": _org("Elbon International", "prospect", "KR"),
    "000-organisation-07": _org(
        "Three Japanese agrifoods companies",
        "prospect",
        "JP",
        is_placeholder=True,
        sector="agri_food",
    ),
    "000-organisation-08": _org("SK Telecom", "prospect", "KR", sector="ict"),
    "000-organisation-09": _org(
        "Quadrant", "local_partner", "CA", city="Burnaby", sector="artificial_intelligence"
    ),
    "000-organisation-10": _org("D-Wave Systems", "local_partner", None),
    "000-organisation-11": _org(
        "Japanese and Korean government officials and industry representatives",
        "government",
        None,
        is_placeholder=True,
    ),
    "000-organisation-12": _org(
        "The next leading Canadian province", "government", "CA", is_placeholder=True
    ),
    "000-relationship-01": ("relation", ("Quadrant", "D-Wave Systems"), {"kind": "business_unit"}),
    "000-person-01": (
        "contact",
        ("Bruce Ralston",),
        {"title": "Minister of Jobs, Trade and Technology", "organization": _BC_NAME},
    ),
    "000-person-02": (
        "contact",
        ("George Chow",),
        {"title": "Minister of State for Trade", "organization": _BC_NAME},
    ),
    "000-person-03": (
        "contact",
        ("Handol Kim",),
        {"title": "general manager", "organization": "Quadrant"},
    ),
    "000-mission-01": (
        "mission",
        (BC,),
        {
            **_UNDATED,
            "delivery": "in_person",
            "standing": "completed",
            "markets": ("JP", "KR"),
            "dates_as_printed": "recent six-day trade mission",
            "leads": ("Bruce Ralston", "George Chow"),
            "partner_offices": ("B.C. trade and investment office in Seoul",),
            "delegation_size": None,
        },
    ),
    "000-mission_metric-01": _claim("metric", "mission", BC),
    "000-mission_outcome-01": _claim("outcome", "mission", BC),
    "000-mission_objective-01": (
        "objective",
        (BC, "Build trade relationships and win new investors for the province"),
        {},
    ),
    "000-mission_objective-02": (
        "citation",
        ("mission", BC, CPTPP),
        {"note": "Openings for trade in Japan"},
    ),
    "000-mission_objective-03": (
        "citation",
        ("mission", BC, CKFTA),
        {"note": "Openings for trade in Korea"},
    ),
    "000-mission_programme-01": (
        "programme",
        (BC, "Agrifoods"),
        {"led_by": "George Chow", "sector": "agri_food"},
    ),
    "000-mission_sector-01": ("mission_sector", (BC, "clean_energy"), {}),
    "000-mission_sector-02": ("mission_sector", (BC, "clean_technology"), {}),
    "000-mission_sector-03": ("mission_sector", (BC, "digital_media"), {}),
    "000-mission_sector-04": ("mission_sector", (BC, "ict"), {}),
    "000-mission_sector-05": ("mission_sector", (BC, "agri_food"), {}),
    "000-mission_sector-06": ("mission_sector", (BC, "tourism"), {}),
    "000-meeting-01": (
        "item",
        (BC, "Meetings with officials and industry"),
        {
            "kind": "series",
            "standing": "held",
            "count": None,
            "count_qualifier": None,
            "count_as_printed": "series of meetings",
            "people": (
                "ours Bruce Ralston",
                "ours George Chow",
                "theirs Japanese and Korean government officials and industry representatives",
            ),
        },
    ),
    "000-meeting-02": (
        "item",
        (BC, "Roundtable with three Japanese agrifoods firms"),
        {
            "kind": "roundtable",
            "programme": "Agrifoods",
            "people": ("ours George Chow", "theirs Three Japanese agrifoods companies"),
        },
    ),
    **{
        f"000-meeting-0{number}": (
            "item",
            (BC, f"Meeting with {name}"),
            {"kind": "meeting", "programme": "Agrifoods", "organization": name},
        )
        for number, name in (
            (3, "Costco Japan"),
            (4, "Lotte Home Shopping"),
            (5, "Elbon International"),
        )
    },
    "000-meeting-06": (
        "item",
        (BC, "Meetings on the ICT sector"),
        {
            "kind": "series",
            "count": None,
            "count_qualifier": None,
            "count_as_printed": "several meetings",
            "people": ("ours Bruce Ralston", "ours George Chow"),
        },
    ),
    "000-announcement-01": (
        "announcement",
        (SKT,),
        {
            **_UNSAID,
            **_NO_JOBS,
            "kind": "commercial_project",
            "is_made_on_mission": True,
            "mission": BC,
            "parties": ("foreign SK Telecom", "local Quadrant"),
            "capex_qualifier": None,
        },
    ),
    "000-announcement_effect-01": _claim("outcome", "announcement", SKT),
    "000-attribution-01": (
        "credits",
        (SKT,),
        {
            "introduced": (
                "B.C. trade and investment office in Seoul",
                "Ministry of Jobs, Trade and Technology",
            ),
            "text": "Named by Handol Kim, general manager of Quadrant",
            "share_percent": None,
        },
    ),
    "000-statement-01": _claim("statement", "mission", BC),
    "000-statement-02": _claim("statement", "mission", BC),
    "000-statement-03": _claim("statement", "mission", BC),
    "000-trade_agreement-01": (
        "agreement",
        (CPTPP,),
        {
            "kind": "trade_agreement",
            "short_name": "CPTPP",
            "effective_on": "2018-12-01",
            "effective_precision": "month",
            "scope": "In force first for the five countries that ratified it first,"
            " Canada among them",
        },
    ),
    "000-trade_agreement-02": (
        "agreement",
        (CKFTA,),
        {"short_name": "CKFTA", "effective_on": "2015-01-01", "effective_precision": "month"},
    ),
    "000-statistic-01": _figure(
        "Rank of Japan among B.C.'s trading partners", 3, "rank", "third-largest trading partner"
    ),
    "000-statistic-02": _figure(
        "Goods exports of B.C. to Japan", 5_100_000_000, "dollars", "$5.1 billion", year=2018
    ),
    "000-statistic-03": _figure(
        "Exports of B.C. to Japan, compared with the next province",
        2,
        "times",
        "more than double",
        qualifier="at_least",
    ),
    "000-statistic-04": _figure(
        "Rank of South Korea among B.C.'s markets for goods",
        4,
        "rank",
        "fourth-largest goods export market",
    ),
    "000-statistic-05": _figure(
        "Exports of B.C. to South Korea", 2_900_000_000, "dollars", "$2.9 billion", year=2018
    ),
    "000-statistic-06": _figure(
        "Two-way trade of B.C. and South Korea",
        None,
        "dollars a year",
        "billions of dollars every year",
        qualifier=None,
    ),
    "000-statistic-07": _figure(
        "B.C.'s trade and investment offices abroad",
        17,
        "offices",
        "17 trade and investment representative offices",
    ),
    "000-statistic-08": _figure(
        "B.C.'s offices in East Asia", 6, "offices", "including six in East Asia"
    ),
    "000-office_network-01": (
        "organization",
        (_BC_NAME,),
        {
            "description": "Has 17 trade and investment offices abroad, six of them in East Asia,"
            " which help with missions and trade events"
        },
    ),
    "000-trade_sectors-01": (
        "statistic",
        ("Two-way trade of B.C. and South Korea",),
        {
            "note": "Above all in natural resources; food from land and sea;"
            " international education; technology."
        },
    ),
    "000-document-01": (
        "document",
        ("Backgrounder on the mission's highlights",),
        {"url": None, "language": None},
    ),
    **{
        f"000-document-0{number}": (
            "document",
            (f"Mission wrap-up ({language})",),
            {
                "language": code,
                "url": f"https://news.gov.bc.ca/files/Mission_Wrap_Up_{file}.pdf",
                "announcement": SKT,
            },
        )
        for number, language, code, file in (
            (2, "traditional Chinese", "zh-Hant", "Chinese_Traditional"),
            (3, "Korean", "ko", "Korean"),
            (4, "Punjabi", "pa", "Punjabi"),
        )
    },
    "001-organisation-01": _org("Government of Canada", "government", "CA"),
    "001-organisation-02": _org("Government of the Republic of Korea", "government", "KR"),
    "001-organisation-03": _org(COMMITTEE, "government", None),
    "001-organisation-04": _org(
        "Korean automotive producers", "prospect", "KR", is_placeholder=True, sector="automotive"
    ),
    "001-person-01": ("point", (MOU, "Name of the minister", "001"), {"is_preferred": False}),
    "001-person-02": (
        "contact",
        ("Tim Hodgson",),
        {
            "title": "minister of energy and natural resources",
            "organization": "Government of Canada",
        },
    ),
    "001-meeting-01": (
        "agreement",
        (PACT,),
        {
            "signed_on": None,
            "signed_precision": "unknown",
            "signed_as_printed": "On Wednesday",
            "note": "Signed in Ottawa. No amounts were mentioned.",
        },
    ),
    "001-announcement-01": (
        "announcement",
        (MOU,),
        {
            **_UNSAID,
            **_NO_JOBS,
            "kind": "government_mou",
            "announced_as_printed": "On Wednesday",
            "is_made_on_mission": None,
            "mission": None,
            "parties": (
                "government Government of Canada",
                "government Government of the Republic of Korea",
            ),
        },
    ),
    "001-announcement_detail-01": (
        "announcement",
        (MOU,),
        {
            "capex_amount": None,
            "capex_qualifier": "not_disclosed",
            "capex_as_printed": "no specific amounts were mentioned",
        },
    ),
    "001-announcement_detail-02": (
        "point",
        (MOU, "What it sets up", "001"),
        {"is_preferred": True, "agreement": COMMITTEE},
    ),
    "001-announcement_detail-03": (
        "commitment",
        (MOU, "Its theme: “future mobility”"),
        {"kind": "other", "amount": None},
    ),
    "001-announcement_focus-01": ("agreement_sector", (PACT, "automotive"), {}),
    "001-announcement_focus-02": ("agreement_sector", (PACT, "electric_vehicles"), {}),
    "001-announcement_focus-03": ("agreement_sector", (PACT, "artificial_intelligence"), {}),
    "001-announcement_focus-04": ("agreement_sector", (PACT, "batteries"), {}),
    "001-announcement_focus-05": ("agreement_sector", (PACT, "batteries"), {}),
    "001-announcement_focus-06": ("agreement_sector", (PACT, "critical_minerals"), {}),
    "001-announcement_focus-07": (
        "commitment",
        (MOU, "Perhaps more exports to South Korea; nothing more is said"),
        {"kind": "other", "amount": None},
    ),
    "001-announcement_focus-08": ("agreement_sector", (PACT, "critical_minerals"), {}),
    "001-statement-01": _claim("statement", "announcement", MOU),
    "001-context-01": _claim("context", "announcement", MOU),
    "001-context-02": _claim("context", "announcement", MOU),
    "001-expected_effect-01": _claim("outcome", "announcement", MOU),
    "001-document-01": (
        "document",
        ("Press release on the memorandum of Canada and Korea",),
        {"publisher": None, "announcement": MOU},
    ),
    "001-source-01": ("source", (MOU, "001"), {"outlet": "Global News", "is_preferred": True}),
    "001-document-02": (
        "document",
        ("Canada and Korea sign MOU for more trade, including autos and minerals",),
        {"publisher": "Global News", "language": "en"},
    ),
    "002-organisation-01": _org("City of Brampton", "government", "CA"),
    "002-organisation-02": _org("Economic Development Office", "government", "CA"),
    "002-organisation-03": _org(
        "Ontario Trade and Investment Office in Japan", "intermediary", "JP"
    ),
    "002-organisation-04": _org("Peel Region", "government", "CA"),
    "002-organisation-05": _org(
        "Consulate General of Japan in Toronto", "intermediary", "JP", city="Toronto"
    ),
    "002-organisation-06": _org(
        "Japan External Trade Organization in Canada", "intermediary", "JP", names=("JETRO",)
    ),
    "002-organisation-07": _org("Canadian Embassy in Japan", "intermediary", "CA"),
    "002-organisation-08": _org("Landing Pad Tokyo", "intermediary", "JP", names=("LPT",)),
    "002-organisation-09": _org("Ryerson University’s DMZ", "local_partner", "CA"),
    "002-organisation-10": _org("Ryerson University", "local_partner", "CA"),
    "002-organisation-11": _org("IT Weapons", "investor", "CA", city="Brampton"),
    "002-organisation-12": _org("Konica Minolta", "investor", None),
    "002-organisation-13": _org("Canon Canada", "investor", "CA", city="Brampton"),
    "002-organisation-14": _org("Muro International", "investor", "CA", city="Brampton"),
    "002-organisation-15": _org("Yusen Logistics Canada Inc.", "investor", "CA", city="Brampton"),
    "002-organisation-16": _org(
        "A large Technology Corporate", "prospect", "JP", is_placeholder=True
    ),
    "002-organisation-17": _org(
        "Japan Electronics and Information Technology Industries Association",
        "intermediary",
        "JP",
        names=("JEITA",),
    ),
    "002-organisation-18": _org(
        "A host of Japanese companies", "prospect", "JP", is_placeholder=True
    ),
    "002-organisation-19": _org("City of Mississauga", "government", "CA"),
    "002-relationship-01": ("relation", ("IT Weapons", "Konica Minolta"), {"kind": "subsidiary"}),
    "002-relationship-02": (
        "organization",
        ("City of Brampton",),
        {"description": "Municipality in Ontario, part of Peel Region"},
    ),
    "002-person-01": (
        "delegate",
        (BRAMPTON, "Patrick Brown"),
        {"title": "Mayor", "role": "lead", "attendance": "came"},
    ),
    "002-person-02": (
        "delegate",
        (BRAMPTON, "Rowena Santos"),
        {
            "title": "Regional Councillor, Wards 1 & 5",
            "role": "lead",
            "organization": "City of Brampton",
        },
    ),
    "002-person-03": (
        "delegate",
        (BRAMPTON, "Hazel McCallion"),
        {"title": "Former Mayor of Mississauga", "role": "adviser", "honorific": "Her Worship"},
    ),
    "002-person-04": (
        "contact",
        ("Ian Burney",),
        {"title": "Canadian Ambassador to Japan", "organization": "Canadian Embassy in Japan"},
    ),
    "002-person-05": (
        "attendee",
        (BRAMPTON, "Roundtable with innovation counterparts", "Landing Pad Tokyo"),
        {"part": "speakers: executives, not named", "contact": None},
    ),
    "002-person-06": (
        "attendee",
        (
            BRAMPTON,
            "Meeting with the Canadian Ambassador to Japan",
            "Canadian Embassy in Japan",
        ),
        {"part": "senior staff, not named", "contact": None},
    ),
    "002-person_relationship-01": (
        "contact",
        ("Hazel McCallion",),
        {"notes": "Mentor of Brampton's mission. Strong ties to Japan from her years as mayor."},
    ),
    "002-mission-01": (
        "mission",
        (BRAMPTON,),
        {
            **_UNDATED,
            "delivery": "virtual",
            "standing": "completed",
            "markets": ("JP",),
            "dates_as_printed": "recently completed",
            "leads": ("Patrick Brown", "Rowena Santos"),
            "partner_offices": ("Ontario Trade and Investment Office in Japan",),
        },
    ),
    "002-mission_claim-01": _claim("statement", "mission", BRAMPTON),
    "002-mission_claim-02": _claim("statement", "mission", BRAMPTON),
    "002-mission_reason-01": _claim("context", "mission", BRAMPTON),
    "002-strategy-01": (
        "agreement",
        ("Economic Recovery Strategy",),
        {"kind": "strategy", "effective_on": None},
    ),
    "002-mission_objective-01": (
        "objective",
        (BRAMPTON, "First engagement: introduce Brampton to Japan"),
        {},
    ),
    "002-mission_objective-02": (
        "objective",
        (BRAMPTON, "Meet key people of government, business, start-ups and technology"),
        {},
    ),
    "002-mission_objective-03": (
        "objective",
        (
            BRAMPTON,
            "Explain what Brampton offers and win incubators and industry as a bridge,"
            " for example Landing Pad Tokyo",
        ),
        {},
    ),
    "002-mission_objective-04": (
        "objective",
        (BRAMPTON, "Company visits (BR+E) with Japanese businesses present in Brampton"),
        {},
    ),
    "002-mission_objective-05": (
        "objective",
        (BRAMPTON, "Talk to new Japanese companies that plan to expand, or might"),
        {},
    ),
    "002-meeting-01": (
        "item",
        (BRAMPTON, "Briefing on Japan"),
        {
            "kind": "briefing",
            "outcome_note": "Areas for collaboration were found.",
            "people": (
                "ours City of Brampton",
                "theirs Consulate General of Japan in Toronto",
                "theirs Japan External Trade Organization in Canada",
            ),
        },
    ),
    "002-meeting-02": (
        "item",
        (BRAMPTON, "Meeting with the Canadian Ambassador to Japan"),
        {
            "kind": "meeting",
            "purpose": "Where Brampton could find openings during the mission",
            "people": (
                "ours City of Brampton",
                "theirs Canadian Embassy in Japan",
                "theirs Ian Burney",
            ),
        },
    ),
    "002-meeting-03": (
        "item",
        (BRAMPTON, "Roundtable with innovation counterparts"),
        {
            "kind": "roundtable",
            "purpose": "Use the bridges of business, tech and innovation between both countries",
            "people": (
                "ours City of Brampton",
                "theirs A host of Japanese companies",
                "theirs IT Weapons",
                "theirs Landing Pad Tokyo",
                "theirs Ryerson University’s DMZ",
            ),
        },
    ),
    "002-meeting-04": (
        "item",
        (BRAMPTON, "Key meeting with a large technology company"),
        {"kind": "meeting", "organization": "A large Technology Corporate"},
    ),
    "002-meeting-05": (
        "item",
        (BRAMPTON, "Key meeting with JEITA"),
        {"organization": "Japan Electronics and Information Technology Industries Association"},
    ),
    "002-meeting-06": (
        "item",
        (BRAMPTON, "Meetings with Japanese organizations and businesses"),
        {"kind": "series", "count": None, "count_qualifier": None},
    ),
    "002-bre_call-01": ("visit", ("IT Weapons",), _VISIT),
    "002-bre_call-02": ("visit", ("Canon Canada",), _VISIT),
    "002-bre_call-03": ("visit", ("Muro International",), _VISIT),
    "002-bre_call-04": ("visit", ("Yusen Logistics Canada Inc.",), _VISIT),
    "002-announcement-01": (
        "announcement",
        (LPT,),
        {
            **_UNSAID,
            **_NO_JOBS,
            "kind": "partnership",
            "is_made_on_mission": False,
            "parties": ("foreign Landing Pad Tokyo", "local Ryerson University’s DMZ"),
            "capex_qualifier": None,
        },
    ),
    "002-event-01": (
        "mission",
        ("Canada’s Innovation Corridor Summit",),
        {
            "is_fair": True,
            "starts_on": "2021-09-01",
            "dates_precision": "month",
            "dates_as_printed": "September 2021",
            "standing": None,
            "delivery": None,
            "summary": "Takes place in Brampton.",
        },
    ),
    "002-offer-01": (
        "item",
        (BRAMPTON, "Key meeting with JEITA"),
        {"outcome_note": "Several ways to work together were offered."},
    ),
    **{
        f"002-follow_up-0{number}": (
            "follow_up",
            (text,),
            {"mission": BRAMPTON, "owner_id": None, "due_on": None, "due_at": None, "to": to},
        )
        for number, text, to in (
            (
                1,
                "Follow-up meetings on ways to work together",
                "A large technology company and JEITA",
            ),
            (
                2,
                "Invite both to Brampton and to the Innovation Corridor Summit of September 2021",
                "A large technology company and JEITA",
            ),
            (
                3,
                "Go on with the discussions on the openings presented",
                "Japanese counterparts",
            ),
            (4, "Follow up on the mission's action items", None),
        )
    },
    "002-trade_agreement-01": ("agreement", (CPTPP,), {"countries": ("CA", "JP")}),
    "002-statistic-01": _figure(
        "Japanese companies in Peel Region",
        100,
        "companies",
        "over 100 Japanese companies",
        qualifier="at_least",
    ),
    "002-statistic-02": _figure(
        "Rank of Peel by Japanese companies among Canada's regions",
        1,
        "rank",
        "more than any other region in Canada",
    ),
    "002-statistic-03": _figure(
        "Rank of Japan in Asia as source of direct investment in Canada",
        1,
        "rank",
        "largest source of bilateral foreign direct investment (FDI)",
    ),
    "002-insight-01": _claim("insight", "mission", BRAMPTON),
    "002-insight-02": _claim("insight", "mission", BRAMPTON),
    "002-insight-03": _claim("insight", "mission", BRAMPTON),
    "002-insight-04": _claim("insight", "organization", "City of Brampton"),
    "002-insight-05": (
        "organization",
        ("Landing Pad Tokyo",),
        {"description": "Accelerator from Japan that stands for a new culture of innovation there"},
    ),
    "002-testimonial-01": _claim("statement", "organization", "IT Weapons"),
    "002-statement-01": _claim("statement", "organization", "City of Brampton"),
    "002-statement-02": _claim("statement", "organization", "City of Brampton"),
    "002-statement-03": _claim("statement", "mission", BRAMPTON),
    "002-statement-04": _claim("statement", "mission", BRAMPTON),
    "002-statement-05": _claim("statement", "mission", BRAMPTON),
    "002-mission_outcome-01": _claim("outcome", "mission", BRAMPTON),
    "003-organisation-01": _org("Government of Quebec", "government", "CA"),
    "003-organisation-02": _org("Acquisio", "local_partner", "CA", sector="digital_media"),
    "003-organisation-03": _org("IREP", "prospect", "JP"),
    "003-organisation-04": _org(
        "Toon Boom Animation", "local_partner", "CA", sector="digital_media"
    ),
    "003-organisation-05": _org("HeARTBIT Digital Creation", "prospect", "JP"),
    "003-organisation-06": _org(
        "Hydro-Québec Research Institute", "institution", "CA", names=("IREQ",)
    ),
    "003-organisation-07": _org("SEI Corporation", "prospect", "JP", sector="batteries"),
    "003-organisation-08": _org(
        "General Delegation of Quebec in Tokyo", "intermediary", "JP", city="Tokyo"
    ),
    "003-organisation-09": _org(
        "35 people from Quebec's businesses, organizations and schools",
        "local_partner",
        "CA",
        is_placeholder=True,
    ),
    "003-organisation-10": _org("Japan's economic circles", "prospect", "JP", is_placeholder=True),
    "003-relationship-01": (
        "relation",
        ("Hydro-Québec Research Institute", "Hydro-Québec"),
        {"kind": "business_unit"},
    ),
    "003-person-01": (
        "contact",
        ("Jean-François Lisée",),
        {
            "title": "Minister of International Relations, La Francophonie and Foreign Trade",
            "organization": "Government of Quebec",
        },
    ),
    "003-mission-01": (
        "mission",
        (QUEBEC,),
        {
            **_UNDATED,
            "delivery": "in_person",
            "markets": ("JP",),
            "dates_as_printed": "began a one-week mission to Japan on Monday",
            "leads": ("Jean-François Lisée",),
            "partner_offices": ("General Delegation of Quebec in Tokyo",),
        },
    ),
    "003-mission_metric-01": (
        "mission",
        (QUEBEC,),
        {
            "delegation_size": 35,
            "delegation_qualifier": "exact",
            "delegation_as_printed": "35 representatives",
        },
    ),
    "003-mission_metric-02": _claim("metric", "mission", QUEBEC),
    "003-mission_schedule-01": ("mission", (QUEBEC,), {"standing": "under_way"}),
    "003-meeting-01": (
        "item",
        (QUEBEC, "Business lunch"),
        {
            "kind": "lunch",
            "place": "Tokyo",
            "happens_on": None,
            "happens_as_printed": "The first day",
            "guest_count": 100,
            "guest_qualifier": "at_least",
            "guests_as_printed": "more than a hundred representatives",
            "people": ("ours Jean-François Lisée", "theirs Japan's economic circles"),
        },
    ),
    "003-meeting-02": (
        "item",
        (QUEBEC, "Reception for the anniversary of Quebec in Japan"),
        {
            "kind": "reception",
            "guest_count": None,
            "guests_as_printed": "numerous dignitaries and influential figures from Japan",
            "happens_as_printed": "at the end of the day",
        },
    ),
    "003-announcement-01": (
        "announcement",
        (ACQUISIO,),
        {
            "kind": "joint_venture",
            "is_made_on_mission": True,
            "mission": QUEBEC,
            "capex_amount": 5_000_000,
            "capex_qualifier": "exact",
            "capex_currency": None,
            "jobs_count": 40,
            "jobs_qualifier": "approximate",
            "parties": ("foreign IREP", "local Acquisio"),
            "announced_on": None,
        },
    ),
    "003-announcement_detail-01": (
        "commitment",
        (ACQUISIO, "joint investments of five million dollars"),
        {
            "kind": "investment",
            "amount": 5_000_000,
            "qualifier": "exact",
            "unit": "dollars",
            "currency": None,
            "is_joint": True,
        },
    ),
    "003-announcement_detail-02": (
        "commitment",
        (ACQUISIO, "will ultimately create around 40 jobs"),
        {"kind": "jobs_new", "amount": 40, "qualifier": "approximate"},
    ),
    "003-announcement_detail-03": (
        "commitment",
        (ACQUISIO, "share expertise and technology"),
        {"kind": "intellectual_property", "amount": None},
    ),
    "003-announcement_detail-08": (
        "commitment",
        (ACQUISIO, "a suitable solution for the Japanese market"),
        {"kind": "product", "amount": None},
    ),
    "003-announcement-02": (
        "announcement",
        (TOON_BOOM,),
        {
            **_UNSAID,
            **_NO_JOBS,
            "kind": "distribution",
            "mission": QUEBEC,
            "parties": ("foreign HeARTBIT Digital Creation", "local Toon Boom Animation"),
            "capex_qualifier": None,
        },
    ),
    "003-announcement_detail-04": (
        "commitment",
        (TOON_BOOM, "Japanese editions for customers there"),
        {"kind": "localization"},
    ),
    "003-announcement_detail-05": (
        "commitment",
        (TOON_BOOM, "from the first year on"),
        {"kind": "market_share", "amount": 10, "qualifier": "at_most", "unit": "%"},
    ),
    "003-announcement-03": (
        "announcement",
        (IREQ,),
        {
            **_UNSAID,
            **_NO_JOBS,
            "kind": "joint_research",
            "mission": QUEBEC,
            "parties": ("foreign SEI Corporation", "local Hydro-Québec Research Institute"),
            "capex_qualifier": None,
        },
    ),
    "003-announcement_detail-06": (
        "commitment",
        (IREQ, "Each brings in patents of its own"),
        {"kind": "intellectual_property"},
    ),
    "003-announcement_detail-07": (
        "commitment",
        (IREQ, "anticipated medium-term royalty revenues"),
        {"kind": "royalties", "amount": None, "qualifier": None, "currency": None},
    ),
    "003-policy-01": (
        "agreement",
        ("National Research and Innovation Policy",),
        {"kind": "strategy"},
    ),
    "003-statistic-01": _figure(
        "Rank of Japan among the world's economies",
        3,
        "rank",
        "third largest economy in the world",
    ),
    "003-statistic-02": _figure(
        "Rank of Japan among the customers of Quebec",
        7,
        "rank",
        "seventh largest customer of Quebec",
    ),
    "003-statistic-03": _figure(
        "High technology in Quebec's exports of manufactured goods",
        22.6,
        "%",
        "22.6% of its exported manufactured goods",
    ),
    "003-statistic-04": _figure(
        "High technology in Canada's exports of manufactured goods", 11.5, "%", "11.5% for Canada"
    ),
    "003-statistic-05": _figure(
        "Quebec's General Delegation in Tokyo: how long it has been there",
        40,
        "years",
        "for 40 years",
    ),
    "003-insight-01": _claim("insight", "mission", QUEBEC),
    "003-insight-02": _claim("insight", "announcement", TOON_BOOM),
    "003-statement-01": _claim("statement", "organization", "Government of Quebec"),
    "003-statement-02": _claim("statement", "organization", "Government of Quebec"),
    "003-statement-03": _claim("statement", "mission", QUEBEC),
    "003-follow_up-01": (
        "follow_up",
        ("Hold the political and economic meetings that are planned until Friday",),
        {"mission": QUEBEC, "owner_id": None, "due_on": None, "due_at": None},
    ),
    "004-organisation-01": _org("Government of Canada", "government", "CA"),
    "004-organisation-02": _org(
        "Government of the Republic of Korea", "government", "KR", names=("South Korea",)
    ),
    "004-organisation-03": _org("Canada–Korea industrial collaboration forum", "government", None),
    "004-organisation-04": _org(
        "South Korean automotive companies",
        "prospect",
        "KR",
        is_placeholder=True,
        sector="automotive",
    ),
    "004-person-01": ("point", (MOU, "Name of the minister", "004"), {"is_preferred": True}),
    "004-person-02": (
        "contact",
        ("Jung-Kwan Kim",),
        {
            "title": "South Korean counterpart",
            "organization": "Government of the Republic of Korea",
            "family_name": None,
        },
    ),
    "004-announcement-01": ("source", (MOU, "004"), {"is_preferred": False, "published_on": None}),
    "004-announcement_detail-01": (
        "point",
        (MOU, "What it sets up", "004"),
        {"is_preferred": False, "agreement": COMMITTEE},
    ),
    "004-announcement_focus-01": ("agreement_sector", (PACT, "automotive"), {}),
    "004-announcement_focus-02": ("agreement_sector", (PACT, "electric_vehicles"), {}),
    "004-announcement_focus-03": ("claim", ("agreement", PACT), {"kind": "fact"}),
    "004-statistic-01": _figure(
        "Share of South Korean makers in cars sold in Canada",
        12,
        "%",
        "12% of all cars sold in Canada",
        year=2024,
    ),
    "004-statistic-02": _figure(
        "Vehicles that South Korean makers sold in Canada",
        228_257,
        "vehicles",
        "228,257 vehicles",
        year=2024,
    ),
    "004-expected_effect-01": (
        "commitment",
        (MOU, "Jobs in the car industry; how many is not stated"),
        {"kind": "jobs_new", "amount": None, "qualifier": None},
    ),
    "004-expected_effect-02": _claim("outcome", "announcement", MOU),
    "004-expected_effect-03": _claim("outcome", "announcement", MOU),
    "004-expected_effect-04": _claim("outcome", "announcement", MOU),
    "004-context-01": _claim("context", "announcement", MOU),
    **{
        f"004-follow_up-0{number}": (
            "follow_up",
            (text,),
            {"owner_id": None, "due_on": None, "due_at": None, "organization": organization},
        )
        for number, text, organization in (
            (
                1,
                "Set up the forum for industrial collaboration of Canada and Korea",
                "Canada–Korea industrial collaboration forum",
            ),
            (
                2,
                "Possible: negotiate projects and investments under the Canada-Korea memorandum",
                None,
            ),
            (
                3,
                "Possible: look into further policies for electric vehicles, perhaps incentives"
                " for makers and buyers",
                "Government of Canada",
            ),
            (
                4,
                "Watch what the Canada-Korea memorandum does for jobs and for the car industry's"
                " competitiveness",
                None,
            ),
            (
                5,
                "Likely: use the forum for strategies that bring more Korean car makers to Canada",
                "Canada–Korea industrial collaboration forum",
            ),
        )
    },
}
