from genai_studio.sagemaker.styles import with_style
from tests.builders import a_request
from tests.serving.toy_catalog import STYLE, a_model


def test_style_wraps_prompt_and_extends_negative_prompt() -> None:
    styled = with_style(a_request("a cat", negative_prompt="blur", style=STYLE.id), a_model())
    assert styled.prompt == "a cat, in the dark {of} night"
    assert styled.negative_prompt == "blur, color"
    assert styled.style is None


def test_braces_in_prompt_are_preserved() -> None:
    styled = with_style(a_request("{prompt} {0} {", style=STYLE.id), a_model())
    assert styled.prompt == "{prompt} {0} {, in the dark {of} night"


def test_missing_or_unknown_style_changes_nothing() -> None:
    for style in (None, "gone"):
        plain = with_style(a_request("a cat", style=style), a_model())
        assert (plain.prompt, plain.negative_prompt, plain.style) == ("a cat", "", None)
