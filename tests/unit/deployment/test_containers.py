"""The compose file and the images fit the code. Docker itself is asked in continuous integration only."""

import re
from pathlib import Path

import pytest
import yaml
from chitti_shared.contracts.services import SERVICES
from chitti_shared.db.roles import ROLES
from chitti_shared.settings import Settings

ROOT = Path(__file__).parents[3]
DAEMONS = sorted(SERVICES)
IMAGES = [*DAEMONS, "core-api"]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def dockerfile(name: str) -> str:
    return (ROOT / name / "Dockerfile").read_text(encoding="utf-8")


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    used = {found[0]: found[1] for found in re.findall(r"(?<!\$)\$\{([A-Z_]*(?:PASSWORD|SECRET))([^}]*)\}", text)}
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+):\?", text))
    assert used
    assert set(used) <= asked
    assert not [name for name, rest in used.items() if rest.startswith((":-", "-"))]


def test_every_variable_of_a_service_is_a_setting(compose):
    known = {name.upper() for name in Settings.model_fields}
    for name, service in compose["services"].items():
        if name != "postgres":
            assert set(service["environment"]) <= known, name


def test_each_service_logs_in_with_its_own_role(compose):
    for service, role in ROLES.items():
        where = "migrate" if service == "migrator" else service
        variable = "DATABASE_URL_" + service.upper().replace("-", "_")
        assert f"//{role}:" in compose["services"][where]["environment"][variable]
        assert f"CREATE ROLE {role} LOGIN" in compose["configs"]["roles"]["content"]


def test_only_the_gateway_is_reachable_and_only_from_this_machine(compose):
    ports = {name: service.get("ports") for name, service in compose["services"].items() if service.get("ports")}
    assert list(ports) == ["core-api"]
    assert all(port.startswith("127.0.0.1:") for port in ports["core-api"])


@pytest.mark.parametrize("name", IMAGES)
def test_services_run_without_rights_they_do_not_need(compose, name):
    service = compose["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["volumes"][0] == "sockets:/run/chitti"
    assert compose["services"][name]["build"]["dockerfile"] == f"{name}/Dockerfile"


@pytest.mark.parametrize("name", IMAGES)
def test_images_run_as_one_ordinary_user_and_say_how_they_are(name):
    text = dockerfile(name)
    assert "--uid 10001" in text
    assert text.index("\nUSER chitti") < text.index("\nCMD ")
    assert "\nHEALTHCHECK " in text
    assert "ARG CHITTI_MARCH=x86-64-v3" in text
    assert f'CMD ["python", "-m", "{name.replace("-", "_")}"]' in text
    assert f"--extra {name} " in text


def test_images_differ_only_in_what_they_serve():
    shared = [line for line in dockerfile("mojo-compute").splitlines() if "mojo" not in line]
    for name in ("news-nlp", "signal-service"):
        assert [line for line in dockerfile(name).splitlines() if line in shared] == shared
