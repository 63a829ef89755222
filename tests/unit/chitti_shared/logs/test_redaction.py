import pytest
from chitti_shared.logs import REDACTED, redact, redact_text
from chitti_shared.logs.redaction import is_secret_name
from hypothesis import given
from hypothesis import strategies as st

SECRET = "s3cr3t-Value_9"


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://chitti:{SECRET}@localhost:5432/chitti",
        f"cannot connect to redis://:{SECRET}@cache:6379/0 now",
        f"Authorization: Bearer {SECRET}",
        f"basic {SECRET}",
        f"dsn: host=x password={SECRET} user=y",
        f"GET /api/alerts/stream?ticket={SECRET}&x=1",
        f'{{"password": "{SECRET}"}}',
        f"refresh_token={SECRET}",
        f"$argon2id$v=19$m=65536,t=3,p=4${SECRET}",
        f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.{SECRET}",
    ],
)
def test_secrets_are_covered_by_their_look(text):
    assert SECRET not in redact_text(text)
    assert REDACTED in redact_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "TCS beats estimates: net profit up 12%",
        "http://127.0.0.1:6001/docs",
        "https://news.google.com/rss/search?q=nifty&hl=en-IN",
        "2026-01-15T10:30:00.123Z",
        "period (200) exceeds data length (150)",
        "unix:///run/chitti/mojo-compute.sock",
    ],
)
def test_ordinary_text_stays_as_it_is(text):
    assert redact_text(text) == text


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "db_password",
        "accessToken",
        "X-Api-Key",
        "Authorization",
        "Set-Cookie",
        "JWT_SECRET",
        "stream_ticket",
    ],
)
def test_fields_with_a_secrets_name_are_secret(name):
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["tokens", "symbol", "author", "passed", "key", "cache_key", "event_id", "secretary"])
def test_fields_with_another_name_are_not(name):
    assert not is_secret_name(name)


def test_nested_values_are_covered_and_the_rest_is_kept():
    value = {"headers": [{"Authorization": f"Bearer {SECRET}", "Accept": "json"}], "n": 3, "at": None}
    assert redact(value) == {"headers": [{"Authorization": REDACTED, "Accept": "json"}], "n": 3, "at": None}


def test_a_value_that_contains_itself_ends():
    loop: list[object] = []
    loop.append(loop)
    assert "too deep" in str(redact(loop))


@pytest.mark.parametrize("piece", ["eyJ-", "eyJaaaa.", "a://b:", "Bearer ", "token=", "token=[redacted"])
@pytest.mark.timeout(20)
def test_a_long_text_made_to_be_slow_is_not(piece: str):
    redact_text(piece * 100_000)


@given(st.text(max_size=200))
def test_covering_twice_changes_nothing_more(text):
    assert redact_text(redact_text(text)) == redact_text(text)


@given(st.text(alphabet=st.characters(whitelist_categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=40))
def test_a_password_in_a_url_never_survives(password):
    assert f":{password}@" not in redact_text(f"postgresql://user:{password}@host/db")
