"""The world of rotation.py: its time, its files, and what programs do to those."""
import base64
import os
import time


class Clock:
    ms = 0

    def time(self):
        return self.ms / 1000


clock = Clock()
time.time = clock.time


def touch(path):
    os.utime(path, (clock.time(), clock.time()))


def state(path):
    """What changes when a file is written to or another one takes its place."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size


# What programs have as namer and rotator. A namer here gets and returns a name
# without directory, as the Go sinks have it.

def extension_last(name):
    stem, suffix = name.rsplit(".", 1)
    stem, extension = os.path.splitext(stem)
    return stem + "." + suffix + extension


def pack(source, dest):
    with open(source, "rb") as f, open(dest, "wb") as g:
        g.write(base64.b64encode(f.read()))
    os.remove(source)


def copy_and_truncate(source, dest):
    with open(source, "rb") as f, open(dest, "wb") as g:
        g.write(f.read())
    os.truncate(source, 0)
    touch(source)


def move_and_fail(source, dest):
    os.rename(source, dest)
    raise OSError("moved, but")


def move_unless_blocked(source, dest):
    if os.path.exists(os.path.join(os.path.dirname(source), "block")):
        raise OSError("blocked")
    os.rename(source, dest)


NAMERS = {
    "suffix": lambda name: name + ".test",
    "front": lambda name: "old-" + name,
    "extension last": extension_last,
}
ROTATORS = {
    "move": os.rename,
    "pack": pack,
    "copy and truncate": copy_and_truncate,
    "move and fail": move_and_fail,
    "move unless blocked": move_unless_blocked,
    "leave": lambda source, dest: None,
}


def namer_of(name):
    namer = NAMERS.get(name)
    if namer is None:
        return None
    return lambda path: os.path.join(os.path.dirname(path), namer(os.path.basename(path)))
