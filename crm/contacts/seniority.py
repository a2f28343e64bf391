"""How high a Japanese or Korean title stands."""

import re
import unicodedata

from models.contact import SENIORITY_RANKS, Seniority

_TITLES = {
    Seniority.EXECUTIVE: (
        *("会長", "社長", "代表取締役", "代表執行役", "理事長", "頭取"),
        *("회장", "대표이사", "사장", "대표", "이사장"),
    ),
    Seniority.SENIOR_MANAGING: ("専務", "전무", "부사장"),
    Seniority.MANAGING: ("常務", "상무"),
    Seniority.DIRECTOR: ("取締役", "執行役", "執行役員", "이사"),
    Seniority.DIVISION_HEAD: ("本部長", "事業部長", "局長", "본부장", "사업부장"),
    Seniority.DEPARTMENT_HEAD: ("部長", "室長", "부장", "팀장", "실장"),
    Seniority.SECTION_HEAD: ("次長", "課長", "차장", "과장"),
    Seniority.STAFF: ("係長", "主任", "担当", "主査", "대리", "사원", "주임"),
}
# The office of the president is not the president, nor a deputy the one deputized for.
_DEPARTMENTS = re.compile(r"(?:社長|会長|役員|회장|사장)(?:室|付|실)")
_DEPUTIES = {
    "副社長": Seniority.SENIOR_MANAGING,
    "副会長": Seniority.EXECUTIVE,
    "副本部長": Seniority.DEPARTMENT_HEAD,
    "副部長": Seniority.SECTION_HEAD,
    "部長代理": Seniority.SECTION_HEAD,
    "課長代理": Seniority.STAFF,
    "課長補佐": Seniority.STAFF,
    "부사장": Seniority.SENIOR_MANAGING,
    "부회장": Seniority.EXECUTIVE,
    "부본부장": Seniority.DEPARTMENT_HEAD,
}


def seniority_of(native_title: str | None) -> Seniority | None:
    """The rank a native title tells, the highest where it holds several; None where it tells none.

    >>> seniority_of("専務取締役 経営企画本部長")
    <Seniority.SENIOR_MANAGING: 'senior_managing'>
    """
    if not native_title:
        return None
    title = re.sub(r"\s", "", unicodedata.normalize("NFKC", native_title))
    title = _DEPARTMENTS.sub("", title)
    found = []
    for words, level in _DEPUTIES.items():
        if words in title:
            found.append(level)
            title = title.replace(words, "")
    found += [level for level, titles in _TITLES.items() if any(words in title for words in titles)]
    return min(found, key=SENIORITY_RANKS.__getitem__) if found else None
