"""What the pipeline adds up to: the funnel."""
