//go:build unix

package interop_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// rollOp is an operation of a scenario of a handler that rotates. Besides what op
// knows it may be rollover, expired, sleep, age or zone. rotation.py does the same.
type rollOp struct {
	op
	MaxBytes int64  `json:"maxBytes"` // open rotating: ours; rotation.py maps it
	Backups  int    `json:"backups"`
	Namer    string `json:"namer"`   // open: of namers, or none
	Rotator  string `json:"rotator"` // open: of rotators, or none
	Shared   bool   `json:"shared"`

	When     string `json:"when"` // open timed
	Interval int    `json:"interval"`
	At       []int  `json:"at"` // hour, minute and second, or none
	UTC      bool   `json:"utc"`

	MS int64 `json:"ms"` // sleep: how long; age: since 1970
}

// manner is how records reach our sink. CPython knows one way.
type manner string

const (
	directly manner = "directly"
	batched  manner = "in batches"
	buffered manner = "through a buffer"
)

// rollStage is a stage for sinks that rotate.
type rollStage struct {
	stage
	manner   manner
	location *time.Location
	live     map[string]bool // the paths of all sinks
	batch    []core.Record   // waits for the next operation that is not an emit of handler
	handler  int
	outcomes []string
}

// playRolls runs the operations in dir, in a bubble, whose time begins with the
// year 2000, and says how each went, in the words of rotation.py.
func playRolls(t *testing.T, r rollRun, m manner) (outcomes []string) {
	synctest.Test(t, func(t *testing.T) {
		if now := time.Now().UnixMilli(); now != r.Start {
			t.Fatalf("a bubble begins at %d", now)
		}
		s := &rollStage{
			stage: stage{dir: r.Dir, sinks: map[int]core.Sink{}}, manner: m, location: time.UTC, live: map[string]bool{},
		}
		for _, o := range r.Ops {
			if o.Do != "emit" || o.Handler != s.handler {
				s.deliver()
			}
			s.handler = o.Handler
			if o.Do == "open" {
				s.live[s.path(o.Path)] = true
			}
			s.touching(func() { s.outcomes = append(s.outcomes, s.run(o)) })
		}
		s.deliver()
		check(t, s.end())
		outcomes = s.outcomes
	})
	return outcomes
}

// touching runs f and gives each live file that it has changed the bubble's time.
func (s *rollStage) touching(f func()) {
	before := map[string]os.FileInfo{}
	for path := range s.live {
		before[path], _ = os.Stat(path)
	}
	f()
	synctest.Wait() // until the old files that are too many are gone
	for path := range s.live {
		now, err := os.Stat(path)
		was := before[path]
		if err == nil && (was == nil || !os.SameFile(was, now) || was.Size() != now.Size()) {
			_ = os.Chtimes(path, time.Now(), time.Now())
		}
	}
}

// run returns the outcome of an operation.
func (s *rollStage) run(o rollOp) string {
	var err error
	sink, _ := s.sinks[o.Handler].(*file.Rotating)
	switch {
	case o.Do == "open":
		err = s.open(o)
	case o.Do == "zone":
		s.location, err = time.LoadLocation(o.To)
	case o.Do == "sleep":
		time.Sleep(time.Duration(o.MS) * time.Millisecond)
	case o.Do == "age":
		err = os.Chtimes(s.path(o.Path), time.UnixMilli(o.MS), time.UnixMilli(o.MS))
	case o.Do == "rollover" && sink != nil:
		err = sink.Rotate()
	case o.Do == "expired" && sink != nil:
		return expired(sink)
	case o.Do == "rollover" || o.Do == "expired":
		err = errNone
	case o.Do == "emit" && s.manner == batched && sink != nil:
		s.batch = append(s.batch, core.Record{Line: []byte(o.Text)})
	case o.Do == "append":
		path := s.path(o.Path)
		err = errors.Join(appendTo(path, o.Text), os.Chtimes(path, time.Now(), time.Now()))
	default:
		err = s.stage.run(o.op)
	}
	switch err {
	case nil:
		return "ok"
	case errNone:
		return "none"
	}
	return "error"
}

// expired tells which old files would be deleted.
func expired(sink *file.Rotating) string {
	paths, err := sink.Expired()
	if err != nil {
		return "error"
	}
	outcome := []string{"ok"}
	for _, path := range paths {
		outcome = append(outcome, filepath.Base(path))
	}
	return strings.Join(outcome, " ")
}

// deliver has the records arrive that are on their way.
func (s *rollStage) deliver() {
	s.touching(func() {
		if n := len(s.batch); n > 0 {
			delivered, err := s.sinks[s.handler].(core.BatchSink).EmitBatch(s.batch)
			for i := delivered; i < n && err != nil; i++ {
				s.outcomes[len(s.outcomes)-n+i] = "error"
			}
			s.batch = nil
		}
		for _, sink := range s.sinks {
			if s.manner == buffered {
				_ = sink.Flush(context.Background())
			}
		}
	})
}

// open makes a sink. Fsync is left out: no scenario takes the power away.
func (s *rollStage) open(o rollOp) error {
	opts := &file.RotatingOptions{
		Options: file.Options{
			Truncate: o.Mode == "w", Lazy: o.Delay, Terminator: o.Terminator, NoTerminator: o.Terminator == "",
			Sync: file.SyncNever, OnError: func(error) {},
		},
		Backups: o.Backups, Rotator: rotators[o.Rotator], Namer: namers[o.Namer], Shared: o.Shared,
	}
	if s.manner == buffered {
		opts.BufferSize = 256
	}
	var sink *file.Rotating
	var err error
	switch o.Kind {
	case "rotating":
		sink, err = file.NewRotating(s.path(o.Path), o.MaxBytes, opts)
	case "timed":
		sink, err = file.NewTimedRotating(s.path(o.Path), s.calendar(o), opts)
	default:
		panic("unknown kind " + o.Kind)
	}
	if err == nil {
		s.sinks[o.Handler] = sink
	}
	return err
}

func (s *rollStage) calendar(o rollOp) file.Calendar {
	c := file.Calendar{When: file.When(o.When), Interval: o.Interval, Location: s.location}
	if o.UTC {
		c.Location = time.UTC
	}
	if o.At != nil {
		c.At = file.At(o.At[0], o.At[1], o.At[2])
	}
	return c
}

// namers are those of rotation.py.
var namers = map[string]func(string) string{
	"suffix":         func(name string) string { return name + ".test" },
	"front":          func(name string) string { return "old-" + name },
	"extension last": extensionLast,
}

func extensionLast(name string) string {
	suffix := filepath.Ext(name)
	stem := strings.TrimSuffix(name, suffix)
	extension := filepath.Ext(stem)
	return strings.TrimSuffix(stem, extension) + suffix + extension
}

// rotators are those of rotation.py.
var rotators = map[string]func(src, dst string) error{
	"move":                os.Rename,
	"pack":                packInto,
	"copy and truncate":   copyAndTruncate,
	"move and fail":       func(src, dst string) error { return errors.Join(os.Rename(src, dst), errors.New("moved, but")) },
	"move unless blocked": moveUnlessBlocked,
	"leave":               func(src, dst string) error { return nil },
}

func packInto(src, dst string) error {
	text, err := os.ReadFile(src)
	if err != nil {
		return err
	}
	packed := base64.StdEncoding.EncodeToString(text)
	return errors.Join(os.WriteFile(dst, []byte(packed), 0o666), os.Remove(src))
}

func copyAndTruncate(src, dst string) error {
	text, err := os.ReadFile(src)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(dst, text, 0o666), os.Truncate(src, 0), os.Chtimes(src, time.Now(), time.Now()))
}

func moveUnlessBlocked(src, dst string) error {
	if _, err := os.Stat(filepath.Join(filepath.Dir(src), "block")); !errors.Is(err, fs.ErrNotExist) {
		return errors.New("blocked")
	}
	return os.Rename(src, dst)
}
