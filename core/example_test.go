package core_test

import (
	"fmt"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/logsinks/logsinks/core"
)

// example is a record as an adapter makes one.
func example(level slog.Level, message string, attrs ...slog.Attr) core.Record {
	r := core.Record{
		Time:    time.Date(2024, 2, 29, 12, 30, 0, 0, time.UTC),
		Level:   level,
		Logger:  "shop.cart",
		Message: message,
	}
	r.SetAttrs(attrs...)
	return r
}

func ExampleNewStream() {
	sink, err := core.NewStream(os.Stdout, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer sink.Close()

	// A record that a framework has rendered is written as it is.
	_ = sink.Emit(core.Record{Line: []byte(`{"level":"info","msg":"as the framework renders it"}`)})
	// Others are written as text, unless the options say otherwise.
	_ = sink.Emit(example(core.LevelInfo, "item added", slog.Int("items", 3)))
	// Output:
	// {"level":"info","msg":"as the framework renders it"}
	// 2024-02-29T12:30:00.000Z INFO shop.cart: item added items=3
}

func ExampleStream_SetStream() {
	sink, err := core.NewStream(os.Stderr, nil)
	if err != nil {
		log.Fatal(err)
	}
	old, err := sink.SetStream(os.Stdout)
	fmt.Println(old == os.Stderr, err)
	_ = sink.Emit(example(core.LevelInfo, "to standard output"))
	// Output:
	// true <nil>
	// 2024-02-29T12:30:00.000Z INFO shop.cart: to standard output
}

func ExampleText() {
	r := example(core.LevelWarn, "payment refused",
		slog.String("reason", "card expired"), slog.Duration("after", 1500*time.Millisecond),
		slog.Group("user", slog.Int("id", 7)))
	r.Stack = "main.pay()\n\t/src/pay.go:42"
	fmt.Printf("%s\n", core.Text{}.Append(nil, r))

	// Nothing that a user sends can look like a second record.
	fmt.Printf("%s\n", core.Text{TimeFormat: time.TimeOnly}.Append(nil, example(core.LevelInfo, "search\n12:31:00 ERROR forged")))
	// Output:
	// 2024-02-29T12:30:00.000Z WARN shop.cart: payment refused reason="card expired" after=1.5s user.id=7
	// main.pay()
	// 	/src/pay.go:42
	// 12:30:00 INFO shop.cart: search\n12:31:00 ERROR forged
}

func ExampleJSON() {
	r := example(core.LevelNotice, "payment taken", slog.Duration("took", time.Millisecond), slog.Group("user", slog.Int("id", 7)))
	fmt.Printf("%s\n", core.JSON{}.Append(nil, r))
	// Output:
	// {"time":"2024-02-29T12:30:00Z","level":"NOTICE","logger":"shop.cart","msg":"payment taken","took":1000000,"user":{"id":7}}
}

func ExampleNewPattern() {
	format, err := core.NewPattern("%(asctime)s %(levelname)-8s %(name)s: %(message)s", &core.PatternOptions{Location: time.UTC})
	if err != nil {
		log.Fatal(err)
	}
	sink, err := core.NewStream(os.Stdout, &core.StreamOptions{Formatter: format})
	if err != nil {
		log.Fatal(err)
	}
	defer sink.Close()
	_ = sink.Emit(example(core.LevelWarn, "almost sold out"))

	_, err = core.NewPattern("%(asctime)s %(colour)s", nil)
	fmt.Println(err)
	// Output:
	// 2024-02-29 12:30:00,000 WARNING  shop.cart: almost sold out
	// core: pattern: at "%(colour)s": unknown name "colour"
}

func ExampleFormatterFunc() {
	short := core.FormatterFunc(func(dst []byte, r core.Record) []byte {
		dst = append(dst, core.LevelName(r.Level)[0], ' ')
		return append(dst, r.Message...)
	})
	sink, err := core.NewStream(os.Stdout, &core.StreamOptions{Formatter: short})
	if err != nil {
		log.Fatal(err)
	}
	_ = sink.Emit(example(core.LevelError, "out of stock"))
	// Output:
	// E out of stock
}

func ExampleNewWriter() {
	sink, err := core.NewStream(os.Stdout, &core.StreamOptions{Formatter: core.Text{TimeFormat: "-"}})
	if err != nil {
		log.Fatal(err)
	}
	defer sink.Close()

	// For package log, and for all that takes a *log.Logger, such as http.Server.
	logger := log.New(core.NewWriter(sink, &core.WriterOptions{Level: core.LevelError, Logger: "http"}), "", 0)
	logger.Printf("TLS handshake error from %s", "192.0.2.1")
	// Output:
	// - ERROR http: TLS handshake error from 192.0.2.1
}

func ExamplePythonLevel() {
	fmt.Println(core.PythonLevel(core.LevelWarn), core.LevelFromPython(25) == core.LevelNotice)
	// Output:
	// 30 true
}
