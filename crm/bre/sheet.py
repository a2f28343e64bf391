"""The sheet of questions that a company gets before a visit, in its language."""

from dataclasses import dataclass

from crm.bre.parts_on_page import PartOnPage, QuestionOnPage, Reading, question_on_page
from crm.bre.questionnaire import AskedOf, Question, Questionnaire
from crm.bre.values import NO, YES


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What the sheet says besides its questions."""

    title: str
    to: str
    opening: str
    confidence: str
    closing: str
    on: str
    after_name: str = ""


WORDS = {
    "en": SheetWords(
        title="Questions for our visit",
        to="For",
        opening=(
            "Thank you for receiving us. These are the questions that we would like to go through"
            " with you. You may leave out any of them."
        ),
        confidence=(
            "Your answers are read only by the team that looks after company visits, and are"
            " subject to freedom of information legislation. Nothing is passed on to others"
            " without your consent."
        ),
        closing="We look forward to meeting you.",
        on="Date of the visit",
    ),
    "fr": SheetWords(
        title="Questions pour notre visite",
        to="À l'attention de",
        opening=(
            "Merci de nous recevoir. Voici les questions que nous aimerions parcourir avec vous."
            " Vous pouvez laisser de côté celles que vous voulez."
        ),
        confidence=(
            "Vos réponses ne sont lues que par l'équipe chargée des visites d'entreprises et sont"
            " soumises aux lois sur l'accès à l'information. Rien n'est transmis à d'autres sans"
            " votre consentement."
        ),
        closing="Au plaisir de vous rencontrer.",
        on="Date de la visite",
    ),
    "ja": SheetWords(
        title="ご訪問に際してのご質問",
        to="宛先",
        opening=(
            "このたびは訪問の機会をいただき、誠にありがとうございます。当日お伺いしたい内容を"
            "以下にまとめました。お答えになりにくい項目は、省いていただいて差し支えございません。"
        ),
        confidence=(
            "ご回答は企業訪問を担当するチームのみが拝見し、情報公開に関する法令の適用を受けます。"
            "貴社のご了承なく第三者にお伝えすることはございません。"
        ),
        closing="お目にかかれますことを楽しみにしております。",
        on="訪問日",
        after_name="御中",
    ),
    "ko": SheetWords(
        title="방문 시 여쭙고자 하는 질문",
        to="받는 분",
        opening=(
            "방문을 허락해 주셔서 감사합니다. 당일 여쭙고자 하는 내용을 아래에 정리하였습니다."
            " 답변하기 어려우신 항목은 건너뛰셔도 됩니다."
        ),
        confidence=(
            "답변은 기업 방문을 담당하는 팀만 열람하며, 정보공개 관련 법령의 적용을 받습니다."
            " 귀사의 동의 없이 제3자에게 전달하지 않습니다."
        ),
        closing="뵙게 되기를 기대합니다.",
        on="방문일",
        after_name="귀중",
    ),
}


# How yes and no read on a sheet.
YES_NO = {
    "en": ((YES, "Yes"), (NO, "No")),
    "fr": ((YES, "Oui"), (NO, "Non")),
    "ja": ((YES, "はい"), (NO, "いいえ")),
    "ko": ((YES, "예"), (NO, "아니요")),
}


def askable(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """The questions that a company may see: never what the interviewer notes."""
    return tuple(one for one in questionnaire.questions if one.asked_of is AskedOf.COMPANY)


def sheet_questions(
    questionnaire: Questionnaire, chosen: tuple[str, ...], language: str
) -> list[QuestionOnPage]:
    """The questions chosen for a sheet, in the order of the questionnaire, without answers."""
    reading = Reading(language)
    return [
        question_on_page(question, questionnaire, {}, reading)
        for question in askable(questionnaire)
        if question.id in chosen
    ]


def has_boxes(part: PartOnPage) -> bool:
    """Whether a part is answered by ticking a box."""
    return part.kind in ("choice", "choices", "yes_no", "rating", "score")
