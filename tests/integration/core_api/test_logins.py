"""Logging in and out over HTTP, against a real database."""

from __future__ import annotations

import asyncio
from functools import partial

import asyncpg
import jwt
import pytest
from chitti_shared.testing.waiting import first_true
from core_api.security.tokens import API, ISSUER

PASSWORD = "correct horse battery"


async def test_the_password_form_gives_a_token_that_opens_the_api(stack):
    client = stack.client()
    reply = await client.post("/api/auth/token", data={"username": "Asha", "password": PASSWORD})
    assert reply.status_code == 200
    body = reply.json()
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 3600
    assert reply.headers["cache-control"] == "no-store"
    cookies = reply.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in cookie and "samesite=strict" in cookie.lower() for cookie in cookies)
    assert "Path=/api/alerts/stream" in next(one for one in cookies if one.startswith("chitti_stream="))
    asked = await client.get("/api/watchlist", headers={"authorization": f"Bearer {body['access_token']}"})
    assert asked.json()["error"] == "not_found"  # the daemon's own answer: the login was good


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"username": "asha", "password": "wrong password"}, 401, "unauthorized"),
        ({"username": "nobody", "password": PASSWORD}, 401, "unauthorized"),
        ({"username": "a\0b", "password": PASSWORD}, 401, "unauthorized"),
        ({"username": "x" * 500, "password": PASSWORD}, 401, "unauthorized"),
        ({"username": "asha"}, 400, "invalid_input"),
        ({}, 400, "invalid_input"),
    ],
)
async def test_other_forms_are_refused_in_the_common_shape(stack, form, status, error):
    reply = await stack.client().post("/api/auth/token", data=form)
    assert reply.status_code == status
    assert reply.json()["error"] == error
    assert "set-cookie" not in reply.headers


async def test_an_unknown_name_and_a_wrong_password_get_the_same_words(stack):
    client = stack.client()
    replies = [
        (await client.post("/api/auth/token", data={"username": name, "password": "wrong password"})).json()
        for name in ("asha", "nobody")
    ]
    assert replies[0]["message"] == replies[1]["message"]
    assert replies[0]["details"] == replies[1]["details"]


async def test_too_many_attempts_are_told_when_to_come_back(start):
    stack = await start(chitti_rate_login="3/m")
    client = stack.client()
    for _ in range(3):
        await client.post("/api/auth/token", data={"username": "asha", "password": "wrong password"})
    reply = await client.post("/api/auth/token", data={"username": "asha", "password": PASSWORD})
    assert reply.status_code == 429
    assert reply.json()["error"] == "rate_limited"
    assert reply.json()["retryable"] is True
    assert 1 <= int(reply.headers["retry-after"]) <= 20


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer \xe9"])
async def test_without_a_good_token_the_api_is_closed(stack, header):
    headers = {} if header is None else {"authorization": header.encode("latin-1")}
    for path in ("/api/alerts", "/api/nothing", "/api/auth/logout", "/api/alerts/stream"):
        reply = await stack.client().get(path, headers=headers)
        assert reply.status_code == 401, path
        assert reply.json()["error"] == "unauthorized"
        assert reply.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("expires", [10**400, 1e300, -1, "soon", None])
async def test_a_signed_token_of_an_odd_time_is_refused(stack, expires):
    said = {"iss": ISSUER, "aud": API, "sub": "1", "name": "admin", "role": "admin", "jti": "x", "iat": 0}
    header = {"authorization": f"Bearer {jwt.encode({**said, 'exp': expires}, b'k' * 48, algorithm='HS256')}"}
    reply = await stack.client().get("/api/alerts", headers=header)
    assert (reply.status_code, reply.json()["error"]) == (401, "unauthorized")


async def test_a_refresh_token_works_once_and_gives_the_next(stack):
    client = stack.client()
    first = (await client.post("/api/auth/token", data={"username": "asha", "password": PASSWORD})).json()
    client.cookies.clear()
    second = await client.post("/api/auth/refresh", data={"refresh_token": first["refresh_token"]})
    assert second.status_code == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    by_cookie = await client.post("/api/auth/refresh")  # the cookie that the second reply set
    assert by_cookie.status_code == 200
    assert (await stack.client().post("/api/auth/refresh", data={"refresh_token": "made up"})).status_code == 401
    assert (await stack.client().post("/api/auth/refresh")).status_code == 401


async def test_a_stolen_refresh_token_ends_the_whole_login(stack, pool):
    client = stack.client()
    first = (await client.post("/api/auth/token", data={"username": "asha", "password": PASSWORD})).json()
    second = (await client.post("/api/auth/refresh", data={"refresh_token": first["refresh_token"]})).json()
    await pool.execute(
        "UPDATE auth.refresh_tokens SET issued_at = now() - interval '1 hour', used_at = now() - interval '1 minute'"
        " WHERE used_at IS NOT NULL"
    )
    for token in (first["refresh_token"], second["refresh_token"]):
        assert (await client.post("/api/auth/refresh", data={"refresh_token": token})).status_code == 401


async def test_logging_out_ends_the_token_and_its_refresh_tokens(stack):
    client = stack.client()
    login = (await client.post("/api/auth/token", data={"username": "asha", "password": PASSWORD})).json()
    client.headers["authorization"] = f"Bearer {login['access_token']}"
    assert (await client.get("/api/watchlist")).status_code == 404
    assert (await client.post("/api/auth/logout")).status_code == 204
    assert (await client.get("/api/watchlist")).status_code == 401
    assert (await client.post("/api/auth/refresh", data={"refresh_token": login["refresh_token"]})).status_code == 401


async def test_a_new_password_ends_the_users_logins_within_seconds(stack):
    client = await stack.logged_in("asha")
    other = await stack.logged_in("admin")
    user = await stack.accounts.find("asha")
    await stack.accounts.reset_password(user.user_id, await stack.gateway.passwords.hash("another one!"), 3600)

    async def refused() -> bool:
        return (await client.get("/api/watchlist")).status_code == 401

    async with asyncio.timeout(5):
        while not await refused():
            pass
    assert (await other.get("/api/watchlist")).status_code == 404
    assert await stack.token("asha", "another one!")


async def test_a_slow_database_does_not_end_the_look_at_revocations(start, database):
    stack = await start(statement_timeout_s=0.2)
    client = await stack.logged_in("asha")
    held = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'auth.revocations'::regclass)"
    holder = await asyncpg.connect(database.superuser_url)
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE auth.revocations")
            for waits in (True, False):  # a question waits, and is given up
                await first_true(partial(_answers, holder, held, waits))
    finally:
        await holder.close()
    user = await stack.accounts.find("asha")
    await stack.accounts.reset_password(user.user_id, user.password_hash, 3600)

    async def refused() -> bool:
        return (await client.get("/api/watchlist")).status_code == 401

    await first_true(refused)


async def _answers(connection: asyncpg.Connection, question: str, answer: bool) -> bool:
    return bool(await connection.fetchval(question)) is answer


async def test_a_form_of_any_size_is_not_read(stack):
    reply = await stack.client().post("/api/auth/token", content=b"username=" + b"x" * 70_000)
    assert reply.status_code == 413
    assert reply.json()["error"] == "payload_too_large"


async def test_passwords_and_tokens_are_stored_as_hashes_only(stack, pool):
    client = stack.client()
    login = (await client.post("/api/auth/token", data={"username": "asha", "password": PASSWORD})).json()
    client.headers["authorization"] = f"Bearer {login['access_token']}"
    ticket = (await client.post("/api/auth/stream-ticket")).json()["ticket"]
    rows = [
        *await pool.fetch("SELECT * FROM auth.users"),
        *await pool.fetch("SELECT * FROM auth.refresh_tokens"),
        *await pool.fetch("SELECT * FROM auth.stream_tickets"),
    ]
    text = " ".join(str(dict(row)) for row in rows)
    for secret in (PASSWORD, login["refresh_token"], login["access_token"], ticket):
        assert secret not in text


async def test_cookies_are_secure_when_told(start):
    stack = await start(chitti_cookie_secure=True)
    reply = await stack.client().post("/api/auth/token", data={"username": "asha", "password": PASSWORD})
    assert all("secure" in cookie.lower() for cookie in reply.headers.get_list("set-cookie"))
