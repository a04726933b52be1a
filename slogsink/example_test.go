package slogsink_test

import (
	"context"
	"io"
	"log/slog"
	"os"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// The sink's formatter renders.
func ExampleNewHandler() {
	format, err := core.NewPattern("%(levelname)s %(name)s: %(message)s", nil)
	if err != nil {
		panic(err)
	}
	sink, err := core.NewStream(os.Stdout, &core.StreamOptions{Formatter: format})
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	logger := slog.New(slogsink.NewHandler(sink, &slogsink.Options{Logger: "shop"}))
	logger.Warn("out of stock", "order", 17)
	// Output:
	// WARNING shop: out of stock
}

// With core.JSON the lines are those of slog.JSONHandler.
func ExampleNewHandler_json() {
	sink, err := core.NewStream(os.Stdout, &core.StreamOptions{Formatter: core.JSON{}})
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	logger := slog.New(slogsink.NewHandler(sink, &slogsink.Options{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{} // the same each time
			}
			return a
		},
	}))
	logger.WithGroup("order").Warn("out of stock", "id", 17)
	// Output:
	// {"level":"WARN","msg":"out of stock","order":{"id":17}}
}

// The lines are those of any handler that writes to an io.Writer.
func ExampleOptions_render() {
	sink, err := core.NewStream(os.Stdout, nil)
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	logger := slog.New(slogsink.NewHandler(sink, &slogsink.Options{
		Render: func(w io.Writer) slog.Handler {
			return slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: withoutTime})
		},
	}))
	logger.With("user", "ada").Info("logged in", "from", "192.0.2.7")
	// Output:
	// level=INFO msg="logged in" user=ada from=192.0.2.7
}

func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// A context brings its trace to every sink.
func ExampleOptions_contextAttrs() {
	sink := core.NewFunc(func(r core.Record) error {
		_, err := os.Stdout.Write(append(core.Text{}.Append(nil, untimed(r)), '\n'))
		return err
	})
	defer sink.Close()

	type traceKey struct{}
	logger := slog.New(slogsink.NewHandler(sink, &slogsink.Options{
		ContextAttrs: func(ctx context.Context) []slog.Attr {
			return []slog.Attr{slog.Any("trace", ctx.Value(traceKey{}))}
		},
	}))
	ctx := context.WithValue(context.Background(), traceKey{}, "4bf92f35")
	logger.InfoContext(ctx, "request served", "status", 200)
	// Output:
	// INFO request served trace=4bf92f35 status=200
}

// untimed returns r without its time.
func untimed(r core.Record) core.Record {
	r.Time = slog.Record{}.Time
	return r
}
