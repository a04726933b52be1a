//go:build unix

package interop_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// rotatingKinds are the sinks that rotate while they are killed, or while their disk
// fails.
var rotatingKinds = map[string]file.RotatingOptions{
	"numbered":             {Backups: 4},
	"numbered, compressed": {Backups: 4, Compress: locked},
	"numbered, all":        {Backups: 50, Compress: locked},
	"growing":              {Archive: file.Growing{}},
	"growing, synced":      {Archive: file.Growing{}, Options: file.Options{Sync: file.SyncEach}},
	"growing, compressed":  {Archive: file.Growing{}, Compress: locked},
	"growing, few":         {Archive: file.Growing{}, Backups: 4, Compress: locked},
	"total":                {Archive: file.Growing{}, MaxTotal: 24 << 10, Compress: file.Gzip},
	"shared":               {Archive: file.Growing{}, Shared: true},
	"shared, compressed":   {Archive: file.Growing{}, Shared: true, Compress: file.Gzip},
	"shared, few":          {Archive: file.Growing{}, Shared: true, Compress: file.Gzip, Backups: 5},
	"shared, numbered":     {Shared: true, Compress: file.Gzip, Backups: 5},
}

// locked is file.Gzip that keeps the goroutine that compresses on its thread, whose
// system calls are counted.
func locked(w io.Writer) (io.WriteCloser, error) {
	runtime.LockOSThread()
	return file.Gzip(w)
}

// rotatingSink makes a sink of a kind.
func rotatingSink(kind, path string, maxBytes int, onError func(error)) (*file.Rotating, error) {
	opts, ok := rotatingKinds[kind]
	if !ok {
		return nil, fmt.Errorf("no kind %q", kind)
	}
	opts.OnError = onError
	return file.NewRotating(path, int64(maxBytes), &opts)
}

// source is a goroutine that logs: its name and the lengths of its records, in turn,
// beside their heads.
type source struct {
	who   string
	sizes []int
}

// line is the source's record with a number.
func (s source) line(i int) string {
	return fmt.Sprintf("%s record %d %s end", s.who, i, strings.Repeat("x", s.sizes[i%len(s.sizes)]))
}

// recordSizes are the lengths that a child may be told to use.
var recordSizes = map[string][]int{
	"small": {10},
	"log":   {60, 20, 100, 40},
	"mixed": killedSizes,
}

func reportToStderr(err error) { fmt.Fprintln(os.Stderr, "reported:", err) }

// rotateAll is the child: some goroutines log COUNT records each, or without end if
// that is 0. Unless ACKS is 0 it tells, on standard output, each record that the sink
// has taken; on standard error it tells what has failed.
func rotateAll() error {
	sink, err := rotatingSink(os.Getenv("LOGSINKS_SINK"), os.Getenv("LOGSINKS_PATH"), number("MAX"), reportToStderr)
	if err != nil {
		return err
	}
	count, acks, writers := number("COUNT"), number("ACKS") != 0, number("WRITERS")
	if writers == 1 {
		runtime.LockOSThread() // its system calls are counted
	}
	var wg sync.WaitGroup
	work := func(g int) {
		s := source{fmt.Sprintf("%s.%d", os.Getenv("LOGSINKS_WHO"), g), recordSizes[os.Getenv("LOGSINKS_SIZES")]}
		for i := 0; count == 0 || i < count; i++ {
			if err := sink.Emit(core.Record{Line: []byte(s.line(i))}); err != nil {
				fmt.Fprintln(os.Stderr, s.who, i, err)
			} else if acks {
				fmt.Printf("%s %d\n", s.who, i) // one write
			}
		}
	}
	for g := range writers - 1 {
		wg.Go(func() { work(g + 1) })
	}
	work(0)
	wg.Wait()
	return sink.Close()
}
