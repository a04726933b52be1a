package file

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
)

func TestB60IdleBufferIsWrittenByTheTimer(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		synctest.Test(t, func(t *testing.T) {
			s := make(&Options{BufferSize: 1024, FlushInterval: 3 * time.Second})
			defer closeSink(t, s)
			emit(t, s, "x")
			time.Sleep(2 * time.Second)
			synctest.Wait()
			want(t, path, "")
			time.Sleep(time.Second)
			synctest.Wait()
			want(t, path, "x\n")
		})
	})
}

func TestFlushLevelWritesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		synctest.Test(t, func(t *testing.T) {
			s := make(&Options{BufferSize: 1024})
			defer closeSink(t, s)
			emit(t, s, "info")
			want(t, path, "")
			if err := s.Emit(core.Record{Level: core.LevelError, Line: []byte("error")}); err != nil {
				t.Fatal(err)
			}
			want(t, path, "info\nerror\n")
			if n, err := s.EmitBatch([]core.Record{line("a"), {Level: core.LevelCritical, Line: []byte("b")}}); n != 2 || err != nil {
				t.Errorf("EmitBatch: %d, %v", n, err)
			}
			want(t, path, "info\nerror\na\nb\n")
		})
	})
}

func TestFlushAndCloseWriteTheBuffer(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(&Options{BufferSize: 1 << 20, FlushInterval: time.Hour})
		emit(t, s, "a")
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, path, "a\n")
		emit(t, s, "b")
		closeSink(t, s)
		want(t, path, "a\nb\n")
	})
}

func TestBufferedFromManyGoroutines(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(&Options{BufferSize: 512, FlushInterval: time.Millisecond})
		produce(t, s, 8, 1000)
		closeSink(t, s)
		checkNumbered(t, read(t, path), 8, 1000)
	})
}

func TestB47CloseDuringEmits(t *testing.T) {
	for name, opts := range map[string]Options{"direct": {}, "buffered": {BufferSize: 256}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
				o := opts
				s := make(&o)
				var wg sync.WaitGroup
				accepted := [4]int{}
				for g := range accepted {
					wg.Go(func() {
						for {
							if err := s.Emit(line("x")); err != nil {
								if !errors.Is(err, core.ErrClosed) {
									t.Errorf("Emit: %v", err)
								}
								return
							}
							accepted[g]++
						}
					})
				}
				for strings.Count(read(t, path), "\n") < 100 {
					time.Sleep(time.Millisecond)
				}
				closeSink(t, s)
				closeSink(t, s)
				wg.Wait()
				total := accepted[0] + accepted[1] + accepted[2] + accepted[3]
				if got := strings.Count(read(t, path), "x\n"); got != total {
					t.Errorf("%d records in the file, %d accepted", got, total)
				}
			})
		})
	}
}

func TestB46EverythingAfterCloseIsErrClosed(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		for _, o := range []Options{{}, {BufferSize: 100}} {
			s := make(&o)
			closeSink(t, s)
			_, batch := s.EmitBatch([]core.Record{line("x")})
			for what, err := range map[string]error{
				"Emit": s.Emit(line("x")), "EmitBatch": batch,
				"Flush": s.Flush(t.Context()), "Reopen": s.Reopen(),
			} {
				if !errors.Is(err, core.ErrClosed) {
					t.Errorf("%s: %v", what, err)
				}
			}
			want(t, path, "")
		}
	})
}

func TestHooksSeeEveryOpenAndClose(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		var calls []string
		s := make(&Options{
			OnOpen:  func(p string) { calls = append(calls, "open "+p) },
			OnClose: func(p string) { calls = append(calls, "close "+p) },
		})
		if err := s.Reopen(); err != nil {
			t.Fatal(err)
		}
		closeSink(t, s)
		got, want := strings.Join(calls, ","), "open "+path+",close "+path+",open "+path+",close "+path
		if got != want {
			t.Errorf("calls %s, want %s", got, want)
		}
	})
}

func TestHookThatPanicsIsReported(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		var c collector
		s := make(&Options{OnOpen: func(string) { panic("hook") }, OnError: c.add})
		emit(t, s, "x")
		closeSink(t, s)
		want(t, path, "x\n")
		var p *core.PanicError
		if errs := c.all(); len(errs) != 1 || !errors.As(errs[0], &p) {
			t.Errorf("reported %v", errs)
		}
	})
}

func TestB56HookThatLogsIntoItsSinkIsRefused(t *testing.T) {
	for name, opts := range map[string]Options{"direct": {}, "buffered": {BufferSize: 64, FlushLevel: core.LevelInfo}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
				synctest.Test(t, func(t *testing.T) {
					var s sinkUnderTest
					var inner error
					o := opts
					o.Lazy = true
					o.OnOpen = func(string) {
						inner = s.Emit(line(strings.Repeat("i", 100)))
						if inner == nil {
							inner = s.Flush(t.Context())
						}
					}
					s = make(&o)
					start := time.Now()
					emit(t, s, strings.Repeat("o", 50))
					closeSink(t, s)
					if took := time.Since(start); took > 0 {
						t.Errorf("refusing took %v", took)
					}
					if !errors.Is(inner, core.ErrReentrant) {
						t.Errorf("a record from within the hook: %v", inner)
					}
				})
			})
		})
	}
}

func TestErrorHandlerMayUseTheSink(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		var s sinkUnderTest
		closed := false
		s = make(&Options{
			Lazy:    true,
			Header:  func() []byte { panic("head") },
			OnError: func(err error) { s.Emit(line("saw " + err.Error())); closed = s.Close() == nil },
		})
		emit(t, s, "x")
		for !errors.Is(s.Emit(line("y")), core.ErrClosed) {
			time.Sleep(time.Millisecond)
		}
		s.(interface{ waitReported() }).waitReported()
		if got := read(t, path); !strings.Contains(got, "saw file: "+path+": header: panic: head\n") || !closed {
			t.Errorf("got %q, closed %v", got, closed)
		}
	})
}

func TestNothingIsLeftBehind(t *testing.T) {
	files := openFiles(t)
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		for range 50 {
			s := make(&Options{BufferSize: 64})
			emit(t, s, "x")
			if err := s.Reopen(); err != nil {
				t.Fatal(err)
			}
			closeSink(t, s)
			s = make(nil)
			emit(t, s, "x")
			closeSink(t, s)
		}
	})
	if now := openFiles(t); now > files {
		t.Errorf("%d files open before, %d after", files, now)
	}
}

// openFiles counts this process's open files, where the system tells.
func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Logf("descriptors are not counted here: %v", err)
	}
	return len(entries)
}

// waitReported waits until OnError was told everything.
func (e *engine) waitReported() { e.reporter.Wait(time.Minute) }
