//go:build unix

package interop_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// numbered is how many records the traced child logs.
const numbered = 100

// numberedLine is one of them; every fifth is large.
func numberedLine(i int) string {
	return fmt.Sprintf("record %d %s.", i, strings.Repeat("x", 20+i%5/4*20_000))
}

// verdict is what the traced child says of itself.
type verdict struct {
	Accepted []bool
	Stats    core.Stats
}

// sinkKinds are the sinks that meet real faults.
var sinkKinds = map[string]func(path string) (core.Sink, error){
	"direct":   func(path string) (core.Sink, error) { return file.New(path, quiet(file.Options{})) },
	"synced":   func(path string) (core.Sink, error) { return file.New(path, quiet(file.Options{Sync: file.SyncEach})) },
	"watched":  func(path string) (core.Sink, error) { return file.NewWatched(path, quiet(file.Options{})) },
	"buffered": func(path string) (core.Sink, error) { return file.New(path, quiet(buffer)) },
	"buffered watched": func(path string) (core.Sink, error) {
		return file.NewWatched(path, quiet(buffer))
	},
}

var buffer = file.Options{BufferSize: 4096, FlushInterval: 10 * time.Millisecond}

// quiet drops what is reported: what matters is in the file.
func quiet(o file.Options) *file.Options {
	o.OnError = func(error) {}
	return &o
}

// numberAll is the child: it logs numbered records and tells which were accepted.
func numberAll() error {
	sink, err := sinkKinds[os.Getenv("LOGSINKS_SINK")](os.Getenv("LOGSINKS_PATH"))
	if err != nil {
		return err
	}
	var v verdict
	for i := range numbered {
		err := sink.Emit(core.Record{Line: []byte(numberedLine(i))})
		v.Accepted = append(v.Accepted, err == nil)
	}
	if err := flushAtLast(sink); err != nil {
		return err
	}
	stats, _ := core.As[core.Statser](sink)
	v.Stats = stats.Stats()
	return errors.Join(sink.Close(), json.NewEncoder(os.Stdout).Encode(v))
}

// flushAtLast flushes until that succeeds: what is in a buffer is tried again.
func flushAtLast(sink core.Sink) (err error) {
	for range 100 {
		if err = sink.Flush(context.Background()); err == nil {
			return nil
		}
	}
	return err
}
