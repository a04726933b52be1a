"""CPython's TimedRotatingFileHandler with deviations."""
import datetime
import logging.handlers
import os
import re

from rotation_size import Rotating
from rotation_world import clock


class TimedRotatingFileHandler(Rotating, logging.handlers.TimedRotatingFileHandler):
    since = 0  # when the file was begun
    last = "", 0  # the date and the counter of the newest backup
    next = "", 0  # those of the one that is being made

    def __init__(self, request, path, deviations):
        self.made = []  # those of the ones that this handler has made, in order
        at = request["at"]
        self.moment = request["when"].upper().startswith(("MIDNIGHT", "W"))
        if "at-needs-a-moment" in deviations and at and not self.moment:
            raise OSError("no time of day")
        if "refused-creates-nothing" in deviations:
            logging.handlers.TimedRotatingFileHandler(path, when=request["when"], delay=True).close()
        super().__init__(
            request, path, deviations, when=request["when"], interval=request["interval"],
            backupCount=request["backups"], utc=request["utc"], atTime=datetime.time(*at) if at else None,
        )
        self.last = None if self.shared else self.newest()
        if "retention-at-start" in self.on and self.backupCount:
            for path in self.getFilesToDelete():
                os.remove(path)

    def _open(self):
        late = not self.opened and hasattr(self, "rolloverAt")
        since = self.begin()
        stream = super()._open()
        if late and "period-from-opening" in self.on:
            self.rolloverAt = self.computeRollover(since)
        return stream

    def reopen(self):
        since = min(self.begin(), int(clock.time()))
        super().reopen()
        self.begun, self.last = False, None
        self.rolloverAt = self.computeRollover(since)

    def begin(self):
        if os.path.exists(self.baseFilename):
            return int(os.stat(self.baseFilename).st_mtime)
        return int(clock.time())

    def computeRollover(self, now):
        self.since = now
        if not self.moment or "moments-reworked" not in self.on:
            return super().computeRollover(now)
        period, self.interval = self.interval, 86400 if self.when == "MIDNIGHT" else 7 * 86400
        rest = period - self.interval
        result = super().computeRollover(now)
        if result <= now:
            result = super().computeRollover(now + 1)
        self.interval = period
        return result + rest

    def shouldRollover(self, record):
        if self.stream is None and "period-from-opening" in self.on:
            self.stream = self._open()
            self.last = None if self.shared else self.last  # others may have rotated
        now = int(clock.time())
        if "clock-set-back" in self.on and now < self.since:
            self.set_back(now)
        due = now >= self.rolloverAt
        if due and (self.known or not self.begun):
            self.refresh()
        if due and self.begun and not self.known and "new-empty-file-stays" in self.on:
            self.rolloverAt = self.computeRollover(now)
        return super().shouldRollover(record)

    def set_back(self, now):
        since = self.since
        if self.computeRollover(self.computeRollover(now)) <= since:
            self.rolloverAt = self.computeRollover(now)
        else:
            self.since = since

    def roll(self):
        if not self.opened and "period-from-opening" in self.on:
            self.rolloverAt = self.computeRollover(self.begin())
        super().roll()

    def rotation_filename(self, name):
        """A name that is taken gets a counter, the one after that of the newest backup."""
        if "taken-name-counted" not in self.on:
            return super().rotation_filename(name)
        if self.offered:
            return self.offered
        if self.last is None:
            self.last = self.newest()
        date, n = name.removeprefix(self.baseFilename + "."), 0
        if self.last[0] == date:
            n = self.last[1] + 1
        path = self.counted(date, n)
        while self.taken(path):
            n += 1
            path = self.counted(date, n)
        self.next = date, n
        return path

    def counted(self, date, n):
        return super().rotation_filename(self.baseFilename + "." + date + (f".{n}" if n else ""))

    def rotate(self, source, dest):
        moved = os.path.lexists(source) or self.rotator and self.opened
        super().rotate(source, dest)
        if moved:
            self.last = self.next if self.is_ahead(self.last[0]) else max(self.last, self.next)
            self.made = [made for made in self.made if made != self.next] + [self.next]

    def newest(self):
        found = max(self.backups().items(), key=self.age, default=None)
        return found[0][0] if found else ("", 0)

    def getFilesToDelete(self):
        if "others-stay" not in self.on:
            return super().getFilesToDelete()
        expired = sorted(self.backups().items(), key=self.age)[: -self.backupCount]
        return [path for _, forms in expired for path in sorted(forms)]

    def age(self, backup):
        """What backups are sorted by, oldest first."""
        (date, n), name = backup[0]
        own = 0
        if "dates-ahead-are-old" in self.on and not self.shared and (date, n) in self.made:
            own = self.made.index((date, n)) + 1
        return own, not self.is_ahead(date), date, n, name

    def is_ahead(self, date):
        """Tells whether a date is yet to come, and that matters."""
        if "dates-ahead-are-old" not in self.on:
            return False
        try:
            when = datetime.datetime.strptime(date, self.suffix)
        except ValueError:
            return False
        zone = datetime.timezone.utc if self.utc else None
        return when.replace(tzinfo=zone).timestamp() > clock.time() + 2 * 86400

    def backups(self):
        """The forms of each backup, by its date and counter, and its name."""
        directory, found = os.path.dirname(self.baseFilename), {}
        for name in os.listdir(directory):
            plain = name
            if "compressed-are-backups" in self.on and self.date_of(plain) is None:
                plain = name.removesuffix(".gz")
            date = self.date_of(plain)
            if date:
                found.setdefault((date, plain), []).append(os.path.join(directory, name))
        return found

    def date_of(self, name):
        """The date and the counter in the name of a backup of this handler; None for
        all others."""
        pattern = re.sub("%.", r"\\d\\d", self.suffix.replace("%Y", r"\d{4}"))
        for m in re.finditer(f"(?=({pattern}))", name, re.ASCII):
            for n in [0, *map(int, re.findall(r"[1-9]\d*", name, re.ASCII))]:
                if os.path.basename(self.counted(m[1], n)) == name and self.accepts(m[1], n):
                    return m[1], n
        return None

    def accepts(self, date, n):
        if n and "taken-name-counted" not in self.on:
            return False
        try:
            datetime.datetime.strptime(date, self.suffix)
        except ValueError:
            return "names-tell-dates" not in self.on
        return True
