"""The gateway's own settings, beside those that every process shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from chitti_shared.settings import Settings
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode


class GatewaySettings(Settings):
    """What core-api reads from the environment and `.env`."""

    chitti_access_token_s: int = Field(3600, ge=60, le=86_400, description="Life of an access token.")
    chitti_refresh_token_s: int = Field(30 * 86_400, ge=60, description="Life of a refresh token that is not used.")
    chitti_request_timeout_s: float = Field(30.0, gt=0, le=600, description="Longest a forwarded request may take.")
    chitti_bulk_timeout_s: float = Field(120.0, gt=0, le=3600, description="The same for batches, imports, sweeps.")
    chitti_body_limit_bytes: int = Field(
        64 * 2**20 - 4096, ge=1024, le=64 * 2**20, description="Largest HTTP request body."
    )
    chitti_body_budget_bytes: int = Field(
        256 * 2**20, ge=2**20, description="Bytes of request bodies held at once by one process."
    )
    chitti_gzip_min_bytes: int = Field(
        64 * 1024, ge=0, description="Smallest reply that is compressed for a client that accepts gzip."
    )
    chitti_rate_fast: str = Field("20000/s:40000", description="Requests of the fast class, per login: rate:burst.")
    chitti_rate_bulk: str = Field("200/s:400", description="Requests of the bulk class, per login.")
    chitti_rate_stream: str = Field("200/s:4000", description="Streams opened, per login.")
    chitti_rate_open: str = Field("500/s:2000", description="Requests without a login, per address.")
    chitti_rate_login: str = Field("10/m:20", description="Login attempts, per address.")
    chitti_rate_login_name: str = Field("30/m:30", description="Login attempts, per name.")
    chitti_stream_limit: int = Field(4000, ge=1, description="Event streams open at once in one process.")
    chitti_dashboard_dir: Path | None = Field(
        None, description="Built dashboard served at /; unset: dashboard-app/dist of the checkout, if it is there."
    )
    chitti_cookie_secure: bool | None = Field(
        None, description="Mark cookies Secure; unset: when the request came by https."
    )
    chitti_user_password: SecretStr | None = Field(
        None, description="Password that `user add` and `user reset-password` give, in place of a generated one."
    )
    chitti_proxy_ips: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Proxies whose X-Forwarded-* headers are believed; unset: none."
    )

    @field_validator("chitti_proxy_ips", mode="before")
    @classmethod
    def _split_proxies(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
