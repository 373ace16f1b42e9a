"""Paths of the build. Everything in `WORK` can be deleted and built again."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
REPOSITORY = PROJECT.parent.parent
WORK = PROJECT / ".work"
PACKAGES = WORK / "npm"
SPRITES = WORK / "sprites"
CHECKPOINTS = WORK / "checkpoints"
SAMPLED = WORK / "sampled/layers.npz"
SCENES = WORK / "sampled/scenes"
WEIGHTS = REPOSITORY / "resolvers/genai_studio/inference/pipelines/builtin/weights"
MODEL_CARD_IMAGES = REPOSITORY / "docs/models"
HELD_OUT_PROMPTS = Path(__file__).resolve().parent / "evaluation/held_out_prompts.tsv"
