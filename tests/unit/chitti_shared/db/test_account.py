from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest
from chitti_shared.db.account import account_for
from chitti_shared.errors import ServiceUnavailable


def nobody_by(_key: object) -> pwd.struct_passwd:
    raise KeyError


def entry(name: str, uid: int) -> pwd.struct_passwd:
    return pwd.struct_passwd((name, "x", uid, uid, "", "/", "/bin/false"))


def test_an_ordinary_user_is_the_account_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: entry("asha", uid))
    account = account_for(tmp_path / "data")
    assert (account.name, account.uid, account.switch) == ("asha", 1234, False)
    assert account.popen_options() == {}


def test_a_uid_without_an_account_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(pwd, "getpwuid", nobody_by)
    with pytest.raises(ServiceUnavailable, match=r"uid 1234.*DATABASE_URL"):
        account_for(tmp_path / "data")


@pytest.mark.parametrize(
    ("known", "taken"), [(("trading-chitti", "postgres"), "trading-chitti"), (("postgres",), "postgres")]
)
def test_root_takes_the_account_made_for_it_before_another(
    known: tuple[str, ...], taken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_name(name: str) -> pwd.struct_passwd:
        return entry(name, 200) if name in known else nobody_by(name)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", by_name)
    account = account_for(tmp_path / "data")
    assert (account.name, account.switch) == (taken, True)
    assert account.popen_options() == {"user": 200, "group": 200, "extra_groups": []}


def test_root_without_any_account_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", nobody_by)
    monkeypatch.setattr("shutil.which", lambda _program: None)
    with pytest.raises(ServiceUnavailable, match=r"does not run as root.*no useradd here.*DATABASE_URL"):
        account_for(tmp_path / "data")
