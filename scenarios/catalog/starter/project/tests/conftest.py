"""Pictures made by arithmetic, and a client."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app.config import Settings
from app.main import create_app


@pytest.fixture
def noise() -> Callable[[int, int], Image.Image]:
    """Smooth noise from a seed: blurred, so that it has shapes."""

    def make(seed: int, edge: int = 96) -> Image.Image:
        random = np.random.default_rng(seed)
        values = random.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        small = Image.fromarray(values, "RGB")
        return small.resize((edge, edge), Image.Resampling.BICUBIC)

    return make


@pytest.fixture
def png() -> Callable[[Image.Image], bytes]:
    def encode(image: Image.Image) -> bytes:
        out = io.BytesIO()
        image.save(out, format="PNG")
        return out.getvalue()

    return encode


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(Settings(max_bytes=200_000)))
