"""`Model`: an entry of the catalog, with limits, defaults, styles and price."""

import strawberry

from genai_studio.domain import catalog as domain
from genai_studio.schema.types.enums import GenerationOperation, ModelSpeed


@strawberry.type(description="The integers `min`, `min + step`, … up to `max`.")
class IntRange:
    min: int = strawberry.field(description="Minimum, inclusive.")
    max: int = strawberry.field(description="Maximum, inclusive.")
    step: int = strawberry.field(description="Distance between two allowed values.")

    @classmethod
    def from_domain(cls, limits: domain.Range) -> "IntRange":
        """Convert a range of the catalog."""
        return cls(min=limits.min, max=limits.max, step=limits.step)


@strawberry.type(description="The numbers from `min` to `max`.")
class FloatRange:
    min: float = strawberry.field(description="Minimum, inclusive.")
    max: float = strawberry.field(description="Maximum, inclusive.")


@strawberry.type(
    description="The accepted values of a request. Others are rejected with INVALID_INPUT."
)
class ModelLimits:
    prompt_characters: int = strawberry.field(
        description="Maximum length of the prompt, in characters."
    )
    width: IntRange = strawberry.field(description="Width in pixels.")
    height: IntRange = strawberry.field(description="Height in pixels.")
    max_pixels: int | None = strawberry.field(description="Maximum of width × height.")
    upscale_pixels: int | None = strawberry.field(
        description="Maximum of width × height of the source of UPSCALE; null if only the size "
        "of the result is limited."
    )
    steps: IntRange = strawberry.field(description="Denoising steps per image.")
    guidance_scale: FloatRange = strawberry.field(description="Classifier-free guidance scale.")
    count: IntRange = strawberry.field(description="Images per request.")


@strawberry.type(description="The values of fields that a request omits.")
class ModelDefaults:
    width: int = strawberry.field(description="Width in pixels.")
    height: int = strawberry.field(description="Height in pixels.")
    steps: int = strawberry.field(description="Denoising steps per image.")
    guidance_scale: float = strawberry.field(description="Classifier-free guidance scale.")
    count: int = strawberry.field(description="Images per request.")


@strawberry.type(
    description="The values of fields that an edit omits, and the strengths of variations."
)
class ModelEditDefaults:
    image_to_image_strength: float = strawberry.field(description="Strength of IMAGE_TO_IMAGE.")
    inpaint_strength: float = strawberry.field(description="Strength of INPAINT.")
    outpaint_strength: float = strawberry.field(description="Strength of OUTPAINT.")
    inpaint_feather: int = strawberry.field(description="Mask feather of INPAINT in pixels.")
    outpaint_feather: int = strawberry.field(description="Mask feather of OUTPAINT in pixels.")
    subtle_variation: float = strawberry.field(
        description="Strength of IMAGE_TO_IMAGE for a variation that keeps the composition."
    )
    strong_variation: float = strawberry.field(
        description="Strength of IMAGE_TO_IMAGE for a variation that changes the composition."
    )


@strawberry.type(description="A named style preset.")
class ModelStyle:
    id: strawberry.ID = strawberry.field(description="Value for GenerateImageInput.style.")
    name: str = strawberry.field(description="Display name.")


@strawberry.type(description="A model that makes or edits images.")
class Model:
    id: strawberry.ID = strawberry.field(description="Value for GenerateImageInput.model.")
    name: str = strawberry.field(description="Display name.")
    description: str = strawberry.field(description="What the model is, and what it is suited for.")
    speed: ModelSpeed = strawberry.field(description="Speed class.")
    streams: bool = strawberry.field(description="Whether it reports progress step by step.")
    demonstration: bool = strawberry.field(
        description="Whether the model only demonstrates the studio."
    )
    uses_guidance: bool = strawberry.field(
        description="Whether guidance scale and negative prompt have an effect."
    )
    prompt_languages: list[str] = strawberry.field(
        description="BCP 47 tags of the prompt languages it understands."
    )
    price_per_image: float = strawberry.field(description="US dollars per image; 0 if free.")
    limits: ModelLimits = strawberry.field(description="Accepted values.")
    defaults: ModelDefaults = strawberry.field(description="Default values.")
    styles: list[ModelStyle] = strawberry.field(description="Style presets.")
    operations: list[GenerationOperation] = strawberry.field(description="What it can do.")
    edit_defaults: ModelEditDefaults = strawberry.field(description="Default values of edits.")
    examples: list[str] = strawberry.field(description="Example prompts that work well.")

    @classmethod
    def from_domain(cls, model: domain.Model) -> "Model":
        """Convert a model of the catalog."""
        limits, defaults, edits = model.limits, model.defaults, model.edit_defaults
        return cls(
            id=strawberry.ID(model.id),
            name=model.name,
            description=model.description,
            speed=model.speed,
            streams=model.streams,
            demonstration=model.demonstration,
            uses_guidance=model.uses_guidance,
            prompt_languages=list(model.prompt_languages),
            price_per_image=model.price_per_image,
            limits=ModelLimits(
                prompt_characters=limits.prompt_characters,
                width=IntRange.from_domain(limits.width),
                height=IntRange.from_domain(limits.height),
                max_pixels=limits.max_pixels,
                upscale_pixels=limits.upscale_pixels,
                steps=IntRange.from_domain(limits.steps),
                guidance_scale=FloatRange(min=limits.guidance_min, max=limits.guidance_max),
                count=IntRange.from_domain(limits.count),
            ),
            defaults=ModelDefaults(
                width=defaults.width,
                height=defaults.height,
                steps=defaults.steps,
                guidance_scale=defaults.guidance_scale,
                count=defaults.count,
            ),
            styles=[
                ModelStyle(id=strawberry.ID(style.id), name=style.name) for style in model.styles
            ],
            operations=list(model.operations),
            edit_defaults=ModelEditDefaults(
                image_to_image_strength=edits.image_to_image_strength,
                inpaint_strength=edits.inpaint_strength,
                outpaint_strength=edits.outpaint_strength,
                inpaint_feather=edits.inpaint_feather,
                outpaint_feather=edits.outpaint_feather,
                subtle_variation=edits.subtle_variation,
                strong_variation=edits.strong_variation,
            ),
            examples=list(model.examples),
        )
