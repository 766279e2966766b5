"""Two small models, fitted by Newton's method: a conditional logit and a logistic regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def conditional_logit(
    groups: Sequence[Array],
    chosen: Sequence[Sequence[bool]],
    weights: Sequence[float] | None = None,
    penalty: float = 1.0,
) -> Array:
    """Weights, shape (features,), that make the chosen rows of each group likely to win it (McFadden, 1974).

    groups: features of the rows that compete, shape (rows, features) each; chosen: which of them are right, one at least.
    weights: of the groups. The penalty is L2, on features of unit variance. Newton's method, with the curvature of the
    denominator alone.
    """
    x = np.vstack(groups)
    scale = x.std(axis=0) + 1e-9
    x = x / scale
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
    of = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    right = np.concatenate([np.asarray(rows, dtype=float) for rows in chosen])
    much = np.ones(len(groups)) if weights is None else np.asarray(weights, dtype=float)
    beta = np.zeros(x.shape[1])

    def shares(at: Array) -> tuple[float, Array, Array]:
        """The penalised log-likelihood, the rows' chances in their group, and those of the right rows among themselves."""
        s = x @ at
        e = np.exp(s - np.maximum.reduceat(s, starts)[of])
        all_, own = np.add.reduceat(e, starts), np.maximum(np.add.reduceat(e * right, starts), 1e-300)
        likely = float(much @ (np.log(own) - np.log(all_)) - penalty * at @ at / 2)
        return likely, e / all_[of], e * right / own[of]

    likely, p, q = shares(beta)
    for _ in range(50):
        means = np.add.reduceat(x * p[:, None], starts)
        curvature = (
            x.T @ (x * (much[of] * p)[:, None]) - (means * much[:, None]).T @ means + penalty * np.eye(len(beta))
        )
        step = np.linalg.solve(curvature, x.T @ (much[of] * (q - p)) - penalty * beta)
        while (after := shares(beta + step))[0] < likely and np.abs(step).max() > 1e-9:
            step = step / 2
        beta, (likely, p, q) = beta + step, after
        if np.abs(step).max() < 1e-6:
            break
    return np.asarray(beta / scale, dtype=np.float64)


def logistic(features: Array, labels: Array, weights: Array | None = None, penalty: float = 1.0) -> Array:
    """Intercept and weights of an L2-penalised logistic regression, by Newton's method, shape (1 + features,)."""
    x = np.column_stack([np.ones(len(features)), features])
    sample = np.ones(len(x)) if weights is None else weights
    ridge = np.diag([0.0] + [penalty] * features.shape[1])
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (sample * (labels - p)) - ridge @ beta
        step = np.linalg.solve(x.T @ (x * (sample * p * (1 - p))[:, None]) + ridge, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-6:
            break
    return np.asarray(beta, dtype=np.float64)
