import socket
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import processes

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


class Processes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        patch = mock.patch.object(processes, "STATE", self.folder)
        patch.start()
        self.addCleanup(patch.stop)
        self.addCleanup(processes.stop, "sleeper")

    def start(self, command=SLEEP, ports=(), ready=lambda: True, **options):
        processes.start("sleeper", command, ports=ports, ready=ready, environment={}, **options)

    def test_a_started_process_runs_until_it_is_stopped(self):
        self.start()
        self.assertTrue(processes.is_running("sleeper"))
        self.assertTrue(processes.stop("sleeper"))
        self.assertFalse(processes.is_running("sleeper"))

    def test_stopping_nothing_is_fine(self):
        self.assertFalse(processes.stop("sleeper"))

    def test_a_second_start_is_refused(self):
        self.start()
        with self.assertRaises(processes.StartFailed):
            self.start()

    def test_an_old_process_id_is_not_trusted(self):
        (self.folder / "sleeper.pid").write_text("1\n")
        self.assertFalse(processes.is_running("sleeper"))
        self.assertFalse(processes.stop("sleeper"))

    def test_a_port_in_use_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as stranger:
            port = stranger.getsockname()[1]
            with self.assertRaisesRegex(processes.StartFailed, str(port)):
                self.start(ports=[port])
        self.assertFalse(processes.is_running("sleeper"))

    def test_a_process_that_ends_at_once_is_an_error_with_its_last_words(self):
        with self.assertRaisesRegex(processes.StartFailed, "port in use"):
            self.start([sys.executable, "-c", "print('port in use'); raise SystemExit(1)"], ready=lambda: False)

    def test_a_process_that_never_answers_is_stopped(self):
        with self.assertRaisesRegex(processes.StartFailed, "did not answer"):
            self.start(ready=lambda: False, timeout=0.2)
        self.assertFalse(processes.is_running("sleeper"))


if __name__ == "__main__":
    unittest.main()
