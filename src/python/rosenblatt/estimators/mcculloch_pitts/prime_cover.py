"""Covers of truth tables by prime implicants."""

import numpy as np

from rosenblatt.estimators.mcculloch_pitts.checks import Bits


def prime_cover(true_rows: Bits) -> list[tuple[Bits, Bits]]:
    """Return prime implicants that cover exactly these distinct rows: pairs (which inputs matter, their values)."""
    n_rows, n_inputs = true_rows.shape
    implicants: list[tuple[Bits, Bits]] = []
    members: list[Bits] = []
    covered = np.zeros(n_rows, dtype=np.bool_)
    for row in range(n_rows):
        if covered[row]:
            continue
        differs = true_rows != true_rows[row]
        n_differing = differs.sum(axis=1)  # for each row, among the inputs that still matter
        kept = np.ones(n_inputs, dtype=np.bool_)
        size = 1
        for column in range(n_inputs):
            widened = n_differing - differs[:, column]
            # The wider conjunction covers 2 * size rows; it is valid if all of them are true rows.
            if np.count_nonzero(widened == 0) == 2 * size:
                n_differing, size, kept[column] = widened, 2 * size, False
        implicants.append((kept, true_rows[row]))
        members.append(n_differing == 0)
        covered |= members[-1]
    n_covering = np.sum(members, axis=0) if members else np.zeros(0, dtype=np.intp)
    cover = []
    for implicant, inside in zip(implicants, members, strict=True):
        if n_covering[inside].min() > 1:
            n_covering -= inside
        else:
            cover.append(implicant)
    return cover
