"""How alike two names are, from 0 to 100, and in what they differ."""

from dataclasses import dataclass

from rapidfuzz import fuzz

from crm.identity.keys import Form, Forms, NameKeys
from crm.identity.vocabulary import vocabulary
from models.organization import NameKind, Script

# A firm of the same name but for one more word is another firm until a person says otherwise.
MORE_WORDS = 84.0
MORE_GENERIC = 89.0
OTHER_NUMBER = 75.0
OTHER_TRADE = 80.0
# Below this nothing is taken away for what differs.
_UNTOUCHED = 75.0
_AS_GOOD_AS_EQUAL = 97.0
GENERIC = vocabulary().generic
_LOOSE = frozenset({NameKind.SHORT, NameKind.BRAND, NameKind.ACRONYM})


@dataclass(frozen=True, slots=True)
class Likeness:
    """A score, and the code of the reason for it."""

    score: float
    code: str


def likeness(one: NameKeys, other: NameKeys) -> Likeness:
    """How alike two names are."""
    if not one.normalized or not other.normalized:
        return Likeness(0.0, "different")
    if one.normalized == other.normalized:
        return Likeness(100.0, "same_name")
    same_script = one.script is other.script
    is_deep = Script.HANGUL in {one.script, other.script}
    mine, theirs = (one.deep, other.deep) if is_deep else (one.light, other.light)
    score, code = max(
        _coded(mine.coded, theirs.coded),
        _spelled(mine, theirs),
        _coded(mine.spoken, theirs.spoken),
    )
    code = code or ("alike" if same_script else "same_sound")
    if one.digits != other.digits:
        if one.digits and other.digits:
            return Likeness(_at_most(score, OTHER_NUMBER), "other_number")
        if same_script:
            return Likeness(_at_most(score, MORE_WORDS), "one_number")
    if same_script and MORE_WORDS < score < _AS_GOOD_AS_EQUAL and code != "more_words":
        if _more_words(one, other):
            return Likeness(_at_most(score, MORE_WORDS), "more_words")
        # Of two or three letters each says too much for one to differ.
        if min(len(one.normalized), len(other.normalized)) <= 3:
            return Likeness(_at_most(score, MORE_WORDS), code)
    if score < _AS_GOOD_AS_EQUAL and _other_letters(one, other):
        return Likeness(_at_most(score, OTHER_TRADE), "other_letters")
    return Likeness(max(0.0, score), code)


def _at_most(score: float, limit: float) -> float:
    """About the limit for scores above it; the better one stays the better one."""
    return score if score <= limit else limit + (score - limit) / 20


def _more_words(one: NameKeys, other: NameKeys) -> bool:
    """Whether one name has a word that the other lacks, all else alike."""
    mine, theirs = set(one.words), set(other.words)
    return mine != theirs and (mine <= theirs or theirs <= mine)


def _other_letters(one: NameKeys, other: NameKeys) -> bool:
    """Whether each name has an acronym that the other lacks: KB and JB, SDS and SDI."""
    mine, theirs = set(one.words) - set(other.words), set(other.words) - set(one.words)
    return bool(mine and theirs) and all(len(word) <= 3 for word in mine | theirs)


def _coded(mine: tuple[Form, ...], theirs: tuple[Form, ...]) -> tuple[float, str]:
    best = (0.0, "")
    for left in mine:
        for right in theirs:
            if left.core or right.core:
                # What is left without the trades says most; codes and consonants the rest.
                score = (
                    0.3 * fuzz.ratio(left.text, right.text)
                    + 0.3 * fuzz.ratio(left.bones, right.bones)
                    + 0.4 * fuzz.ratio(left.core, right.core)
                )
            else:
                score = fuzz.ratio(left.text, right.text)
            found = (score, "")
            if left.codes != right.codes and score > _UNTOUCHED:
                found = _by_trade(left, right, score)
            best = max(best, (found[0] - left.doubt - right.doubt, found[1]))
    return best


def _by_trade(left: Form, right: Form, score: float) -> tuple[float, str]:
    """The score of two names whose trades are not the same."""
    more, less = _trades(left.codes - right.codes), _trades(right.codes - left.codes)
    if more and less and not more & less:
        return _at_most(score, OTHER_TRADE), "other_trade"
    if more or less:
        limit = MORE_WORDS if len(more) + len(less) < 2 else OTHER_TRADE
        return _at_most(score, limit), "more_words"
    if left.core == right.core and len(left.core) >= 4:
        return MORE_GENERIC, "more_words"
    return _at_most(score, MORE_GENERIC), "more_words"


def _trades(codes: frozenset[str]) -> set[str]:
    """The families of trades, without the words that many firms add or drop."""
    return {code[0] for code in codes} - GENERIC


def _spelled(mine: Forms, theirs: Forms) -> tuple[float, str]:
    best = 0.0
    for left in mine.spelled:
        for right in theirs.spelled:
            score = (fuzz.ratio(left.text, right.text) + fuzz.ratio(left.bones, right.bones)) / 2
            best = max(best, score - left.doubt - right.doubt)
    # Letters alone cannot tell a trade that is missing from a slip of the pen.
    if best <= MORE_WORDS or best >= _AS_GOOD_AS_EQUAL:
        return best, ""
    left, right = mine.coded[0], theirs.coded[0]
    if left.codes == right.codes:
        return _at_most(best, MORE_GENERIC), ""
    limited, code = _by_trade(left, right, best)
    return min(limited, _at_most(best, MORE_GENERIC)), code


def differs_by_place(one: NameKeys, other: NameKeys) -> bool:
    """Whether the names are the same but for place words."""
    if one.places == other.places:
        return False
    forms = (*one.placeless, *other.placeless)
    # A trade alone is no firm: "Gas" is not the parent of "Canada Gas".
    if not all(form.core or len(form.codes) > 1 for form in forms):
        return False
    return _coded(one.placeless, other.placeless)[0] >= 90.0


def is_certain(one: NameKeys, other: NameKeys) -> bool:
    """Whether this equality of names is one of full names, not of a brand or an acronym."""
    kinds = {one.kind, other.kind}
    if kinds & (_LOOSE | {NameKind.FORMER, NameKind.KANA, NameKind.ROMAJI}):
        return False
    # Two listed firms are TOA Corporation: a few letters are an acronym, whatever form they bear.
    if one.script is Script.LATIN and len(one.normalized) <= 4:
        return False
    if one.has_form and other.has_form:
        return True
    if one.script is Script.LATIN:
        return len(one.words) + len(one.codes) >= 2
    return len(one.normalized) >= 4
