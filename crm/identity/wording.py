"""The reasons of `crm.identity.matching` in words."""

from models.errors import N_

# One sentence for each code of `Reason`, filled from its parameters.
SENTENCES: dict[str, str] = {
    "same_number": N_("Both carry the number %(number)s of the same register."),
    "same_name": N_("“%(other)s” is the same name."),
    "same_sound": N_("“%(one)s” and “%(other)s” sound alike."),
    "alike": N_("“%(one)s” and “%(other)s” are spelt alike."),
    "more_words": N_("“%(one)s” and “%(other)s” differ by a whole word."),
    "one_number": N_("Only one of “%(one)s” and “%(other)s” has a number in it."),
    "other_number": N_("“%(one)s” and “%(other)s” have different numbers in them."),
    "other_register_number": N_(
        "“%(other)s” fits, but the two have different numbers of the same register."
    ),
    "other_native_name": N_("“%(other)s” fits, but the names in their own script differ."),
    "several": N_("“%(other)s” fits, but so does another organization."),
    "place": N_("“%(one)s” and “%(other)s” differ only by “%(place)s”."),
    "other_place": N_("“%(one)s” and “%(other)s” are the same but for the place (%(place)s)."),
    "other_trade": N_("“%(one)s” and “%(other)s” name different lines of business."),
    "other_letters": N_("“%(one)s” and “%(other)s” have different letters in them."),
    "linked": N_("They are linked already: one belongs to the other."),
    "different": N_("The names have nothing in common."),
}
