from genai_studio.sagemaker.styles import with_style
from tests.builders import a_request
from tests.serving.toy_catalog import STYLE, a_model


def test_a_style_puts_its_words_around_the_prompt_and_adds_its_negatives() -> None:
    styled = with_style(a_request("a cat", negative_prompt="blur", style=STYLE.id), a_model())
    assert styled.prompt == "a cat, in the dark {of} night"
    assert styled.negative_prompt == "blur, color"
    assert styled.style is None


def test_a_prompt_with_braces_stays_what_it_is() -> None:
    styled = with_style(a_request("{prompt} {0} {", style=STYLE.id), a_model())
    assert styled.prompt == "{prompt} {0} {, in the dark {of} night"


def test_without_a_style_or_with_one_that_is_gone_nothing_is_added() -> None:
    for style in (None, "gone"):
        plain = with_style(a_request("a cat", style=style), a_model())
        assert (plain.prompt, plain.negative_prompt, plain.style) == ("a cat", "", None)
