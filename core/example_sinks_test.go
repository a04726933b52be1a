package core_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/logsinks/logsinks/core"
)

// stdout returns a sink that shows records in a format of Python's logging.
func stdout(pattern string) core.Sink {
	format, err := core.NewPattern(pattern, nil)
	if err != nil {
		log.Fatal(err)
	}
	sink, err := core.NewStream(os.Stdout, &core.StreamOptions{Formatter: format})
	if err != nil {
		log.Fatal(err)
	}
	return sink
}

func ExampleNewMinLevel() {
	var level slog.LevelVar // Info
	sink := core.NewMinLevel(stdout("out: %(message)s"), &level)
	_ = sink.Emit(core.Record{Level: core.LevelDebug, Message: "dropped"})
	level.Set(core.LevelDebug)
	_ = sink.Emit(core.Record{Level: core.LevelDebug, Message: "delivered"})
	// Output:
	// out: delivered
}

func ExampleNewFilter() {
	sink := core.NewFilter(stdout("out: %(message)s"), func(r core.Record) bool { return !strings.HasPrefix(r.Message, "GET /healthz") })
	_ = sink.Emit(core.Record{Message: "GET /healthz"})
	_ = sink.Emit(core.Record{Message: "GET /"})
	// Output:
	// out: GET /
}

func ExampleNewRewrite() {
	masked := core.NewRewrite(stdout("masked: %(message)s %(attrs)s"), core.ReplaceAttrs(func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == "card" {
			return slog.String(a.Key, "****")
		}
		return a
	}))
	sink := core.NewMulti(masked, stdout("vault: %(message)s %(attrs)s"))
	r := core.Record{Message: "paid", Line: []byte(`{"msg":"paid","card":"4111"}`)}
	r.SetAttrs(slog.String("card", "4111"), slog.Group("customer", slog.String("card", "5500")))
	_ = sink.Emit(r)
	// Output:
	// masked: paid card=**** customer.card=****
	// vault: paid card=4111 customer.card=5500
}

func ExampleNewMulti() {
	broken := core.NewFunc(func(core.Record) error { return errors.New("disk full") })
	sink := core.NewMulti(broken, stdout("other: %(message)s"))
	err := sink.Emit(core.Record{Message: "hello"})
	fmt.Println(err)
	// Output:
	// other: hello
	// disk full
}

func ExampleNewFailover() {
	works := false
	primary := core.NewFunc(func(r core.Record) error {
		if !works {
			return errors.New("connection refused")
		}
		fmt.Println("primary:", r.Message)
		return nil
	})
	sink, err := core.NewFailover([]core.Sink{primary, stdout("second: %(message)s")}, &core.FailoverOptions{
		Pause:   time.Minute,
		OnError: func(err error) { log.Print(err) },
	})
	if err != nil {
		log.Fatal(err)
	}
	_ = sink.Emit(core.Record{Message: "one"})
	works = true
	_ = sink.Emit(core.Record{Message: "two"}) // the primary is left alone for a minute
	// Output:
	// second: one
	// second: two
}

func ExampleNewOnError() {
	broken := core.NewFunc(func(core.Record) error { return errors.New("disk full") })
	last := stdout("last resort: %(message)s")
	sink := core.NewOnError(broken, func(r core.Record, err error) error {
		r.Message += " (" + err.Error() + ")"
		return last.Emit(r)
	})
	fmt.Println(sink.Emit(core.Record{Message: "hello"}))
	// Output:
	// last resort: hello (disk full)
	// <nil>
}

func ExampleCloseAll() {
	file, queue := stdout("file: %(message)s"), stdout("queue: %(message)s")

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	// Last made, first closed: the queue may hold records for the file.
	err := core.CloseAll(ctx, file, queue)
	fmt.Println(err, file.Emit(core.Record{}) == core.ErrClosed)
	// Output:
	// <nil> true
}

func ExampleNewKeepOpen() {
	shared := stdout("shared: %(message)s")
	errorsOnly := core.NewMinLevel(core.NewKeepOpen(shared), core.LevelError)
	_ = errorsOnly.Close()
	_ = shared.Emit(core.Record{Message: "still open"})
	// Output:
	// shared: still open
}

func ExampleAs() {
	sink := core.NewMinLevel(stdout("out: %(message)s"), core.LevelInfo)
	_ = sink.Emit(core.Record{Message: "hello"})
	if s, ok := core.As[core.Statser](sink); ok {
		fmt.Println(s.Stats().Delivered, "delivered")
	}
	// Output:
	// out: hello
	// 1 delivered
}

func ExamplePermanent() {
	err := fmt.Errorf("webhook: %w", core.Permanent(errors.New("status 400")))
	fmt.Println(err, core.IsPermanent(err))
	delay, ok := core.RetryDelay(core.RetryAfter(errors.New("status 429"), time.Minute))
	fmt.Println(delay, ok)
	// Output:
	// webhook: status 400 true
	// 1m0s true
}
