from __future__ import annotations

import json
import stat
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from chitti_shared.db.roles import ROLES, load_passwords, url_of_socket


def test_passwords_are_made_once_and_kept_private(tmp_path: Path) -> None:
    file = tmp_path / "logins.json"
    first = load_passwords(file)
    assert first.keys() == set(ROLES.values())
    assert len(set(first.values())) == len(ROLES)
    assert min(map(len, first.values())) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_passwords(file) == first


def test_a_role_that_has_none_gets_a_password_and_the_others_keep_theirs(tmp_path: Path) -> None:
    file = tmp_path / "logins.json"
    file.write_text(json.dumps({"chitti_core_api": "kept"}))
    passwords = load_passwords(file)
    assert passwords["chitti_core_api"] == "kept"
    assert passwords.keys() == set(ROLES.values())


def test_a_socket_url_quotes_what_needs_it() -> None:
    url = urlsplit(url_of_socket(Path("/tmp/a b&c"), "chitti", "role", "p@/ss:w"))
    assert unquote(url.password or "") == "p@/ss:w"
    assert (url.username, url.hostname, url.path) == ("role", None, "/chitti")
    assert parse_qs(url.query) == {"host": ["/tmp/a b&c"], "port": ["5432"]}
