"""Background processes of the local stack.

Each holds a lock on its own file in .local/ for as long as it lives, and the file names its process id. So "is it
running" never trusts an old id that the system has since given to another process.
"""

import fcntl
import os
import signal
import socket
import subprocess
import time

from settings import STATE


class StartFailed(RuntimeError):
    pass


def start(name, command, ports, ready, environment, directory=None, timeout=60):
    """Starts `command` in the background and returns when `ready()` is true. Output goes to <name>.log.

    `ports` are those it will listen on: a stranger on one of them must not be taken for it.
    """
    STATE.mkdir(parents=True, exist_ok=True)
    log_path = STATE / f"{name}.log"
    lock = os.open(_lock_path(name), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for port in ports:
            _check_free(port)
        with open(log_path, "wb") as log:
            process = subprocess.Popen(
                command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, pass_fds=[lock],
            )
        os.ftruncate(lock, 0)
        os.write(lock, f"{process.pid}\n".encode())
    except BlockingIOError:
        raise StartFailed(f"{name} is already running") from None
    finally:
        os.close(lock)
    deadline = time.monotonic() + timeout
    while not ready():
        if process.poll() is not None:
            raise StartFailed(f"{name} ended at once; the end of {log_path}:\n{_tail(log_path)}")
        if time.monotonic() > deadline:
            stop(name)
            raise StartFailed(f"{name} did not answer within {timeout} s; see {log_path}")
        time.sleep(0.05)
    process.returncode = 0  # It outlives this program: nobody here waits for its end.


def is_running(name):
    try:
        lock = os.open(_lock_path(name), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(lock)


def stop(name, timeout=30):
    """Asks the process to end and waits until it has. Returns whether there was one."""
    if not is_running(name):
        return False
    identifier = int(_lock_path(name).read_text())
    os.kill(identifier, signal.SIGTERM)
    deadline = time.monotonic() + timeout
    while is_running(name):
        if time.monotonic() > deadline:
            os.kill(identifier, signal.SIGKILL)
        time.sleep(0.05)
    return True


def _check_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise StartFailed(f"port {port} is in use; choose other ports with PORT=..., for example PORT=5566") from None


def _lock_path(name):
    return STATE / f"{name}.pid"


def _tail(path, lines=15):
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
