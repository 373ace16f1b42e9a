"""`python -m builtin_model.evaluation.train_scorer`: train the scorer alone."""

from __future__ import annotations

from . import scorer

if __name__ == "__main__":
    scorer.train()
