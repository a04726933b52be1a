package interop_test

import (
	"bufio"
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// output is a place where records of the matrix arrive.
type output struct {
	formatter core.Formatter              // core.Line: the framework's own bytes arrive
	text      func(t *testing.T) string   // all that has arrived; the sink is closed
	wants     func(event) bool            // which records belong here; nil: all
	change    func(message string) string // what becomes of messages; nil: nothing
}

// column makes a sink of the matrix, with the outputs that are behind it.
type column struct {
	name string
	make func(t *testing.T) (core.Sink, []output)
}

// columns are all sinks there are: a new one is one entry.
var columns = []column{
	{"stream, line", bare(onStream(core.Line{}))},
	{"stream, text", bare(onStream(core.Text{}))},
	{"stream, json", bare(onStream(core.JSON{}))},
	{"stream, flushed", flushedStream},
	{"file, line", bare(onFile(file.New, file.Options{}))},
	{"file, text", bare(onFile(file.New, file.Options{Formatter: core.Text{}}))},
	{"file, json", bare(onFile(file.New, file.Options{Formatter: core.JSON{}}))},
	{"file, buffered", bare(onFile(file.New, file.Options{BufferSize: 4096}))},
	{"file, buffered, json", bare(onFile(file.New, file.Options{BufferSize: 4096, Formatter: core.JSON{}}))},
	{"file, sync each", bare(onFile(file.New, file.Options{Sync: file.SyncEach}))},
	{"file, lazy", bare(onFile(file.New, file.Options{Lazy: true}))},
	{"watched, line", bare(onFile(file.NewWatched, file.Options{}))},
	{"watched, buffered, json", bare(onFile(file.NewWatched, file.Options{BufferSize: 4096, Formatter: core.JSON{}}))},
	{"rotating, line", bare(onRotating(file.RotatingOptions{}))},
	{"rotating, compressed, buffered", bare(onRotating(file.RotatingOptions{Compress: file.Gzip, Options: file.Options{BufferSize: 4096}}))},
	{"rotating, shared, json", bare(onRotating(file.RotatingOptions{Shared: true, Options: file.Options{Formatter: core.JSON{}}}))},
	{"timed rotating", bare(onTimed)},
	{"multi", multi},
	{"failover", failover},
	{"min level", minLevel},
	{"filter", filter},
	{"rewrite", rewrite},
	{"on error", onError},
	{"keep open", keepOpen},
	{"null", func(*testing.T) (core.Sink, []output) { return &core.Null{}, nil }},
	{"func", fromFunc},
}

// part makes a sink that ends in one output.
type part func(t *testing.T) (core.Sink, output)

func bare(p part) func(t *testing.T) (core.Sink, []output) {
	return func(t *testing.T) (core.Sink, []output) {
		sink, out := p(t)
		return sink, []output{out}
	}
}

// onStream is a stream to a buffer.
func onStream(f core.Formatter) part {
	return func(t *testing.T) (core.Sink, output) {
		buf := new(bytes.Buffer)
		sink, err := core.NewStream(buf, &core.StreamOptions{Formatter: f})
		check(t, err)
		return sink, output{formatter: f, text: func(*testing.T) string { return buf.String() }}
	}
}

// flushedStream is a stream to a writer that holds records back until it is
// flushed.
func flushedStream(t *testing.T) (core.Sink, []output) {
	buf := new(bytes.Buffer)
	sink, err := core.NewStream(bufio.NewWriter(buf), nil)
	check(t, err)
	return sink, []output{{formatter: core.Line{}, text: func(*testing.T) string { return buf.String() }}}
}

// onFile is a file, which is not synced unless the options say so.
func onFile[S core.Sink](make func(string, *file.Options) (S, error), opts file.Options) part {
	return func(t *testing.T) (core.Sink, output) {
		path := filepath.Join(t.TempDir(), "app.log")
		if opts.Sync == file.SyncOnFlush {
			opts.Sync = file.SyncNever
		}
		opts.OnError = func(err error) { t.Errorf("reported: %v", err) }
		sink, err := make(path, &opts)
		check(t, err)
		out := output{formatter: opts.Formatter, text: func(t *testing.T) string {
			text, err := os.ReadFile(path)
			check(t, err)
			return string(text)
		}}
		if out.formatter == nil {
			out.formatter = core.Line{}
		}
		return sink, out
	}
}

func multi(t *testing.T) (core.Sink, []output) {
	a, line := onFile(file.New, file.Options{})(t)
	b, text := onStream(core.Text{})(t)
	c, json := onStream(core.JSON{})(t)
	return core.NewMulti(a, b, c), []output{line, text, json}
}

var errTest = errors.New("refused on purpose")

// failover gives records to a sink that soon fails, and then to another one: all
// of them arrive, in one of the two.
func failover(t *testing.T) (core.Sink, []output) {
	first, early := onStream(core.JSON{})(t)
	second, late := onStream(core.JSON{})(t)
	var mu sync.Mutex
	taken := 0
	limited := core.NewFunc(func(r core.Record) error {
		mu.Lock()
		defer mu.Unlock()
		if taken++; taken > 50 {
			return errTest
		}
		return first.Emit(r)
	})
	sink, err := core.NewFailover([]core.Sink{limited, second}, &core.FailoverOptions{OnError: func(error) {}})
	check(t, err)
	text := func(t *testing.T) string {
		if early.text(t) == "" || late.text(t) == "" {
			t.Error("one of the two has got nothing")
		}
		return early.text(t) + late.text(t)
	}
	return sink, []output{{formatter: core.JSON{}, text: text}}
}

func minLevel(t *testing.T) (core.Sink, []output) {
	sink, out := onFile(file.New, file.Options{})(t)
	out.wants = func(e event) bool { return e.level >= core.LevelWarn }
	return core.NewMinLevel(sink, core.LevelWarn), []output{out}
}

// filter asks for an attribute, which adapters convert only then.
func filter(t *testing.T) (core.Sink, []output) {
	sink, out := onStream(core.Line{})(t)
	out.wants = func(e event) bool { return e.ok }
	return core.NewFilter(sink, func(r core.Record) bool {
		for a := range r.Attrs() {
			if a.Key == "ok" {
				return a.Value.Equal(slog.BoolValue(true))
			}
		}
		t.Error("a record has no attribute ok")
		return false
	}), []output{out}
}

// rewrite has another sink beside it, which must not see the change.
func rewrite(t *testing.T) (core.Sink, []output) {
	a, changed := onStream(core.JSON{})(t)
	b, same := onStream(core.Line{})(t)
	changed.change = func(message string) string { return "changed: " + message }
	changing := core.NewRewrite(a, func(r *core.Record) { r.Message = changed.change(r.Message) })
	return core.NewMulti(changing, b), []output{changed, same}
}

// onError gives what one sink refuses to another one.
func onError(t *testing.T) (core.Sink, []output) {
	a, good := onStream(core.Text{})(t)
	b, bad := onFile(file.New, file.Options{Formatter: core.JSON{}})(t)
	t.Cleanup(func() { check(t, b.Close()) })
	good.wants = func(e event) bool { return e.level < core.LevelError }
	bad.wants = func(e event) bool { return e.level >= core.LevelError }
	picky := core.NewMulti(core.NewFunc(func(r core.Record) error {
		if r.Level >= core.LevelError {
			return errTest
		}
		return a.Emit(r)
	}))
	return core.NewOnError(picky, func(r core.Record, err error) error { return b.Emit(r) }), []output{good, bad}
}

func keepOpen(t *testing.T) (core.Sink, []output) {
	sink, out := onFile(file.NewWatched, file.Options{BufferSize: 1 << 20})(t)
	t.Cleanup(func() { check(t, sink.Close()) })
	return core.NewKeepOpen(sink), []output{out}
}

// fromFunc keeps clones of the records and renders them at the end: nothing of
// theirs may have changed until then.
func fromFunc(t *testing.T) (core.Sink, []output) {
	var mu sync.Mutex
	var kept []core.Record
	sink := core.NewFunc(func(r core.Record) error {
		clone := r.Clone()
		mu.Lock()
		defer mu.Unlock()
		kept = append(kept, clone)
		return nil
	})
	rendered := func(f core.Formatter) output {
		return output{formatter: f, text: func(*testing.T) string {
			var text []byte
			for _, r := range kept {
				text = append(f.Append(text, r), '\n')
			}
			return string(text)
		}}
	}
	return sink, []output{rendered(core.Line{}), rendered(core.Text{}), rendered(core.JSON{})}
}
