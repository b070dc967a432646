"""Train the models of tone and sensitivity and print the figures of their cards.

    python -m scripts.train_models

Reads the directory NOWROOM_DATA names; writes src/nowroom/engine/weights/{sensitivity,tone}.npz. Needs scikit-learn.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse  # type: ignore[import-untyped]  # only the training needs it; no stubs installed
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from nowroom.engine.enrich.cleaning import clean
from nowroom.engine.enrich.features import BUCKETS, Spans, features
from nowroom.engine.enrich.lexicon import category_counts
from nowroom.engine.enrich.sensitivity import PRIOR
from nowroom.engine.enrich.tone import TONES
from scripts.train_data import OWN, Labelled, sensitivity_data, table

WEIGHTS = Path(__file__).parents[1] / "src/nowroom/engine/weights"
FOLDS = 5
SEED = 7
_PRUNED = 1e-3

Floats = npt.NDArray[np.float64]


def main() -> None:
    train_sensitivity()
    train_tone()


def train_sensitivity() -> None:
    """Fit on everything; calibrate on scores of events that the model that scored them never saw."""
    data = sensitivity_data()
    matrix = design(data.texts)
    held_out = unseen_event_scores(matrix, data)
    slope, offset = calibration(held_out, data)
    print(f"  calibration: slope {slope:.2f}, offset {offset:.2f}")
    judged = np.array([event not in {"", OWN} for event in data.events])
    auc = roc_auc_score(data.labels[judged], held_out[judged])
    print(f"sensitivity: {len(data.labels)} posts, {data.labels.mean():.1%} about harm, AUC on unseen events {auc:.3f}")
    model = fitted(matrix, data.labels, data.weights, strength=2.0)
    save("sensitivity", model.coef_.T * slope, model.intercept_ * slope + offset)


def train_tone() -> None:
    """Fit on SemEval, whose labels are three."""
    posts = table("semeval_sentiment_train").unique("text", maintain_order=True)
    labels = posts["label"].replace_strict({tone: number for number, tone in enumerate(TONES)}).to_numpy()
    model = fitted(design(clean(posts["text"])), labels, np.ones(len(labels)), strength=2.0, balanced=True)
    print(f"tone: {len(labels)} posts")
    save("tone", model.coef_.T, model.intercept_)


def held_out_sensitivities(data: Labelled) -> Floats:
    """Every post's calibrated probability by a model that saw no post of its event."""
    scores = unseen_event_scores(design(data.texts), data)
    slope, offset = calibration(scores, data)
    return 1 / (1 + np.exp(-(scores * slope + offset)))


def design(cleaned: pl.Series) -> sparse.csr_matrix:
    """(texts, buckets + categories), scaled as the linear models scale."""
    seen = features(cleaned)
    hashed = _block(seen.words, seen.size) + _block(seen.chars, seen.size)
    return sparse.hstack([hashed, sparse.csr_matrix(category_counts(cleaned))], format="csr")


def _block(spans: Spans, size: int) -> sparse.csr_matrix:
    counts = np.bincount(spans.rows, minlength=size)
    values = (1 / np.sqrt(np.maximum(counts, 1)))[spans.rows].astype(np.float32)
    return sparse.csr_matrix((values, (spans.rows, spans.buckets)), shape=(size, BUCKETS))


def fitted(
    matrix: sparse.csr_matrix,
    labels: npt.NDArray[np.int64],
    weights: Floats,
    *,
    strength: float,
    balanced: bool = False,
) -> LogisticRegression:
    """A regularised logistic regression; the larger `strength`, the looser."""
    model = LogisticRegression(C=strength, max_iter=500, class_weight="balanced" if balanced else None)
    return model.fit(matrix, labels, sample_weight=weights)


def unseen_event_scores(matrix: sparse.csr_matrix, data: Labelled) -> Floats:
    """Every post's score by a model that saw no post of its event."""
    random = np.random.default_rng(SEED)
    names = sorted(set(data.events) - {"", OWN})
    fold_of = {name: number % FOLDS for number, name in enumerate(random.permutation(names))}
    folds = np.array([fold_of.get(event, -1) for event in data.events])
    folds[folds < 0] = random.integers(0, FOLDS, (folds < 0).sum())
    scores = np.zeros(len(data.labels))
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        model = fitted(matrix[outside], data.labels[outside], data.weights[outside], strength=2.0)
        scores[inside] = model.decision_function(matrix[inside])
        _report_events(fold, scores, data, inside)
    return scores


def _report_events(fold: int, scores: Floats, data: Labelled, inside: npt.NDArray[np.int64]) -> None:
    for event in sorted({data.events[row] for row in inside} - {"", OWN}):
        rows = np.array([row for row in inside if data.events[row] == event])
        if 0 < data.labels[rows].mean() < 1:
            auc = roc_auc_score(data.labels[rows], scores[rows])
            print(f"  fold {fold} {event:12s} {len(rows):6d} posts  AUC {auc:.3f}")


def calibration(scores: Floats, data: Labelled) -> tuple[float, float]:
    """Slope and offset that turn scores into log odds where one post in 1 / PRIOR speaks of harm."""
    about = data.weights.sum(where=data.labels == 1)
    other = data.weights.sum(where=data.labels == 0)
    weights = data.weights * np.where(data.labels == 1, PRIOR / about, (1 - PRIOR) / other) * len(scores)
    platt = LogisticRegression(C=1e6).fit(scores[:, None], data.labels, sample_weight=weights)
    return float(platt.coef_[0, 0]), float(platt.intercept_[0])


def save(name: str, coefficients: Floats, bias: Floats) -> None:
    """Write weights as half floats, without those too small to matter."""
    buckets, lexicon = coefficients[:BUCKETS], coefficients[BUCKETS:]
    buckets = np.where(np.abs(buckets) < _PRUNED, 0, buckets)
    path = WEIGHTS / f"{name}.npz"
    np.savez_compressed(
        path, buckets=buckets.astype(np.float16), lexicon=lexicon.astype(np.float32), bias=bias.astype(np.float32)
    )
    print(f"  {path.name}: {path.stat().st_size / 1e6:.2f} MB, {(buckets != 0).sum()} weights")


if __name__ == "__main__":
    main()
