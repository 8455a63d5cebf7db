"""Training: the loop over epochs, the state of a run, and what stops it."""
