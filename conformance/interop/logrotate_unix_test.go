//go:build unix

package interop_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// What is logged while logrotate runs again and again.
const (
	rotatedLines   = 20_000
	rotatedWriters = 4
	rotatedPause   = 100 * time.Microsecond // of each writer after each line
)

// logrotate is Debian's, with a configuration for one file.
type logrotate struct {
	dir, path string // path is app.log, in dir
	runs      int
	backups   []os.FileInfo // the ….backup files that were seen
}

// newLogrotate writes a configuration with further directives.
func newLogrotate(t *testing.T, directives ...string) *logrotate {
	t.Helper()
	if _, err := exec.LookPath("logrotate"); err != nil {
		missing(t, "logrotate")
	}
	dir := t.TempDir()
	check(t, os.Chmod(dir, 0o755)) // it refuses directories that others may write to
	l := &logrotate{dir: dir, path: filepath.Join(dir, "app.log")}
	if me, err := user.Current(); err == nil && os.Getuid() == 0 {
		directives = append(directives, "su "+me.Username+" root")
	}
	conf := fmt.Sprintf("%s {\n  rotate 1\n  nocompress\n  missingok\n  notifempty\n  %s\n}\n", l.path, strings.Join(directives, "\n  "))
	check(t, os.WriteFile(filepath.Join(dir, "conf"), []byte(conf), 0o600))
	return l
}

// run rotates once, and puts aside what it has made: with a number for each run,
// so that the next one need not rename them all.
func (l *logrotate) run(t *testing.T) {
	t.Helper()
	out, err := exec.Command("logrotate", "-f", "-s", filepath.Join(l.dir, "state"), filepath.Join(l.dir, "conf")).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "File exists") {
		t.Fatalf("logrotate: %v\n%s", err, out)
	}
	l.runs++
	if err := os.Rename(l.path+".1", fmt.Sprintf("%s/rotated.%d", l.dir, l.runs)); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, backup := range l.glob(t, "app.log-*.backup") {
		l.save(t, backup)
	}
}

// save gives a new ….backup file a second name: the next one of the same hour
// takes the first.
func (l *logrotate) save(t *testing.T, backup string) {
	t.Helper()
	info, err := os.Stat(backup)
	check(t, err)
	for _, seen := range l.backups {
		if os.SameFile(info, seen) {
			return
		}
	}
	l.backups = append(l.backups, info)
	check(t, os.Link(backup, fmt.Sprintf("%s/saved.%d", l.dir, len(l.backups))))
}

func (l *logrotate) glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(l.dir, pattern))
	check(t, err)
	return names
}

// runUntil rotates until done is closed.
func (l *logrotate) runUntil(t *testing.T, done <-chan struct{}) {
	t.Helper()
	for {
		select {
		case <-done:
			return
		default:
			l.run(t)
		}
	}
}

// produceLines logs numbered lines from several goroutines and closes the channel
// that it returns when that is done.
func produceLines(t *testing.T, sink core.Sink) <-chan struct{} {
	done := make(chan struct{})
	var wg sync.WaitGroup
	for w := range rotatedWriters {
		wg.Go(func() {
			for i := w; i < rotatedLines; i += rotatedWriters {
				if err := sink.Emit(core.Record{Line: fmt.Appendf(nil, "line %d of %d.", i, rotatedLines)}); err != nil {
					t.Errorf("Emit: %v", err)
				}
				time.Sleep(rotatedPause)
			}
		})
	}
	go func() { defer close(done); wg.Wait() }()
	return done
}

// census is which lines are in some files.
type census struct {
	seen map[int]bool
	torn int // last lines of a file, without their end
}

// count reads files. No line may be there twice, or hold anything else than what
// was logged.
func count(t *testing.T, names []string) census {
	t.Helper()
	c := census{seen: map[int]bool{}}
	for _, name := range names {
		text, err := os.ReadFile(name)
		check(t, err)
		for line := range strings.Lines(string(text)) {
			var i, n int
			if _, err := fmt.Sscanf(line, "line %d of %d.\n", &i, &n); err != nil || !strings.HasSuffix(line, ".\n") || n != rotatedLines {
				if strings.HasSuffix(string(text), line) && !strings.HasSuffix(line, "\n") {
					c.torn++
					continue
				}
				t.Fatalf("%s holds %q", filepath.Base(name), line)
			}
			if c.seen[i] {
				t.Errorf("line %d is there twice", i)
			}
			c.seen[i] = true
		}
	}
	return c
}

// files are those that logrotate leaves to the administrator.
func (l *logrotate) files(t *testing.T) []string {
	t.Helper()
	return append(l.glob(t, "app.log*"), l.glob(t, "rotated.*")...) // app.log-….backup is among them
}

// rotated is what is left after logging while logrotate worked.
type rotated struct {
	*logrotate
	census
	lost    int
	reopens uint64
}

// watchedUnder logs to a watched file while logrotate works with the directive.
func watchedUnder(t *testing.T, directive string) rotated {
	t.Helper()
	l := newLogrotate(t, directive)
	sink, err := file.NewWatched(l.path, nil)
	check(t, err)
	l.runUntil(t, produceLines(t, sink))
	check(t, sink.Close())
	r := rotated{logrotate: l, census: count(t, l.files(t)), reopens: sink.Stats().Reopens}
	r.lost = rotatedLines - len(r.seen)
	t.Logf("%s: %d rotations, %d reopens, %d of %d lines lost, %d torn, %d files of ours made .backup",
		directive, l.runs, r.reopens, r.lost, rotatedLines, r.torn, len(l.backups))
	if l.runs < 10 || r.reopens < 10 && directive != "copytruncate" {
		t.Errorf("only %d rotations, %d reopens", l.runs, r.reopens)
	}
	return r
}

// With nocreate nothing is lost: only the sink makes the new file.
func TestLogrotateNocreate(t *testing.T) {
	if r := watchedUnder(t, "nocreate"); r.lost != 0 || r.torn != 0 {
		t.Errorf("%d lines lost, %d torn", r.lost, r.torn)
	}
}

// With create, logrotate makes the new file after it has renamed the old one. A
// record that comes in between makes the sink create it first. logrotate then
// renames the sink's file to app.log-YYYYMMDDHH.backup and creates its own; the
// sink notices that with its next record. So far nothing is lost, though lines
// are where few would look. But the next collision within the same hour takes
// the same name, and that deletes the earlier .backup file with the few lines
// that it holds. Whatever is missing must have been in such a file.
//
// Measured, of 20,000 lines in 400 to 1,100 rotations without a pause between
// them: up to 5 collisions, which took up to 13 lines.
func TestLogrotateCreate(t *testing.T) {
	r := watchedUnder(t, "create 0640")
	if r.torn != 0 {
		t.Errorf("%d lines torn", r.torn)
	}
	for i := range count(t, r.glob(t, "saved.*")).seen {
		r.seen[i] = true
	}
	if len(r.seen) != rotatedLines {
		t.Errorf("%d lines are neither in a file nor in one that logrotate has deleted", rotatedLines-len(r.seen))
	}
	if r.lost > 0 && len(r.backups) < 2 {
		t.Errorf("%d lines lost, though no .backup file was overwritten", r.lost)
	}
}

// With copytruncate, logrotate copies the file and then empties it: what is
// written in between is lost, whoever writes it. Whether its copy ends in the
// middle of a line is a matter of the moment, too. The sink goes on at the new
// end of the file, so there are no NUL bytes.
//
// Measured, with one rotation after the other and no pause: 8 to 21 of 100 lines,
// the more the slower the machine.
func TestLogrotateCopytruncate(t *testing.T) {
	r := watchedUnder(t, "copytruncate")
	if r.lost > rotatedLines/2 {
		t.Errorf("%d of %d lines lost", r.lost, rotatedLines)
	}
	if r.torn > r.runs {
		t.Errorf("%d torn lines in %d copies", r.torn, r.runs)
	}
}

// What a daemon without a watched file does: logrotate creates the new file and
// signals, the program opens it. Nothing is lost.
func TestLogrotateCreateAndReopenOnSignal(t *testing.T) {
	kill := fmt.Sprintf("postrotate\n    kill -HUP %d\n  endscript", os.Getpid())
	l := newLogrotate(t, "create 0640", kill)
	sink, err := file.New(l.path, nil)
	check(t, err)
	stop := reopenOnHup(t, sink)
	l.runUntil(t, produceLines(t, sink))
	stop()
	check(t, sink.Close())
	c, reopens := count(t, l.files(t)), sink.Stats().Reopens
	t.Logf("%d rotations, %d reopens, %d lines lost", l.runs, reopens, rotatedLines-len(c.seen))
	if len(c.seen) != rotatedLines || c.torn != 0 || len(l.backups) != 0 {
		t.Errorf("%d of %d lines are there, %d torn; %d .backup files", len(c.seen), rotatedLines, c.torn, len(l.backups))
	}
	if l.runs < 10 || reopens < 10 {
		t.Errorf("only %d rotations, %d reopens", l.runs, reopens)
	}
}

// reopenOnHup reopens the sink with each SIGHUP, until stop is called.
func reopenOnHup(t *testing.T, sink core.Reopener) (stop func()) {
	hups, end := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hups, syscall.SIGHUP)
	var reopener sync.WaitGroup
	reopener.Go(func() {
		for {
			select {
			case <-hups:
				if err := sink.Reopen(); err != nil {
					t.Errorf("Reopen: %v", err)
				}
			case <-end:
				return
			}
		}
	})
	return func() {
		signal.Stop(hups)
		close(end)
		reopener.Wait()
	}
}
