"""The steps of training and scoring, as a job tells them and a page shows them."""

from models.errors import N_

READING = N_("Reading what is known of the leads")
LEARNING = N_("Learning from closed and open leads, and testing it on later time")
COMPARING = N_("Comparing it with the model in use")
SCORING = N_("Scoring the open leads")
STEPS = (READING, LEARNING, COMPARING, SCORING)
