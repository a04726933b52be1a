//go:build unix

package peers_test

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// unixRules are about descriptors and permissions.
var unixRules = []rule{
	{"B-03", "50 sinks that were opened, used and closed leave no goroutine and no descriptor", 0, manySinks},
	{"B-11", "while a rotation is not permitted, every record is written, and afterwards too", bySize, notPermitted},
	{"B-12", "while no file can be opened for want of descriptors, every record is written, and afterwards too", bySize, noDescriptors},
	{"B-13", "where the next file cannot be given the owner of the last, a rotation succeeds all the same", bySize, foreignOwner},
	{"B-14", "live file, backup and archive have the very mode that was asked for, under any umask", setsMode, exactMode},
}

// manySinks lets each finish its work before Close, since how much there is of it
// is chance.
func manySinks(r *run) {
	goroutines, descriptors := runtime.NumGoroutine(), openFiles()
	for i := range 50 {
		r := newRun(r.subject, filepath.Join(r.dir, fmt.Sprint(i)))
		r.open(r.everything())
		r.generations(3, 0)
		time.Sleep(4 * tick)
		r.close()
	}
	settle(func() error {
		switch g, d := runtime.NumGoroutine()-goroutines, openFiles()-descriptors; {
		case d > 0:
			return fails("leaves descriptors", fmt.Errorf("%d", d))
		case g > 0:
			return fails("leaves goroutines", fmt.Errorf("%d", g))
		}
		return nil
	})
}

// openFiles counts the process's descriptors.
func openFiles() int {
	list, err := os.ReadDir("/dev/fd")
	must(err)
	return len(list)
}

// blocked writes most of a file, then beyond its limit while a rotation is made
// impossible, and then again.
func (r *run) blocked(block, unblock func() error) {
	const size = 64 << 10
	r.open(options{maxBytes: mebibyte})
	r.emit(10, size)
	r.live()
	must(block())
	var refused, later error // the last of each
	for range 20 {
		refused = cmp.Or(r.try(size), refused)
	}
	must(unblock())
	for range 20 {
		later = cmp.Or(r.try(size), later)
	}
	_ = r.sink.Close() // what counts is in the files
	r.quiet()
	err := r.once()
	switch {
	case err == nil:
	case later != nil:
		must(fails("never writes again", later))
	case refused != nil:
		must(fails("refuses records meanwhile", refused))
	}
	must(err)
}

// notPermitted takes the right to change the directory from a process that is not
// root, or not any more.
func notPermitted(r *run) {
	dir := filepath.Dir(r.path)
	if os.Geteuid() == 0 {
		r.demote()
	}
	r.blocked(func() error { return os.Chmod(dir, 0o555) }, func() error { return os.Chmod(dir, 0o755) })
}

// demote makes a process of root's one of nobody's, who owns the directory.
func (r *run) demote() {
	const nobody = 65534
	dir := filepath.Dir(r.path)
	must(errors.Join(os.Chmod(filepath.Dir(r.dir), 0o711), os.Chown(dir, nobody, nobody)))
	must(errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody)))
	_, err := os.Stat(dir)
	must(err)
}

// noDescriptors forbids every descriptor that is not there yet, also one whose
// number has just become free.
func noDescriptors(r *run) {
	var limit syscall.Rlimit
	must(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	lowered := limit
	lowered.Cur = 0
	r.blocked(
		func() error { return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &lowered) },
		func() error { return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) },
	)
}

// foreignOwner lets the subject make its file, gives that to somebody else, and
// goes on as one who may write to it, but not give files away. It takes its time for
// those who name files by the second.
func foreignOwner(r *run) {
	const somebody = 12345
	if os.Geteuid() != 0 {
		must(fmt.Errorf("%w: a foreign file takes root", errLacking))
	}
	o := options{maxBytes: mebibyte}
	r.open(o)
	r.emit(1, small)
	r.close()
	r.quiet()
	for _, f := range r.files() {
		must(errors.Join(os.Chmod(f.path, 0o666), os.Chown(f.path, somebody, somebody)))
	}
	r.demote()
	time.Sleep(1100 * time.Millisecond)
	r.open(o)
	r.emit(20, 64<<10)
	r.close()
	r.quiet()
	must(r.once())
	if files := r.files(); len(files) < 2 {
		must(fails("does not rotate", nil))
	}
}

func exactMode(r *run) {
	const mode = 0o640
	syscall.Umask(0o077)
	r.open(options{maxBytes: r.limit(), mode: mode, compress: r.can(compresses)})
	r.generations(2, tick)
	r.emit(1, small)
	r.close()
	r.quiet()
	must(r.once())
	must(r.walk(func(path string, info fs.FileInfo) error {
		if info.Mode() != mode {
			return fails("the umask takes rights away", fmt.Errorf("%s: %v", path, info.Mode()))
		}
		return nil
	}))
}
