"""Training: the one loop over epochs, the state of a run, stopping rules, checkpoints, L-BFGS, the rate finder."""
