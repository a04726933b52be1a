package peers_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// outsideRules are about what others do to the files, and about the files of
// others.
var outsideRules = []rule{
	{"B-04", "when the live file, or its whole directory, is deleted, nothing is lost from one second later on", 0, deleted},
	{"B-05 told", "when others have renamed the live file, as logrotate does, and asked for a Rotate later, it goes on at the live name and nothing is lost", manual, func(r *run) { moved(r, false) }},
	{"B-05 watch", "when others have renamed the live file, it goes on at the live name without being told, and nothing is lost", watches, func(r *run) { moved(r, true) }},
	{"B-06", "a file that others truncate gets no NUL bytes", 0, truncated},
	{"B-09", "a file that is not its own is never deleted", bySize, neighbours},
	{"B-10", "a regular file at the live name is appended to", 0, existing},
	{"B-27", "a symbolic link at the live name remains, and so does what it leads to", 0, linked},
	{"B-28", "stale lock files do not matter", 0, staleLocks},
}

func deleted(r *run) {
	r.open(options{maxBytes: mebibyte, watch: true})
	r.emit(1, small)
	for _, remove := range []func() error{
		func() error { return errors.Join(os.Remove(r.live()), forget(os.Remove(r.path))) },
		func() error { return os.RemoveAll(filepath.Dir(r.path)) },
	} {
		must(remove())
		for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			_ = r.try(small) // may be lost
		}
		first := r.issued + 1
		r.emit(20, small)
		settle(func() error { return r.lostFrom(first) })
	}
	r.close()
}

// moved gives the file the name that logrotate would. Who watches it has as long as
// everything that goes on in the background.
func moved(r *run, watch bool) {
	r.open(options{maxBytes: mebibyte, watch: watch})
	r.emit(10, small)
	time.Sleep(4 * tick)
	live := r.live()
	must(errors.Join(os.Rename(live, r.path+".1"), forget(os.Remove(r.path))))
	if !watch {
		r.emit(10, small)
		r.turn()
	}
	settle(func() error {
		r.emit(1, small)
		there, err := os.Stat(r.path)
		if f := r.holder(r.issued); err != nil || !os.SameFile(f.info, there) {
			return fails("does not return to the live name", err)
		}
		return nil
	})
	r.emit(10, small)
	r.close()
	settle(r.once)
}

// forget lets a file be missing.
func forget(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func truncated(r *run) {
	r.open(options{maxBytes: mebibyte})
	r.emit(10, small)
	must(os.Truncate(r.live(), 0))
	first := r.issued + 1
	r.emit(10, small)
	r.close()
	for _, f := range r.files() {
		if f.damage != nil {
			must(fails("gets a hole of NUL bytes", f.damage))
		}
	}
	must(r.lostFrom(first))
}

// foreign are names beside error.log and app.log; the last is what a reader of
// logs leaves beside them to remember where it was.
var foreign = []string{
	"error_report.pdf", "errors.db",
	"app.access.log", "app.audit.log", "app.config.yaml", "app.log.offset",
	"old/app.log", "old/app.1.log", "old/app.log.1",
}

// neighbours makes foreign files that are a year old, and rotates with one kind of
// limit after the other.
func neighbours(r *run) {
	dir := filepath.Dir(r.path)
	must(os.Mkdir(filepath.Join(dir, "old"), 0o777))
	for _, name := range foreign {
		must(os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600))
		must(age(filepath.Join(dir, name), 365*day))
	}
	for limit, o := range map[ability]options{byCount: {backups: 1}, byAge: {maxAge: day}} {
		for _, live := range []string{"error.log", "app.log"} {
			if !r.can(limit) {
				continue
			}
			o.path, o.maxBytes = filepath.Join(dir, live), r.limit()
			r.open(o)
			r.generations(3, tick)
			r.emit(1, small)
			r.close()
		}
	}
	r.quiet()
	for _, name := range foreign {
		if text, err := os.ReadFile(filepath.Join(dir, name)); string(text) != name {
			must(fails("deletes foreign files", errors.Join(fmt.Errorf("%s: %q", name, text), err)))
		}
	}
}

// age makes a file look as if it had been written so long ago.
func age(path string, old time.Duration) error {
	then := time.Now().Add(-old)
	return os.Chtimes(path, then, then)
}

// write makes a file with the next record in it.
func (r *run) write(path string) {
	r.issued++
	must(os.WriteFile(path, append(line(r.issued, small), '\n'), 0o666))
}

func existing(r *run) {
	r.write(r.path)
	r.open(options{maxBytes: mebibyte})
	r.emit(1, small)
	r.close()
	r.quiet()
	if counts(r.files())[1] == 0 {
		must(fails("deletes the file", nil))
	}
	must(r.once())
	if f := r.holder(1); len(f.records) != 2 {
		must(fails("puts the file aside", errors.New(f.path)))
	}
}

func linked(r *run) {
	target := filepath.Join(r.dir, "target.log")
	r.write(target)
	must(os.Symlink(target, r.path))
	r.open(options{maxBytes: r.limit()})
	r.generations(1, tick)
	r.emit(1, small)
	r.close()
	r.quiet()
	if leads, err := os.Readlink(r.path); leads != target {
		must(fails("replaces the link", errors.Join(fmt.Errorf("it leads to %q", leads), err)))
	}
	must(r.once())
}

// staleLocks lets the subject tell its names, and then finds locks beside each of
// them in the empty directory.
func staleLocks(r *run) {
	o := options{maxBytes: mebibyte}
	r.open(o)
	r.emit(1, small)
	r.close()
	r.quiet()
	locked := []string{r.path}
	for _, f := range r.files() {
		locked = append(locked, f.path)
	}
	must(os.RemoveAll(filepath.Dir(r.path)))
	must(os.Mkdir(filepath.Dir(r.path), 0o777))
	for _, path := range locked {
		for _, suffix := range []string{".lock", "_lock", ".lck"} {
			must(os.WriteFile(path+suffix, nil, 0o666))
		}
	}
	r.open(o)
	r.emit(1, small)
	r.close()
	settle(func() error {
		text, err := os.ReadFile(r.path)
		if string(text) != string(line(r.issued, small))+"\n" {
			return fails("does not write to the live name", errors.Join(fmt.Errorf("it has %.40q", text), err))
		}
		return nil
	})
}
