//go:build unix

package interop_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// What two processes log to a file that they share.
const (
	sharedRecords = 100_000 // by each
	sharedWriters = 2
	sharedMax     = 512 << 10
)

// begin starts a process that logs so many records to the file.
func (l *rotatedLog) begin(t *testing.T, who string, records int) *exec.Cmd {
	t.Helper()
	c := child(t, "rotate", "SINK", l.kind, "PATH", l.path, "MAX", fmt.Sprint(l.maxBytes), "SIZES", "log",
		"WHO", who, "WRITERS", fmt.Sprint(sharedWriters), "COUNT", fmt.Sprint(records/sharedWriters), "ACKS", "0")
	c.Stderr = new(strings.Builder)
	check(t, c.Start())
	for g := range sharedWriters {
		l.accounts = append(l.accounts, account{
			source: source{fmt.Sprintf("%s.%d", who, g), recordSizes["log"]}, tried: records / sharedWriters,
		})
	}
	return c
}

// end waits for such a process, which no record was refused.
func end(t *testing.T, c *exec.Cmd) {
	t.Helper()
	err := c.Wait()
	if said := c.Stderr.(*strings.Builder).String(); err != nil || said != "" {
		t.Errorf("%v: %s", err, clip(said))
	}
}

// TestB29TwoProcessesAtRandom has two processes write to one file, rotate it, compress
// and delete old files, as it comes.
func TestB29TwoProcessesAtRandom(t *testing.T) {
	for _, kind := range []string{"shared, compressed", "shared, few", "shared, numbered"} {
		runs := 1
		if soak() > 1 {
			runs = 20
		}
		for i := range runs {
			t.Run(fmt.Sprint(kind, " ", i), func(t *testing.T) {
				l := &rotatedLog{kind: kind, path: filepath.Join(t.TempDir(), "app.log"), maxBytes: sharedMax, made: 10}
				one, other := l.begin(t, "one", sharedRecords), l.begin(t, "other", sharedRecords)
				end(t, one)
				end(t, other)
				l.verify(t)
			})
		}
	}
}

// TestRotatingKilledBesideAnother kills processes, one after the other, while another
// one writes to the same file.
func TestRotatingKilledBesideAnother(t *testing.T) {
	records := sharedRecords
	if soak() == 1 {
		records /= 5
	}
	for _, kind := range []string{"shared, compressed", "shared, numbered"} {
		t.Run(kind, func(t *testing.T) {
			l := &rotatedLog{kind: kind, path: filepath.Join(t.TempDir(), "app.log"), maxBytes: sharedMax, made: 5}
			survivor, over := l.begin(t, "survivor", records), make(chan struct{})
			go func() {
				defer close(over)
				end(t, survivor)
			}()
			for round := 0; ; round++ {
				l.killRotating(t, round)
				select {
				case <-over:
					for i := range l.accounts {
						l.accounts[i].round = 0 // they were there together
					}
					l.verify(t)
					t.Logf("%d kills", l.kills)
					return
				default:
				}
			}
		})
	}
}

// hold is the child: it holds the lock of the file until it is killed.
func hold() error {
	opts := rotatingKinds["shared"]
	opts.Header = func() []byte {
		fmt.Println("holding")
		select {}
	}
	sink, err := file.NewRotating(os.Getenv("LOGSINKS_PATH"), sharedMax, &opts)
	if err != nil {
		return err
	}
	return sink.Emit(core.Record{Line: []byte("held")})
}

// held returns a log with a sink, and a process that holds the lock.
func held(t *testing.T) (sink *file.Rotating, l *rotatedLog, holder *exec.Cmd) {
	t.Helper()
	l = &rotatedLog{kind: "shared", path: filepath.Join(t.TempDir(), "app.log"), maxBytes: sharedMax}
	sink = l.start(t)
	holder = child(t, "hold", "PATH", l.path)
	out, err := holder.StdoutPipe()
	check(t, err)
	check(t, holder.Start())
	if said, err := bufio.NewReader(out).ReadString('\n'); said != "holding\n" {
		t.Fatalf("the holder says %q, %v", said, err)
	}
	lock, err := os.Open(l.path + ".lock")
	check(t, err)
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); !errors.Is(err, syscall.EWOULDBLOCK) {
		t.Fatalf("nobody holds the lock: %v", err)
	}
	return sink, l, holder
}

// A process that is killed while it holds the lock takes it along.
func TestSharedHolderKilled(t *testing.T) {
	sink, l, holder := held(t)
	a := account{source: source{"waiter", recordSizes["small"]}, tried: 1}
	result := make(chan error, 1)
	go func() { result <- sink.Emit(core.Record{Line: []byte(a.line(0))}) }()
	select {
	case err := <-result:
		t.Errorf("Emit beside a holder: %v", err)
	default:
	}
	check(t, holder.Process.Kill())
	_ = holder.Wait()
	check(t, <-result)
	check(t, sink.Close())
	l.accounts = []account{a}
	l.verify(t)
}

// One that is stopped keeps the lock: the others' records are errors until it goes on.
func TestSharedHolderStoppedAndKilled(t *testing.T) {
	if soak() == 1 {
		t.Skip("it takes as long as a lock is waited for")
	}
	sink, l, holder := held(t)
	check(t, holder.Process.Signal(syscall.SIGSTOP))
	a := account{source: source{"waiter", recordSizes["small"]}, tried: 1}
	err := sink.Emit(core.Record{Line: []byte("refused")})
	if err == nil || !strings.Contains(err.Error(), "another process holds the lock") {
		t.Errorf("Emit beside a stopped holder: %v", err)
	}
	check(t, holder.Process.Kill())
	_ = holder.Wait()
	check(t, sink.Emit(core.Record{Line: []byte(a.line(0))}))
	check(t, sink.Close())
	l.accounts = []account{a}
	l.verify(t)
}
