"""Taking a socket path, and giving it back."""

import os
import socket
import stat
from pathlib import Path

import pytest
from chitti_shared.ipc import AlreadyRunning, StartupError, claim_socket, prepare_runtime_dir
from chitti_shared.ipc.link import _prepared
from chitti_shared.ipc.sockets import MAX_PATH, peer_is_ours


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_a_missing_runtime_folder_is_made_for_us_alone(folder: Path) -> None:
    made = prepare_runtime_dir(folder / "a" / "run")
    assert mode(made) == 0o700
    assert prepare_runtime_dir(made) == made


def test_an_unsafe_runtime_folder_is_refused(folder: Path) -> None:
    (folder / "file").touch()
    (folder / "link").symlink_to(folder)
    (folder / "open").mkdir()
    (folder / "open").chmod(0o770)
    for name, why in (("file", "not a folder"), ("link", "symbolic link"), ("open", "writable for others")):
        with pytest.raises(StartupError, match=why):
            prepare_runtime_dir(folder / name)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_another_users_runtime_folder_is_refused(folder: Path) -> None:
    (folder / "theirs").mkdir(mode=0o700)
    os.chown(folder / "theirs", 65534, 65534)
    with pytest.raises(StartupError, match="another user"):
        prepare_runtime_dir(folder / "theirs")


def test_the_systems_sticky_folder_is_accepted_by_name() -> None:
    assert prepare_runtime_dir(Path("/tmp")) == Path("/tmp")


def test_a_claimed_socket_is_ours_alone_and_gone_afterwards(folder: Path) -> None:
    path = folder / "x.sock"
    claim = claim_socket(path)
    assert mode(path) == 0o600
    assert mode(folder / "x.sock.lock") == 0o600
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(path))  # it listens
    claim.release()
    assert not path.exists()
    claim.release()
    claim_socket(path).release()


def test_a_held_lock_means_already_running(folder: Path) -> None:
    claim = claim_socket(folder / "x.sock")
    with pytest.raises(AlreadyRunning, match="already running"):
        claim_socket(folder / "x.sock")
    assert (folder / "x.sock").exists()
    claim.release()


def test_a_listener_without_the_lock_means_already_running(folder: Path) -> None:
    path = folder / "x.sock"
    with socket.socket(socket.AF_UNIX) as live:
        live.bind(str(path))
        live.listen()
        with pytest.raises(AlreadyRunning, match="answers"):
            claim_socket(path)
        assert path.exists()


def test_a_stale_socket_is_replaced(folder: Path) -> None:
    path = folder / "x.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    claim_socket(path).release()


@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling"])
def test_what_is_not_a_socket_is_left_alone(folder: Path, kind: str) -> None:
    path = folder / "x.sock"
    if kind == "file":
        path.write_text("precious")
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        (folder / "target").write_text("precious")
        path.symlink_to(folder / "target")
    else:
        path.symlink_to(folder / "nowhere")
    with pytest.raises(StartupError, match="not a socket"):
        claim_socket(path)
    assert path.is_symlink() or path.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a socket away")
def test_another_users_socket_is_left_alone(folder: Path) -> None:
    path = folder / "x.sock"
    with socket.socket(socket.AF_UNIX) as theirs:
        theirs.bind(str(path))
    os.lchown(path, 65534, 65534)
    with pytest.raises(StartupError, match="another user"):
        claim_socket(path)
    assert path.exists()


def test_a_lock_that_is_a_link_is_refused(folder: Path) -> None:
    (folder / "victim").touch()
    (folder / "x.sock.lock").symlink_to(folder / "victim")
    with pytest.raises(StartupError, match="lock"):
        claim_socket(folder / "x.sock")


def test_a_path_too_long_for_a_socket_is_refused(folder: Path) -> None:
    stem = folder / ("x" * (MAX_PATH - len(str(folder)) - 1))
    claim_socket(stem).release()
    with pytest.raises(StartupError, match="CHITTI_RUNTIME_DIR"):
        claim_socket(stem.with_name(stem.name + "x"))


def test_a_folder_that_is_not_there_is_a_startup_error(folder: Path) -> None:
    with pytest.raises(StartupError, match="cannot open the lock"):
        claim_socket(folder / "none" / "x.sock")


def test_release_leaves_a_successors_socket_alone(folder: Path) -> None:
    path = folder / "x.sock"
    claim = claim_socket(path)
    path.unlink()
    path.write_text("another file")
    claim.release()
    assert path.read_text() == "another file"


def test_a_peer_of_this_user_is_ours() -> None:
    left, right = socket.socketpair(socket.AF_UNIX)
    with left, right:
        assert peer_is_ours(left)
        assert _prepared(right)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_peer_of_another_user_is_not(folder: Path) -> None:
    folder.chmod(0o755)
    path = folder / "x.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        path.chmod(0o666)
        listener.listen()
        pid = os.fork()
        if pid == 0:
            os.setuid(65534)
            with socket.socket(socket.AF_UNIX) as peer:
                peer.connect(str(path))
                peer.recv(1)
            os._exit(0)
        accepted, _ = listener.accept()
        with accepted:
            assert not peer_is_ours(accepted)
            assert not _prepared(accepted)
    os.waitpid(pid, 0)
