"""What `python3 -m crm` does before the application can start.

Standard library only: these modules run on a bare machine, in the system's
Python. Each step knows whether it is done, so that a second start does
nothing, and heals what a killed set-up left behind.
"""
