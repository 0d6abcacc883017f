"""The application that uvicorn serves."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, File, HTTPException, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, ORJSONResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict

from app import __version__, images
from app.cache import build_cache
from app.config import Settings, from_environment
from app.store import Picture, Pictures, connect

_templates = Jinja2Templates(Path(__file__).parent / "templates")


class PictureOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    width: int
    height: int
    colour: str
    contrast: float
    fingerprint: str


def describe(name: str, data: bytes) -> Picture:
    """A picture ready to be stored."""
    image = images.read(data)
    facts = images.facts(image)
    return Picture(
        name=name[:200],
        width=facts.width,
        height=facts.height,
        colour=facts.colour,
        contrast=facts.contrast,
        fingerprint=f"{images.fingerprint(image):016x}",
        uploaded=datetime.now(UTC),
        data=data,
    )


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or from_environment()
    app = FastAPI(
        title="pictures", version=__version__, default_response_class=ORJSONResponse
    )
    pictures = Pictures(connect(settings.database))
    cache = build_cache(settings.redis)

    def find(picture_id: int) -> Picture:
        picture = pictures.get(picture_id)
        if picture is None:
            raise HTTPException(404, "no such picture")
        return picture

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    @app.post("/pictures", status_code=201)
    def upload(file: Annotated[UploadFile, File()]) -> PictureOut:
        data = file.file.read(settings.max_bytes + 1)
        if len(data) > settings.max_bytes:
            raise HTTPException(413, "the picture is too large")
        try:
            picture = describe(file.filename or "unnamed", data)
        except images.NotAnImage as error:
            raise HTTPException(422, str(error)) from error
        return PictureOut.model_validate(pictures.add(picture))

    @app.get("/pictures")
    def newest(
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> list[PictureOut]:
        return [PictureOut.model_validate(p) for p in pictures.newest(limit)]

    @app.get("/pictures/{picture_id}")
    def get(picture_id: int) -> PictureOut:
        return PictureOut.model_validate(find(picture_id))

    @app.get("/pictures/{picture_id}/thumbnail")
    def thumbnail(picture_id: int) -> Response:
        key = f"thumbnail:{picture_id}:{settings.thumbnail}"
        data = cache.get(key)
        if data is None:
            image = images.read(find(picture_id).data)
            data = images.thumbnail(image, settings.thumbnail)
            cache.put(key, data)
        return Response(data, media_type="image/png")

    @app.get("/", response_class=HTMLResponse)
    def index(request: Request) -> Response:
        rows = [
            {"picture": p, "uploaded": p.uploaded.replace(tzinfo=UTC)}
            for p in pictures.newest(50)
        ]
        context = {"rows": rows, "zone": settings.zone}
        return _templates.TemplateResponse(request, "index.html", context)

    return app


app = create_app()
