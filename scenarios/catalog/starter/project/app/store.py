"""Pictures in a database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, LargeBinary, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    pass


class Picture(Base):
    """A stored picture. The fingerprint is 16 hexadecimal digits."""

    __tablename__ = "pictures"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    width: Mapped[int]
    height: Mapped[int]
    colour: Mapped[str] = mapped_column(String(7))
    contrast: Mapped[float]
    fingerprint: Mapped[str] = mapped_column(String(16), index=True)
    uploaded: Mapped[datetime]
    data: Mapped[bytes] = mapped_column(LargeBinary)


def connect(url: str) -> Engine:
    """An engine with its tables; one in memory has a single connection."""
    options = {}
    if url == "sqlite://":
        options = {
            "poolclass": StaticPool,
            "connect_args": {"check_same_thread": False},
        }
    engine = create_engine(url, **options)
    Base.metadata.create_all(engine)
    return engine


class Pictures:
    """Adds and finds pictures."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, picture: Picture) -> Picture:
        with Session(self._engine, expire_on_commit=False) as session:
            session.add(picture)
            session.commit()
        return picture

    def get(self, picture_id: int) -> Picture | None:
        with Session(self._engine) as session:
            return session.get(Picture, picture_id)

    def newest(self, limit: int) -> Sequence[Picture]:
        query = select(Picture).order_by(Picture.id.desc()).limit(limit)
        with Session(self._engine) as session:
            return session.scalars(query).all()
