from PIL import Image

from genai_studio.inference.sampling.previews import PreviewBudget


class ManualClock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_the_first_preview_waits_for_the_interval() -> None:
    clock = ManualClock()
    budget = PreviewBudget(clock)
    assert not budget.allows()
    clock.time = 0.3
    assert budget.allows()


def test_two_previews_are_at_least_an_interval_apart() -> None:
    clock = ManualClock()
    budget = PreviewBudget(clock)
    clock.time = 1.0
    budget.make(lambda: Image.new("RGB", (8, 8)))
    clock.time = 1.2
    assert not budget.allows()
    clock.time = 1.3
    assert budget.allows()


def test_expensive_previews_are_less_frequent() -> None:
    clock = ManualClock()
    budget = PreviewBudget(clock)

    def preview() -> Image.Image:
        clock.time += 0.5
        return Image.new("RGB", (8, 8))

    clock.time = 1.0
    budget.make(preview)
    clock.time = 24.0
    assert not budget.allows()
    clock.time = 25.0
    assert budget.allows()


def test_a_preview_is_webp() -> None:
    assert PreviewBudget().make(lambda: Image.new("RGB", (8, 8)))[8:12] == b"WEBP"
