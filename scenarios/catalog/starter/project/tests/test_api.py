import pytest
from PIL import Image

from app import images


def upload(client, data, name="picture.png"):
    return client.post("/pictures", files={"file": (name, data, "image/png")})


def test_health(client):
    assert client.get("/health").json()["status"] == "ok"


def test_upload_and_read(client, png):
    answer = upload(client, png(Image.new("RGB", (40, 30), "#102030")))
    assert answer.status_code == 201
    picture = answer.json()
    assert (picture["width"], picture["height"]) == (40, 30)
    assert picture["colour"] == "#102030"
    assert client.get(f"/pictures/{picture['id']}").json() == picture
    assert client.get("/pictures").json() == [picture]


@pytest.mark.parametrize("seed", range(40))
def test_thumbnail_looks_like_the_picture(client, noise, png, seed):
    image = noise(seed, 160)
    picture_id = upload(client, png(image)).json()["id"]
    first = client.get(f"/pictures/{picture_id}/thumbnail")
    assert first.headers["content-type"] == "image/png"
    small = images.read(first.content)
    want, got = images.fingerprint(image), images.fingerprint(small)
    assert images.distance(want, got) <= 6, f"seed {seed}"
    assert client.get(f"/pictures/{picture_id}/thumbnail").content == first.content


def test_page_lists_pictures(client, png):
    assert "Nothing here yet" in client.get("/").text
    upload(client, png(Image.new("RGB", (8, 9))), name="<b>.png")
    page = client.get("/").text
    assert "&lt;b&gt;.png" in page
    assert "8 x 9" in page


def test_refusals(client):
    assert upload(client, b"text").status_code == 422
    assert upload(client, b"x" * 200_001).status_code == 413
    assert client.get("/pictures/1").status_code == 404
    assert client.get("/pictures/1/thumbnail").status_code == 404
    assert client.get("/pictures", params={"limit": 0}).status_code == 422
