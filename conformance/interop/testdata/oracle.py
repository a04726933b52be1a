"""CPython's logging (3.9 or later) as an oracle: runs what the Go tests ask for.

One JSON document on standard input, one on standard output:

    {"scenarios": [{"dir": ..., "deviations": [...], "ops": [...]}, ...]}
        -> {"scenarios": [[outcome of each operation, ...], ...]}
    {"zone": ..., "patterns": [{"format": ..., "datefmt": ..., "record": {...}}, ...]}
        -> {"patterns": [text, or null where Python refuses, ...]}

The handlers are the library's own. A deviation is a named difference that the
Go sinks have on purpose, laid over the library's class; without its name in the
request it does nothing. The Go tests say what each is and why.
"""
import json
import logging
import logging.handlers
import os
import resource
import sys
import time


class Unbuffered:
    """What failed-record-forgotten writes through, with a call for each record, an
    empty one too, at which a full device fails. What was written of a failed record is
    cut off again or, where that cannot be, ended before the next."""

    def __init__(self, file, terminator, can_cut):
        self.file, self.can_cut, self.torn = file, can_cut, False
        self.end = self.encode(terminator)

    def encode(self, text):
        return text.encode(self.file.encoding, self.file.errors)

    def write(self, text):
        data = self.encode(text)
        if self.torn:
            self.put(self.end)
            self.torn = False
        self.put(data)

    def put(self, data):
        done = 0
        try:
            while True:
                done += os.write(self.file.fileno(), data[done:])
                if done == len(data):
                    break
        except OSError:
            if done and self.can_cut:
                os.ftruncate(self.file.fileno(), os.fstat(self.file.fileno()).st_size - done)
            elif done and self.end:
                self.torn = True
            raise

    def flush(self):
        pass

    def close(self):
        self.file.close()

    def fileno(self):
        return self.file.fileno()


class Base:
    """What all handlers share here: trouble is noted instead of printed."""

    def setup(self, request, deviations):
        self.on, self.trouble, self.shut = set(deviations), False, False
        self.terminator = request["terminator"]

    def handleError(self, record):
        self.trouble = True

    def refused(self):
        return self.shut and "closed-stays-closed" in self.on

    def record(self, text):
        """Logs text and says how it went."""
        if self.refused():
            return "error"
        self.trouble = False
        try:
            self.handle(logging.makeLogRecord({"msg": text}))
        except OSError:
            return "error"
        return "error" if self.trouble else "ok"


class StreamHandler(Base, logging.StreamHandler):
    def __init__(self, request, path, deviations):
        self.setup(request, deviations)
        super().__init__(self.writer(path))

    def writer(self, path):
        file = open(path, "a", encoding="utf-8")
        if "failed-record-forgotten" in self.on:
            return Unbuffered(file, self.terminator, can_cut=False)
        return file

    def swap(self, path):
        new = self.writer(path)
        if self.refused():
            return "error"
        self.setStream(new)

    def discard(self):
        self.close()
        self.stream.close()


class Deviating(Base):
    """The deviations of the handlers of files."""

    def __init__(self, request, path, deviations):
        self.setup(request, deviations)
        self.opened, self.cut = False, False
        super().__init__(
            path, mode=request["mode"], delay=request["delay"],
            encoding=request["encoding"] or "utf-8", errors=request["errors"] or None,
        )

    def _open(self):
        mode = self.mode
        if self.opened and "mode-counts-once" in self.on:
            self.mode = "a"
        try:
            stream = self.open_appending() if "always-append" in self.on else super()._open()
        finally:
            self.mode = mode
        self.opened = True
        self.cut = "torn-line-ended" in self.on and self.torn(stream)
        if "failed-record-forgotten" in self.on:
            stream = Unbuffered(stream, self.terminator, can_cut=True)
        return stream

    def open_appending(self):
        def opener(path, flags):
            return os.open(path, flags | os.O_APPEND, 0o666)

        return open(self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=opener)

    def torn(self, stream):
        end = self.terminator[-1:].encode(self.encoding)
        size = os.fstat(stream.fileno()).st_size
        if not end or not size:
            return False
        with open(self.baseFilename, "rb") as f:
            f.seek(max(0, size - len(end)))
            return f.read() != end

    def end_line(self):
        if self.cut and self.stream is not None:
            self.stream.write(self.terminator)
            self.cut = False

    def format(self, record):
        self.end_line()  # the library is about to write, and has the file open
        return super().format(record)

    def close(self):
        try:
            self.end_line()
        finally:
            super().close()

    def discard(self):
        self.close()


class FileHandler(Deviating, logging.FileHandler):
    pass


class WatchedFileHandler(Deviating, logging.handlers.WatchedFileHandler):
    dev, ino = -1, -1

    def _open(self):
        stream = super()._open()
        if "identity-at-open" in self.on:
            found = os.fstat(stream.fileno())
            self.dev, self.ino = found.st_dev, found.st_ino
        return stream

    def format(self, record):
        self.cut = self.cut and os.fstat(self.stream.fileno()).st_size > 0
        return super().format(record)

    def reopenIfNeeded(self):
        if "renamed-file-kept" not in self.on:
            return super().reopenIfNeeded()
        if self.stream is None or self.at_path():
            return
        old, torn = self.stream, self.cut
        try:
            new = self._open()
        except OSError:
            self.cut = torn
            if os.fstat(old.fileno()).st_nlink == 0:
                raise
            return
        fresh, self.cut = self.cut, torn
        try:
            self.end_line()
        except OSError:
            pass
        old.close()
        self.stream, self.cut = new, fresh
        self._statstream()

    def at_path(self):
        try:
            found = os.stat(self.baseFilename)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == (self.dev, self.ino)


KINDS = {"stream": StreamHandler, "file": FileHandler, "watched": WatchedFileHandler}


class Scenario:
    """Operations in a directory. Each says how it went: ok, error, or none where
    there is no such handler."""

    def __init__(self, request):
        self.dir, self.deviations = request["dir"], request["deviations"]
        self.handlers = {}

    def path(self, name):
        return name if name.startswith("/") else os.path.join(self.dir, name)

    def run(self, op):
        try:
            return getattr(self, "do_" + op["do"])(op) or "ok"
        except OSError:
            return "error"

    def end(self):
        self.do_limit({"size": 0})
        for handler in self.handlers.values():
            try:
                handler.discard()
            except OSError:
                pass

    # What is done with a handler.

    def do_open(self, op):
        path = op["path"] if op["relative"] else self.path(op["path"])
        self.handlers[op["handler"]] = KINDS[op["kind"]](op, path, self.deviations)

    def do_emit(self, op):
        handler = self.handlers.get(op["handler"])
        return handler.record(op["text"]) if handler else "none"

    def do_flush(self, op):
        handler = self.handlers.get(op["handler"])
        if handler is None:
            return "none"
        if handler.refused():
            return "error"
        handler.flush()

    def do_close(self, op):
        handler = self.handlers.get(op["handler"])
        if handler is None:
            return "none"
        handler.shut = True
        handler.close()

    def do_setStream(self, op):
        handler = self.handlers.get(op["handler"])
        return handler.swap(self.path(op["path"])) if handler else "none"

    # What others do to the files.

    def do_rename(self, op):
        os.rename(self.path(op["path"]), self.path(op["to"]))

    def do_remove(self, op):
        os.remove(self.path(op["path"]))

    def do_truncate(self, op):
        os.truncate(self.path(op["path"]), op["size"])

    def do_append(self, op):
        with open(self.path(op["path"]), "ab") as f:
            f.write(op["text"].encode())

    def do_symlink(self, op):
        os.symlink(op["to"], self.path(op["path"]))

    def do_mkdir(self, op):
        os.mkdir(self.path(op["path"]))

    def do_rmdir(self, op):
        os.rmdir(self.path(op["path"]))

    def do_chdir(self, op):
        os.chdir(self.path(op["path"]))

    def do_limit(self, op):
        """No file may grow beyond size; 0: as far as it can."""
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (op["size"] or hard, hard))


def run_scenario(request):
    scenario = Scenario(request)
    outcomes = [scenario.run(op) for op in request["ops"]]
    scenario.end()
    return outcomes


def record_of(r):
    """Makes the record as logging does, of the time that the request says:
    created and msecs are computed as CPython 3.13 and later compute them."""
    record = logging.LogRecord(
        r["name"], r["level"], r["pathname"], r["lineno"], r["message"], None, None, r["func"], r["stack"] or None
    )
    record.created = r["ns"] / 1e9
    record.msecs = (r["ns"] % 1_000_000_000) // 1_000_000 + 0.0
    if record.msecs == 999.0 and int(record.created) != r["ns"] // 1_000_000_000:
        record.msecs = 0.0
    record.relativeCreated, record.process = float(r["relative"]), r["process"]
    return record


def pattern(request):
    try:
        formatter = logging.Formatter(request["format"], request["datefmt"] or None)
        return formatter.format(record_of(request["record"]))
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def main():
    request = json.load(sys.stdin)
    answer = {}
    if request.get("scenarios"):
        answer["scenarios"] = [run_scenario(s) for s in request["scenarios"]]
    if request.get("patterns"):
        os.environ["TZ"] = request["zone"]
        time.tzset()
        answer["patterns"] = [pattern(p) for p in request["patterns"]]
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
