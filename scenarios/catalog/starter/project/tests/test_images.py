import numpy as np
import pytest
from PIL import Image, ImageFilter

from app import images


def test_facts_of_one_colour():
    got = images.facts(Image.new("RGB", (30, 20), "#336699"))
    assert got == images.Facts(30, 20, "#336699", 0.0)


def test_contrast_is_one_for_black_and_white():
    image = Image.new("RGB", (10, 10), "white")
    image.paste("black", (0, 0, 5, 10))
    assert images.facts(image).contrast == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n"])
def test_not_an_image(data):
    with pytest.raises(images.NotAnImage):
        images.read(data)


def test_edges_stand_where_colours_meet():
    image = Image.new("RGB", (20, 20), "white")
    image.paste("black", (10, 0, 20, 20))
    got = images.edges(image)
    assert set(np.flatnonzero(got[0])) == {8, 9}


@pytest.mark.parametrize("size", [(300, 100), (100, 300), (200, 200), (10, 10)])
def test_thumbnail_keeps_the_shape(size):
    data = images.thumbnail(Image.new("RGB", size), 50)
    small = images.read(data)
    assert max(small.size) == min(50, max(size))
    assert small.width / small.height == pytest.approx(size[0] / size[1], rel=0.1)


@pytest.mark.parametrize("seed", range(60))
def test_fingerprint_survives_scaling(noise, seed):
    image = noise(seed, 256)
    want = images.fingerprint(image)
    for edge in (64, 128, 200, 400):
        scaled = image.resize((edge, edge), Image.Resampling.LANCZOS)
        assert images.distance(want, images.fingerprint(scaled)) <= 6, f"seed {seed}"


def test_fingerprints_differ(noise):
    prints = [images.fingerprint(noise(seed)) for seed in range(150)]
    distances = [
        images.distance(one, other)
        for index, one in enumerate(prints)
        for other in prints[:index]
    ]
    assert min(distances) > 6
    assert 24 < sum(distances) / len(distances) < 40


@pytest.mark.parametrize("seed", range(40))
def test_blur_takes_edges_away(noise, seed):
    image = noise(seed, 320)
    strength = [images.edges(image).mean()]
    for radius in (4, 8, 16, 24):
        blurred = image.filter(ImageFilter.GaussianBlur(radius))
        strength.append(images.edges(blurred).mean())
    assert strength == sorted(strength, reverse=True), f"seed {seed}"
