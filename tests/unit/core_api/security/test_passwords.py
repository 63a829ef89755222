"""Password hashes, with cheap cost parameters."""

import pytest
from argon2 import PasswordHasher
from chitti_shared.errors import InvalidInput
from core_api.security.passwords import Passwords, generate

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords():
    made = Passwords(threads=1, hasher=CHEAP)
    yield made
    made.close()


async def test_a_password_matches_its_hash_only(passwords):
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify(stored, "correct horse")
    assert not await passwords.verify(stored, "correct horsf")
    assert not await passwords.verify(stored, "x" * 300)
    assert not await passwords.verify("not a hash", "correct horse")


async def test_an_unknown_name_is_checked_against_something_and_fails(passwords):
    assert not await passwords.verify(None, "anything at all")
    assert not await passwords.verify(None, "anything at all")


@pytest.mark.parametrize("password", ["", "seven77", "x" * 257])
async def test_lengths_out_of_bounds_are_refused(passwords, password):
    with pytest.raises(InvalidInput) as caught:
        await passwords.hash(password)
    assert caught.value.details["field"] == "password"


async def test_a_hash_of_other_costs_is_outdated(passwords):
    assert not passwords.outdated(await passwords.hash("correct horse"))
    assert passwords.outdated(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash("correct horse"))


def test_generated_passwords_differ_and_are_long():
    assert len({generate() for _ in range(100)}) == 100
    assert len(generate()) == 16
