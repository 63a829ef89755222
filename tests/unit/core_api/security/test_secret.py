"""The signing key."""

import stat

import pytest
from core_api.security.secret import SecretError, load_secret
from core_api.settings import GatewaySettings


def settings(tmp_path, **given) -> GatewaySettings:
    return GatewaySettings(_env_file=None, chitti_data_dir=tmp_path / "data", **given)


def test_dev_makes_a_key_once_that_nobody_else_may_read(tmp_path):
    key = load_secret(settings(tmp_path))
    assert len(key) >= 32
    assert load_secret(settings(tmp_path)) == key
    path = tmp_path / "data" / "jwt.secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["jwt.secret"]


def test_prod_makes_none(tmp_path):
    with pytest.raises(SecretError, match="CHITTI_JWT_SECRET"):
        load_secret(settings(tmp_path, chitti_env="prod"))


def test_a_given_key_wins_over_a_file(tmp_path):
    assert load_secret(settings(tmp_path, chitti_jwt_secret="x" * 32, chitti_jwt_secret_file=tmp_path)) == b"x" * 32


def test_short_missing_and_exposed_keys_are_refused(tmp_path):
    with pytest.raises(SecretError, match="31 bytes"):
        load_secret(settings(tmp_path, chitti_jwt_secret="x" * 31))
    path = tmp_path / "key"
    with pytest.raises(SecretError, match="cannot read"):
        load_secret(settings(tmp_path, chitti_jwt_secret_file=path))
    path.write_text("x" * 40)
    path.chmod(0o644)
    with pytest.raises(SecretError, match="may be read by others"):
        load_secret(settings(tmp_path, chitti_jwt_secret_file=path))
    path.chmod(0o400)
    assert load_secret(settings(tmp_path, chitti_jwt_secret_file=path)) == b"x" * 40
