"""Public statements of a partnership: who, what, how much, where it is printed, from when on.

Commands stand by what they are about: `service` (announce, revise), `releasing` (release, hold,
take_off_hold, break_early), `sources`, `commitments`, `crediting`, `delivery` and `drafts`. Every
reader, in whatever room, narrows what it shows with `embargo.past_embargo`.
"""
