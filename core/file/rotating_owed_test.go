package file

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// once is a trigger of the user's that is due at one record.
type once struct{ at int }

func (o *once) Due(*Live, int64) bool {
	o.at--
	return o.at == -1
}

// A rotation that was due once and has failed is done later: after a pause, which grows.
func TestRotationThatIsOwed(t *testing.T) {
	for name, c := range map[string]struct {
		trigger func() Trigger
		opts    RotatingOptions
	}{
		"at start":         {func() Trigger { return AtStart{} }, RotatingOptions{}},
		"at start or size": {func() Trigger { return Any(MaxBytes(1000), AtStart{}) }, RotatingOptions{}},
		"also at start":    {func() Trigger { return nil }, RotatingOptions{Also: AtStart{}}},
		"lazy":             {func() Trigger { return AtStart{} }, RotatingOptions{Options: Options{Lazy: true}}},
		"shared":           {func() Trigger { return AtStart{} }, RotatingOptions{Shared: true}},
		"growing":          {func() Trigger { return AtStart{} }, RotatingOptions{Archive: Growing{}}},
		"user's":           {func() Trigger { return new(once) }, RotatingOptions{}},
	} {
		t.Run(name, func(t *testing.T) {
			var errs collector
			dir := t.TempDir()
			touch(t, dir, "app.log")
			c.opts.Backups, c.opts.OnError = 5, errs.add
			ffs := clocked(march)
			s := made(t)(newRotatingWith(ffs, filepath.Join(dir, "app.log"), c.trigger(), &c.opts))
			ffs.Arm(faultfs.Fault{Op: "rename", Name: "app.log", Err: syscall.EACCES, Persistent: true})
			at := march
			log := func(after time.Duration, text string, tries int) {
				t.Helper()
				at = at.Add(after)
				ffs.SetNow(at)
				emit(t, s, text)
				if n := ffs.Fired(); n != tries {
					t.Errorf("%d tries with %s, want %d", n, text, tries)
				}
			}
			log(0, "a", 1)
			log(time.Second-1, "b", 1)
			log(1, "c", 2)
			log(2*time.Second-1, "d", 2)
			log(1, "e", 3)
			wantRotations(t, s, 0)
			ffs.Arm(faultfs.Fault{})
			log(4*time.Second-1, "f", 0)
			wantRotations(t, s, 0)
			log(1, "g", 0)
			log(time.Hour, "h", 0)
			wantRotations(t, s, 1)
			wantReports(t, s, &errs, 1, "rotation failed, going on with the old file")
			want(t, s.Path(), "g\nh\n")
			wantRecords(t, s, "app.log", "a", "b", "c", "d", "e", "f", "g", "h")
		})
	}
}

// Who asks for the rotation meanwhile gets it at once, and it is owed no more.
func TestRotationThatIsOwedIsDoneByRotate(t *testing.T) {
	dir := t.TempDir()
	touch(t, dir, "app.log")
	ffs := clocked(march)
	s := made(t)(newRotatingWith(ffs, filepath.Join(dir, "app.log"), AtStart{}, &RotatingOptions{
		Backups: 5, Options: Options{OnError: func(error) {}},
	}))
	ffs.Arm(faultfs.Fault{Op: "rename", Name: "app.log", Err: syscall.EACCES, Persistent: true})
	emit(t, s, "a")
	ffs.Arm(faultfs.Fault{})
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	emit(t, s, "b")
	ffs.SetNow(march.Add(time.Hour))
	emit(t, s, "c")
	wantRotations(t, s, 1)
	wantFiles(t, s, "app.log.1=app.log;a;", "app.log=b;c;")
}
