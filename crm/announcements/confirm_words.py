"""What the page behind a signed link says, in the four languages that clients are asked in.

The application itself speaks two languages; these words are for people who never see the rest of
it. `%(who)s` is who is credited, `%(office)s` who asks.
"""

from dataclasses import dataclass

from models.commitment import CreditRole


@dataclass(frozen=True, slots=True)
class Words:
    """The page in one language."""

    title: str
    intro: str
    introduced: str
    helped: str
    about: str
    name: str
    correction: str
    confirm: str
    correct: str
    decline: str
    privacy: str
    thanks: str
    gone: str
    needs_name: str
    needs_words: str

    def statement(self, role: CreditRole) -> str:
        """The sentence that the client confirms."""
        return self.introduced if role is CreditRole.INTRODUCED else self.helped


WORDS = {
    "en": Words(
        title="Is this right?",
        intro="%(office)s keeps a record of who helped organizations on their way here."
        " Please tell us whether this is right.",
        introduced="%(who)s introduced your organization to us.",
        helped="%(who)s helped with your project.",
        about="This is about: %(title)s",
        name="Your name",
        correction="What is right (for a correction)",
        confirm="Yes, this is right",
        correct="No, I correct it",
        decline="I would rather not answer",
        privacy="Only the staff who work on this file see your answer. The link takes one answer,"
        " until %(day)s.",
        thanks="Thank you. Your answer is kept.",
        gone="This link has been used, or has run out. If you would still like to answer, please"
        " write to the person who sent it to you.",
        needs_name="Please type your name.",
        needs_words="Please say what is right.",
    ),
    "fr": Words(
        title="Est-ce exact\u00a0?",
        intro="%(office)s consigne le nom de ceux qui ont aidé les organisations à s’établir ici."
        " Veuillez nous dire si ce qui suit est exact.",
        introduced="%(who)s nous a présenté votre organisation.",
        helped="%(who)s a contribué à votre projet.",
        about="Objet\u00a0: %(title)s",
        name="Votre nom",
        correction="Ce qui est exact (pour une correction)",
        confirm="Oui, c’est exact",
        correct="Non, je corrige",
        decline="Je préfère ne pas répondre",
        privacy="Seul le personnel chargé de ce dossier voit votre réponse. Le lien ne sert qu’une"
        " fois, jusqu’au %(day)s.",
        thanks="Merci. Votre réponse est consignée.",
        gone="Ce lien a déjà servi ou n’est plus valide. Si vous souhaitez encore répondre,"
        " veuillez écrire à la personne qui vous l’a envoyé.",
        needs_name="Veuillez inscrire votre nom.",
        needs_words="Veuillez dire ce qui est exact.",
    ),
    "ja": Words(
        title="ご確認のお願い",
        intro="%(office)sでは、どなたのご紹介・ご支援によるものかを記録しております。"
        "次の内容に間違いがないか、お知らせください。",
        introduced="ご紹介くださった方：%(who)s",
        helped="ご支援くださった方：%(who)s",
        about="対象：%(title)s",
        name="お名前",
        correction="正しい内容（訂正される場合）",
        confirm="はい、間違いありません",
        correct="訂正します",
        decline="回答を控えます",
        privacy="ご回答は本件の担当職員のみが拝見します。このリンクでのご回答は1回限りで、"
        "%(day)sまで有効です。",
        thanks="ありがとうございました。ご回答を承りました。",
        gone="このリンクはすでに使用されたか、有効期限が切れています。"
        "ご回答をご希望の場合は、リンクをお送りした担当者までご連絡ください。",
        needs_name="お名前をご記入ください。",
        needs_words="正しい内容をご記入ください。",
    ),
    "ko": Words(
        title="확인 부탁드립니다",
        intro="%(office)s에서는 어느 분의 소개와 도움이 있었는지 기록하고 있습니다."
        " 아래 내용이 맞는지 알려 주시기 바랍니다.",
        introduced="귀 기관을 소개해 주신 곳(분): %(who)s",
        helped="귀 기관의 사업을 도와주신 곳(분): %(who)s",
        about="대상: %(title)s",
        name="성함",
        correction="올바른 내용(정정하실 경우)",
        confirm="네, 맞습니다",
        correct="정정합니다",
        decline="답변하지 않겠습니다",
        privacy="답변은 이 건을 담당하는 직원만 봅니다. 이 링크로는 한 번만 답변하실 수 있으며,"
        " %(day)s까지 유효합니다.",
        thanks="감사합니다. 답변이 접수되었습니다.",
        gone="이 링크는 이미 사용되었거나 유효 기간이 지났습니다. 답변을 원하시면 링크를 보내 드린"
        " 담당자에게 연락해 주십시오.",
        needs_name="성함을 입력해 주십시오.",
        needs_words="올바른 내용을 입력해 주십시오.",
    ),
}
