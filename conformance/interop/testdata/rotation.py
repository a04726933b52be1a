"""CPython's rotating handlers (3.9 or later) as an oracle, as oracle.py is for the
others, in simulated time:

    {"scenarios": [{"dir": ..., "start": ..., "deviations": [...], "ops": [...]}, ...]}
        -> {"version": [major, minor], "scenarios": [[outcome of each operation, ...], ...]}

Time starts at start, in ms since 1970, and passes only where an operation says so.
The zone is UTC until an operation says otherwise. Files that handlers write to get
the times of this clock. The handlers are the library's own; a deviation whose name
is not in the request does nothing.
"""
import json
import os
import sys
import time

import oracle
from rotation_size import RotatingFileHandler
from rotation_time import TimedRotatingFileHandler
from rotation_world import clock, state, touch

oracle.KINDS.update(rotating=RotatingFileHandler, timed=TimedRotatingFileHandler)


class Simulation(oracle.Scenario):
    """A scenario in simulated time."""

    def __init__(self, request):
        super().__init__(request)
        self.live = set()
        clock.ms = request["start"]
        self.do_zone({"to": "UTC"})

    def run(self, op):
        if op["do"] == "open":
            self.live.add(self.path(op["path"]))
        before = {path: state(path) for path in self.live}
        try:
            outcome = super().run(op)
        except ValueError:
            outcome = "error"
        for path, was in before.items():
            if state(path) not in (None, was):
                touch(path)
        return outcome

    def do_rollover(self, op):
        handler = self.handlers.get(op["handler"])
        if handler is None:
            return "none"
        if handler.refused():
            return "error"
        handler.doRollover()

    def do_expired(self, op):
        handler = self.handlers.get(op["handler"])
        if handler is None:
            return "none"
        return " ".join(["ok", *map(os.path.basename, handler.getFilesToDelete())])

    def do_append(self, op):
        super().do_append(op)
        touch(self.path(op["path"]))

    # What time it is, and where.

    def do_zone(self, op):
        os.environ["TZ"] = op["to"]
        time.tzset()

    def do_sleep(self, op):
        clock.ms += op["ms"]

    def do_age(self, op):
        os.utime(self.path(op["path"]), (op["ms"] / 1000, op["ms"] / 1000))


def run_scenario(request):
    scenario = Simulation(request)
    outcomes = [scenario.run(op) for op in request["ops"]]
    scenario.end()
    return outcomes


def main():
    request = json.load(sys.stdin)
    answer = {"version": sys.version_info[:2], "scenarios": [run_scenario(s) for s in request["scenarios"]]}
    json.dump(answer, sys.stdout)


main()
