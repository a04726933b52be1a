"""CPython's RotatingFileHandler with deviations, and those of both handlers."""
import logging
import logging.handlers
import os

import oracle
from rotation_world import ROTATORS, clock, namer_of, state, touch


class Rotating(oracle.Deviating):
    """The deviations of both handlers."""

    def __init__(self, request, path, deviations, **options):
        self.setup(request, deviations)
        self.opened, self.cut = False, False
        self.known = 0  # the size of the file, as far as its writer knows
        self.begun = False  # a rotation has begun it
        self.vacant = False  # a rotation has made room for a backup, but failed then
        self.offered = None  # the name that a rotator was given for nothing
        self.retry, self.pause = 0, 0
        self.shared = request["shared"] and "writers-see-each-other" in self.on
        self.end = self.terminator.encode()
        if "links-followed" in self.on:
            path = os.path.realpath(path)
        self.namer, self.rotator = namer_of(request["namer"]), ROTATORS.get(request["rotator"])
        if self.shared:
            open(path + ".lock", "a").close()
        super(oracle.Deviating, self).__init__(path, delay=request["delay"], encoding="utf-8", **options)

    def _open(self):
        new = not os.path.exists(self.baseFilename)
        stream = super()._open()
        if new:
            touch(self.baseFilename)
        self.known = os.fstat(stream.fileno()).st_size
        return stream

    def refresh(self):
        """Asks how large the file is, as a writer does who is about to give it up."""
        if self.stream is not None and clock.time() >= self.retry:
            self.known = os.fstat(self.stream.fileno()).st_size
            self.cut = self.cut and self.known > 0

    def forms(self, path):
        """The names that a backup may have."""
        return [path, path + ".gz"] if "compressed-are-backups" in self.on else [path]

    def taken(self, path):
        return any(os.path.lexists(p) for p in self.forms(path))

    def end_line(self):
        if self.cut and self.stream is not None:
            self.known += len(self.end)
        super().end_line()

    def emit(self, record):
        if self.shared:
            self.look()
        if "failed-rotation-goes-on" in self.on:
            self.emit_anyway(record)
        else:
            super().emit(record)
        if not self.trouble:
            self.known += len(self.format(record).encode() + self.end)

    def look(self):
        if self.stream is None:
            return
        if state(self.baseFilename) is None or not os.path.samestat(
            os.stat(self.baseFilename), os.fstat(self.stream.fileno())
        ):
            self.stream.close()
            self.reopen()
        size = os.fstat(self.stream.fileno()).st_size
        if size != self.known and "torn-line-ended" in self.on:
            self.cut = self.torn(self.stream)  # by another writer
        self.known = size

    def reopen(self):
        self.stream, self.offered = self._open(), None

    def emit_anyway(self, record):
        if self.shouldRollover(record) and clock.time() >= self.retry:
            try:
                self.doRollover()
            except OSError:
                self.pause = min(max(2 * self.pause, 1), 30)
                self.retry = clock.time() + self.pause
                if self.stream is not None and os.fstat(self.stream.fileno()).st_nlink == 0:
                    self.retry = 0  # nobody would find the record
                    self.handleError(record)
                    return
        logging.FileHandler.emit(self, record)

    def doRollover(self):
        if self.shared:
            self.look()
        if self.rotator and not self.opened and "new-file-at-once" in self.on and os.path.exists(self.baseFilename):
            self.stream = self._open()
        self.end_line()
        old = self.stream
        if old is None:
            self.roll()
            return
        old.flush()
        if "failed-rotation-goes-on" in self.on:
            self.stream = None  # so that it is not closed
        try:
            self.roll()
        except OSError:
            if self.stream is None and "failed-rotation-goes-on" in self.on:
                self.stream, self.vacant = old, True
            raise
        if old is not self.stream:  # CPython does nothing where a name is taken
            old.close()
        if "new-file-at-once" in self.on and self.stream is None:
            self.stream = self._open()
        self.vacant, self.retry, self.pause = False, 0, 0
        self.begun = self.known == 0

    def roll(self):
        super().doRollover()

    def rotate(self, source, dest):
        if "failed-rotation-goes-on" not in self.on:
            super().rotate(source, dest)
            return
        before, failed = state(source), False
        self.offered = dest if self.rotator else None
        try:
            super().rotate(source, dest)
        except OSError:
            failed = True
        if (failed or self.rotator and before and before[1]) and self.stays(source, before):
            raise OSError("the file was left where it was")
        self.offered = None

    def stays(self, path, before):
        now = state(path)
        if not now or not before:
            return False
        return now[0] == before[0] and now[1] >= before[1]


class RotatingFileHandler(Rotating, logging.handlers.RotatingFileHandler):
    measuring = False

    def __init__(self, request, path, deviations):
        self.limit, limit = request["maxBytes"], 0
        if self.limit:  # the bytes that fit, in the words of CPython's rule
            limit = self.limit + 1
            if "bytes-counted" not in deviations:
                limit += 1 - len(request["terminator"])
        if "mode-w-refused" in deviations and request["mode"] == "w":
            raise OSError("nothing is truncated")
        if "no-backups-refused" in deviations and not request["backups"]:
            raise OSError("no backups")
        super().__init__(
            request, path, deviations, mode=request["mode"], maxBytes=limit, backupCount=request["backups"]
        )

    def format(self, record):
        text = super().format(record)
        if self.measuring:  # CPython adds one for the terminator
            return "x" * (len(text.encode()) + len(self.end) - 1)
        return text

    def shouldRollover(self, record):
        if self.stream is None:
            self.stream = self._open()
        if "own-bytes-counted" in self.on and not self.seems_due(record):
            return False
        self.end_line()
        if "empty-never-rolls" in self.on and not os.fstat(self.stream.fileno()).st_size:
            return False
        self.measuring = "bytes-counted" in self.on
        try:
            return super().shouldRollover(record)
        finally:
            self.measuring = False

    def seems_due(self, record):
        n = len(record.getMessage().encode() + self.end)
        if self.cut:
            n += len(self.end)
        if not self.limit or self.known + n <= self.limit:
            return False
        if not self.known and "empty-never-rolls" in self.on:
            return False
        self.refresh()
        self.stream.seek(0, os.SEEK_END)
        return True

    def roll(self):
        first = self.rotation_filename(self.baseFilename + ".1")
        only = "only-backup-stays" in self.on and self.backupCount == 1
        if only or self.offered or "failed-rotation-goes-on" in self.on and self.vacant and not self.taken(first):
            self.replace(first)
            return
        if "compressed-are-backups" in self.on:
            self.shift_compressed()
        super().roll()

    def replace(self, first):
        if self.stream:
            self.stream.close()
            self.stream = None
        self.rotate(self.baseFilename, first)
        if os.path.lexists(first) and self.backupCount == 1 and "compressed-are-backups" in self.on and os.path.lexists(first + ".gz"):
            os.remove(first + ".gz")
        if not self.delay:
            self.stream = self._open()

    def shift_compressed(self):
        """Does the steps of the shift that are about compressed files. The last file goes
        in both forms, whichever replaces it."""
        for i in range(self.backupCount - 1, 0, -1):
            source, dest = (self.rotation_filename(f"{self.baseFilename}.{n}") for n in (i, i + 1))
            plain, packed = os.path.lexists(source), os.path.lexists(source + ".gz")
            if packed:
                os.replace(source + ".gz", dest + ".gz")
            if i < self.backupCount - 1 or plain == packed:
                continue
            other = dest if packed else dest + ".gz"
            if os.path.lexists(other):
                os.remove(other)
