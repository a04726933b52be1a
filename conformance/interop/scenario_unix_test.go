//go:build unix

package interop_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// op is one operation of a scenario: with a handler, or what others do to the
// files meanwhile. oracle.py does the same.
type op struct {
	Do      string `json:"do"`
	Handler int    `json:"handler"`

	Kind       string `json:"kind"` // open: stream, file or watched
	Mode       string `json:"mode"` // open: a, w or x
	Delay      bool   `json:"delay"`
	Relative   bool   `json:"relative"` // open: Path counts from the current directory
	Terminator string `json:"terminator"`
	Encoding   string `json:"encoding"` // open: Python's name; "": UTF-8
	Errors     string `json:"errors"`   // open: "" (strict) or xmlcharrefreplace

	Path string `json:"path"` // from the scenario's directory
	To   string `json:"to"`
	Text string `json:"text"`
	Size int64  `json:"size"`
}

// encoders are Python's names of encodings.
var encoders = map[string]encoding.Encoding{
	"latin-1":   charmap.ISO8859_1,
	"koi8-r":    charmap.KOI8R,
	"cp1252":    charmap.Windows1252,
	"utf-16-le": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	"euc-jp":    japanese.EUCJP,
}

// stage is a directory with the sinks that write to it.
type stage struct {
	dir     string
	sinks   map[int]core.Sink
	streams []*os.File
}

// errNone says that there is no such handler.
var errNone = errors.New("no such handler")

// play runs the operations in dir and says how each went, in the words of
// oracle.py.
func play(dir string, ops []op) (outcomes []string, err error) {
	s := &stage{dir: dir, sinks: map[int]core.Sink{}}
	for _, o := range ops {
		outcome := "ok"
		if err := s.run(o); err == errNone {
			outcome = "none"
		} else if err != nil {
			outcome = "error"
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes, s.end()
}

// end closes everything, as oracle.py does at the end of a scenario.
func (s *stage) end() error {
	errs := []error{limit(0)}
	for _, id := range slices.Sorted(maps.Keys(s.sinks)) {
		errs = append(errs, s.sinks[id].Close())
	}
	for _, f := range s.streams {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

func (s *stage) run(o op) error {
	path := s.path(o.Path)
	switch o.Do {
	case "open":
		return s.open(o)
	case "emit", "flush", "close", "setStream":
		return s.use(o)
	case "rename":
		return syscall.Rename(path, s.path(o.To)) // as rename(2) is; package os has rules of its own
	case "remove":
		return syscall.Unlink(path)
	case "truncate":
		return os.Truncate(path, o.Size)
	case "append":
		return appendTo(path, o.Text)
	case "symlink":
		return os.Symlink(o.To, path)
	case "mkdir":
		return os.Mkdir(path, 0o777)
	case "rmdir":
		return syscall.Rmdir(path)
	case "chdir":
		return os.Chdir(path)
	case "limit":
		return limit(uint64(o.Size))
	}
	panic("unknown operation " + o.Do)
}

func (s *stage) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.dir, name)
}

// use does something with a handler that is open.
func (s *stage) use(o op) error {
	sink := s.sinks[o.Handler]
	switch {
	case sink == nil:
		return errNone
	case o.Do == "emit":
		return sink.Emit(core.Record{Message: o.Text, Line: []byte(o.Text)})
	case o.Do == "flush":
		return sink.Flush(context.Background())
	case o.Do == "close":
		return sink.Close()
	}
	f, err := s.stream(o.Path)
	if err != nil {
		return err
	}
	_, err = sink.(*core.Stream).SetStream(f)
	return err
}

// open makes a sink. Fsync is left out: no scenario takes the power away.
func (s *stage) open(o op) (err error) {
	path := s.path(o.Path)
	if o.Relative {
		path = o.Path
	}
	opts := &file.Options{
		Truncate: o.Mode == "w", Exclusive: o.Mode == "x", Lazy: o.Delay,
		Terminator: o.Terminator, NoTerminator: o.Terminator == "",
		Sync: file.SyncNever, OnError: func(error) {},
	}
	if o.Encoding != "" {
		opts.Encoding = encoder(o)
	}
	var sink core.Sink
	switch o.Kind {
	case "stream":
		sink, err = s.newStream(o)
	case "file":
		sink, err = file.New(path, opts)
	case "watched":
		sink, err = file.NewWatched(path, opts)
	default:
		panic("unknown kind " + o.Kind)
	}
	if err == nil {
		s.sinks[o.Handler] = sink
	}
	return err
}

func encoder(o op) *encoding.Encoder {
	e := encoders[o.Encoding].NewEncoder()
	if o.Errors == "xmlcharrefreplace" {
		return encoding.HTMLEscapeUnsupported(e)
	}
	return e
}

func (s *stage) newStream(o op) (core.Sink, error) {
	f, err := s.stream(o.Path)
	if err != nil {
		return nil, err
	}
	return core.NewStream(f, &core.StreamOptions{Terminator: o.Terminator, NoTerminator: o.Terminator == ""})
}

// stream opens a file for a stream.
func (s *stage) stream(name string) (*os.File, error) {
	f, err := os.OpenFile(s.path(name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err == nil {
		s.streams = append(s.streams, f)
	}
	return f, err
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// limit keeps this process from making any file larger than size; 0: no more.
func limit(size uint64) error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		return err
	}
	l.Cur = l.Max
	if size > 0 {
		l.Cur = fit(l.Cur, size)
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l)
}

// fit returns size in the type of sample, which differs between systems.
func fit[T int64 | uint64](_ T, size uint64) T { return T(size) }

// tree returns what is below dir: the content of each file by its name, and of
// directories and links a word.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	check(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		switch {
		case e.IsDir():
			found[name] = "<directory>"
		case e.Type()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			found[name] = "<link to " + to + ">"
			return err
		default:
			text, err := os.ReadFile(path)
			found[name] = string(text)
			return err
		}
		return nil
	}))
	return found
}

// difference tells in words how two trees differ; "" if they do not.
func difference(got, want map[string]string) string {
	names := maps.Clone(got)
	maps.Copy(names, want)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		g, inGot := got[name]
		w, inWant := want[name]
		if g != w || inGot != inWant {
			return fmt.Sprintf("%s: we have %v %q, CPython has %v %q", name, inGot, clip(g), inWant, clip(w))
		}
	}
	return ""
}
