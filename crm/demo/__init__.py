"""The demo: public facts from five texts with their sources, and an invented office around them.

Every name of the invented office is invented; what it made is marked `is_demo`. Real
organizations carry the document they were read in, and no lead, conversation or score.
"""
