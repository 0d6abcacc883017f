"""Bearer tokens."""

from datetime import datetime, timedelta

from jose import JWTError, jwt

from tradeengine.errors import NotAuthorised

_ALGORITHM = "HS256"


def issue(
    secret: str, subject: str, scopes: list[str], now: datetime, life: timedelta
) -> str:
    """A token for subject that ends at now plus life."""
    claims = {
        "sub": subject,
        "scope": " ".join(scopes),
        "iat": int(now.timestamp()),
        "exp": int((now + life).timestamp()),
    }
    return str(jwt.encode(claims, secret, algorithm=_ALGORITHM))


def verify(secret: str, token: str, scope: str, now: datetime) -> str:
    """The token's subject, or NotAuthorised with the reason."""
    try:
        claims = jwt.decode(
            token, secret, algorithms=[_ALGORITHM], options={"verify_exp": False}
        )
    except JWTError as error:
        raise NotAuthorised(str(error)) from error
    if int(claims.get("exp", 0)) <= now.timestamp():
        raise NotAuthorised("the token has expired")
    if scope not in str(claims.get("scope", "")).split():
        raise NotAuthorised(f"the token lacks the scope {scope}")
    return str(claims["sub"])
