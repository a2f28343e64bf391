"""What holidays are called in English and French, where the library's own words will not do.

The library knows Japanese and Korean holidays in English and in their own language only, and its
French for Canada strays from what the governments write.
"""

_JAPAN_FRENCH = {
    "New Year's Day": "Jour de l’An",
    "Coming of Age Day": "Fête de l’entrée dans l’âge adulte",
    "Foundation Day": "Fête de la fondation de l’État",
    "Emperor's Birthday": "Anniversaire de l’Empereur",
    "Vernal Equinox Day": "Équinoxe de printemps",
    "Showa Day": "Jour de Showa",
    "Constitution Day": "Fête de la Constitution",
    "Greenery Day": "Fête de la nature",
    "Children's Day": "Fête des enfants",
    "Marine Day": "Fête de la mer",
    "Mountain Day": "Fête de la montagne",
    "Respect for the Aged Day": "Journée du respect des aînés",
    "Autumnal Equinox Day": "Équinoxe d’automne",
    "Sports Day": "Fête du sport",
    "Culture Day": "Fête de la culture",
    "Labor Thanksgiving Day": "Fête du travail",
    "National Holiday": "Congé national (entre deux jours fériés)",
    "Substitute Holiday": "Jour férié de remplacement",
    "Bank Holiday": "Fermeture des banques et des administrations (Nouvel An)",
}
_KOREA_FRENCH = {
    "New Year's Day": "Jour de l’An",
    "The day preceding Korean New Year": "Veille de Seollal",
    "Korean New Year": "Seollal (Nouvel An coréen)",
    "The second day of Korean New Year": "Lendemain de Seollal",
    "Independence Movement Day": "Fête du mouvement d’indépendance",
    "Labor Day": "Fête du Travail",
    "Workers' Day": "Fête du Travail",
    "Children's Day": "Fête des enfants",
    "Buddha's Birthday": "Anniversaire de Bouddha",
    "Memorial Day": "Jour du Souvenir",
    "Constitution Day": "Fête de la Constitution",
    "Liberation Day": "Fête de la Libération",
    "The day preceding Chuseok": "Veille de Chuseok",
    "Chuseok": "Chuseok (fête des récoltes)",
    "The second day of Chuseok": "Lendemain de Chuseok",
    "National Foundation Day": "Fête de la fondation nationale",
    "Hangul Day": "Fête du hangeul",
    "Christmas Day": "Noël",
    "Armed Forces Day": "Journée des forces armées",
    "Temporary Public Holiday": "Jour férié exceptionnel",
    "Local Election Day": "Élections locales",
    "National Assembly Election Day": "Élections législatives",
    "Presidential Election Day": "Élection présidentielle",
}
_CANADA_FRENCH = {
    "New Year's Day": "Jour de l’An",
    "Christmas Day": "Noël",
    "Boxing Day": "Lendemain de Noël",
    "British Columbia Day": "Jour de la Colombie-Britannique",
    "New Brunswick Day": "Jour du Nouveau-Brunswick",
    "Saskatchewan Day": "Jour de la Saskatchewan",
    "Thanksgiving Day": "Action de grâces",
    "Labour Day": "Fête du Travail",
    "Heritage Day": "Fête du patrimoine",
    "Islander Day": "Fête des Insulaires",
    "Memorial Day": "Jour commémoratif",
    "National Aboriginal Day": "Journée nationale des peuples autochtones",
    "Orangemen's Day": "Fête des orangistes",
}
_FRENCH = {"JP": _JAPAN_FRENCH, "KR": _KOREA_FRENCH, "CA": _CANADA_FRENCH}

_ENGLISH = {
    "JP": {
        "Labor Thanksgiving Day": "Labour Thanksgiving Day",
        "Bank Holiday": "New Year closure of banks and government",
        "National Holiday": "National holiday (between two holidays)",
        "Substitute Holiday": "Substitute holiday",
    },
    "KR": {
        "Labor Day": "Labour Day",
        "The day preceding Korean New Year": "Eve of Seollal",
        "Korean New Year": "Seollal (Korean New Year)",
        "The second day of Korean New Year": "Day after Seollal",
        "The day preceding Chuseok": "Eve of Chuseok",
        "Chuseok": "Chuseok (harvest festival)",
        "The second day of Chuseok": "Day after Chuseok",
    },
    "CA": {
        "National Aboriginal Day": "National Indigenous Peoples Day",
        "Saint Jean Baptiste Day": "National Holiday (Saint-Jean-Baptiste Day)",
    },
}

_BETWEEN = "; "
_SUBSTITUTE_FOR = "Alternative holiday for "
_OBSERVED = " (observed)"


def english_name(country: str, name: str) -> str:
    """The library's English name in the words that we use."""
    return " / ".join(_one_in_english(country, one) for one in name.split(_BETWEEN))


def french_name(country: str, name: str, french: str | None) -> str:
    """The French for the library's English name; `french` is the library's own, if it has one."""
    parts = name.split(_BETWEEN)
    theirs = french.split(_BETWEEN) if french else []
    return " / ".join(
        _one_in_french(country, one, theirs[index] if len(theirs) == len(parts) else None)
        for index, one in enumerate(parts)
    )


def _bare(name: str) -> str:
    return name.removeprefix(_SUBSTITUTE_FOR).removesuffix(_OBSERVED)


def _one_in_english(country: str, name: str) -> str:
    bare = _bare(name)
    ours = _ENGLISH[country].get(bare, bare)
    if name.startswith(_SUBSTITUTE_FOR):
        return f"Substitute holiday for {ours}"
    return ours + _OBSERVED if name.endswith(_OBSERVED) else ours


def _one_in_french(country: str, name: str, french: str | None) -> str:
    ours = _FRENCH[country].get(_bare(name))
    if ours is None:
        ours = (french or _bare(name)).removesuffix(" (observé)")
    if name.startswith(_SUBSTITUTE_FOR):
        return f"Jour de remplacement : {ours}"
    return f"{ours} (reporté)" if name.endswith(_OBSERVED) else ours
