"""Why a lead was lost, read from the office's own words."""

import re

from crm.imports.text import key
from models.lead import LossReason

_WHERE = r"(?P<{}>{}[^,;.:()、。「」]{{1,40}}?)"
_DECIDED = "決定|決まる|決まった|敗れる|敗れた|敗退|負け|負けた|流れた|流出|奪われた|失注"


def _where(name: str, *, is_capital: bool = False) -> str:
    """A group for the name of a place; in English and French, its capital tells it is one."""
    return _WHERE.format(name, "(?=[A-ZÀ-Ý])" if is_capital else "")


_PLACE = re.compile(
    "|".join(
        (
            r"(?i:lost|went|gone|awarded|moved|relocated) (?:out )?to (?:the )?"
            + _where("en", is_capital=True),
            r"(?i:lost): " + _where("en_colon", is_capital=True),
            r"(?i:chose|selected|picked) " + _where("en_chose", is_capital=True) + "(?: instead)?",
            _where("en_won", is_capital=True) + " won",
            r"(?i:perdue?) (?:au profit|aux mains) (?:de la |de l'|de |du |des |d')" + _where("fr"),
            r"(?i:perdue?) (?:face|contre) (?:à la |à l'|à |au |aux )?" + _where("fr_face"),
            r"(?i:partie?|allée?) (?:en |au |aux |à |dans l'|dans le )" + _where("fr_gone"),
            r"(?i:a choisi|choix de) (?:la |le |les |l')?" + _where("fr_chose", is_capital=True),
            _where("ja") + f"(?:に|へ)(?:の)?(?:進出)?(?:{_DECIDED})",
            _where("ja_chose") + "を(?:選択|選定|選んだ)",
            _where("ko") + "(?:으로|로) ?(?:최종 ?)?(?:결정|확정|선정|유출|이전)(?:됨|함|했음)?",
            _where("ko_lost") + "(?:에|에게) ?(?:패배|패함|밀림|밀려남|빼앗김|뺏김|유치됨)",
            _where("ko_chose") + "(?:을|를)? ?선택(?:함)?",
        )
    )
)
# A rival firm, "elsewhere" and the investor's own country are not a place that competed.
_NO_PLACE = re.compile(
    r"(?i)(?:a |an |the |un |une |le |la |l')?(?:competitors?|competition|rivals?.*|another.*"
    r"|others?.*|elsewhere|not .*|to .*|stay.*|no one|nobody|concurrents?|concurrence|autre.*"
    r"|ailleurs|rien)"
    r"|.*(?:他社|他国|他地域|競合|国内|自国|残留|延期|中止|保留|見送り).*"
    r"|.*(?:타사|타국|다른|경쟁|국내|자국|잔류|연기|중단|보류|취소).*"
)
# What follows the place: a reason in brackets, after a dash or a comma.
_ASIDE = re.compile(r" ?[(（;,、，。—–]| - ")

_SIGNS = {
    LossReason.STAYED_HOME: r"\bstay|\bremain|\bdomestic|\brest(?:er|é|e)\b|au pays|国内|日本に残"
    r"|自国|국내|잔류|자국",
    LossReason.GONE_SILENT: r"\bsilent|no reply|no response|unresponsive|sans réponse|音信|返信なし"
    r"|連絡途絶|無回答|무응답|연락 ?두절|회신 ?없",
    LossReason.NO_DECISION: r"no decision|undecided|not decided|pas de décision|aucune décision"
    r"|indécis|決定せず|未決定|決定なし|結論出ず|결정 ?없|미결정|의사결정 ?안",
    LossReason.BUDGET_WITHDRAWN: r"\bbudget|\bfund(?:s|ing)\b|\bfinanc|予算|資金|예산|자금",
    LossReason.MERGED: r"\bmerge|\bduplicate|\bcombined|\bfusion|\bdoublon|統合|合併|重複"
    r"|통합|합병|중복",
    LossReason.COST: r"\bcosts?\b|\bprices?\b|\bexchange\b|\bexpensive|\bcoûts?\b|\bprix\b"
    r"|\btaux de change|為替|費用|コスト|価格|円安|환율|비용|가격|엔저",
    LossReason.CONDITIONS: r"\bincentive|\bpermit|\bzoning|\bsites?\b|\blabou?r\b|\btax|\btariff"
    r"|\bincitati|\bpermis\b|\bterrain|main-d'œuvre|\bdouan|補助|許認可|用地|人材|税"
    r"|인센티브|인허가|부지|인력|세금|관세",
    LossReason.NOT_A_FIT: r"not a fit|no fit|poor fit|\bmismatch|ne convient|inadéquat"
    r"|不適合|合わず|方針|부적합|맞지",
}
_REASONS = tuple((reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _SIGNS.items())
_CODES = {key(str(reason)): reason for reason in LossReason}


def find_place(reason: str) -> str | None:
    """The place that won, where the words say so: "Lost to Ohio", オハイオ州に決定."""
    sentence = _ASIDE.split(" ".join(reason.replace("’", "'").split()))[0]
    match = _PLACE.fullmatch(sentence.rstrip(".。 "))
    if match is None:
        return None
    place = next(part for part in match.groups() if part).strip()
    return None if _NO_PLACE.fullmatch(place) else place


def classify_reason(reason: str, lost_to: str | None = None) -> LossReason | None:
    """The kind of loss that the words tell of, or None where they tell of no known kind."""
    code = _CODES.get(key(reason))
    if code is not None:
        return code
    if lost_to is not None or find_place(reason) is not None:
        return LossReason.PLACE_WON
    return next((code for code, pattern in _REASONS if pattern.search(reason)), None)
