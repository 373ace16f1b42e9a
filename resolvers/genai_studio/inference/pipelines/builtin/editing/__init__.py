"""Edits of images: image-to-image, inpainting and upscaling."""
