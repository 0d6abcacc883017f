"""What can be learnt from a picture's bytes."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError


class NotAnImage(ValueError):
    """The bytes are no picture that this service reads."""


@dataclass(frozen=True)
class Facts:
    """Size in pixels, mean colour as #rrggbb, contrast from 0 to 1."""

    width: int
    height: int
    colour: str
    contrast: float


def read(data: bytes) -> Image.Image:
    """The picture in data, as RGB."""
    try:
        return Image.open(io.BytesIO(data)).convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise NotAnImage("not a picture") from error


def facts(image: Image.Image) -> Facts:
    pixels = np.asarray(image, dtype=np.float64)
    red, green, blue = pixels.reshape(-1, 3).mean(axis=0).round().astype(int)
    return Facts(
        width=image.width,
        height=image.height,
        colour=f"#{red:02x}{green:02x}{blue:02x}",
        contrast=float(grey(pixels).std() / 127.5),
    )


def grey(pixels: np.ndarray) -> np.ndarray:
    """Luma by ITU-R BT.601."""
    return pixels @ np.array([0.299, 0.587, 0.114])


def edges(image: Image.Image) -> np.ndarray:
    """The size of the brightness gradient at each inner pixel."""
    luma = grey(np.asarray(image, dtype=np.float64))
    down = luma[2:, 1:-1] - luma[:-2, 1:-1]
    right = luma[1:-1, 2:] - luma[1:-1, :-2]
    return np.hypot(down, right)


def fingerprint(image: Image.Image) -> int:
    """64 bits that stay near each other for pictures that look alike."""
    small = image.convert("L").resize((9, 8), Image.Resampling.BOX)
    values = np.asarray(small, dtype=np.int16)
    bits = (values[:, 1:] > values[:, :-1]).flatten()
    return int("".join("1" if bit else "0" for bit in bits), 2)


def distance(one: int, other: int) -> int:
    """The number of bits in which two fingerprints differ."""
    return (one ^ other).bit_count()


def thumbnail(image: Image.Image, edge: int) -> bytes:
    """The picture as PNG, its longer side at most edge."""
    small = image.copy()
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, format="PNG")
    return out.getvalue()
