package zapsink_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/zapsink"
)

// With an Encoder the lines are those that zap would have written.
func ExampleNewCore() {
	sink, err := core.NewStream(os.Stdout, nil)
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	enc := zapcore.NewJSONEncoder(zapcore.EncoderConfig{
		MessageKey: "msg", LevelKey: "level", EncodeLevel: zapcore.LowercaseLevelEncoder,
	})
	// Was: zapcore.NewCore(enc, os.Stdout, zap.InfoLevel)
	logger := zap.New(zapsink.NewCore(sink, zap.InfoLevel, &zapsink.Options{Encoder: enc}))

	logger.With(zap.String("user", "ada")).Info("logged in", zap.Namespace("from"), zap.Int("port", 4711))
	// Output:
	// {"level":"info","msg":"logged in","user":"ada","from":{"port":4711}}
}

// Without an Encoder the sink renders, from the message and the fields.
func ExampleNewCore_sinkFormatter() {
	format, err := core.NewPattern("%(levelname)s %(name)s: %(message)s", nil)
	if err != nil {
		panic(err)
	}
	sink, err := core.NewStream(os.Stdout, &core.StreamOptions{Formatter: format})
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	logger := zap.New(zapsink.NewCore(sink, zap.InfoLevel, nil)).Named("shop")
	logger.Warn("out of stock", zap.Int("order", 17))
	// Output:
	// WARNING shop: out of stock
}

// An encoder with Windows line ends, and a sink that ends its lines alike.
func ExampleOptions_lineEnding() {
	sink, err := core.NewStream(os.Stdout, &core.StreamOptions{Terminator: "\r\n"})
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	enc := zapcore.NewConsoleEncoder(zapcore.EncoderConfig{MessageKey: "msg", LineEnding: "\r\n"})
	logger := zap.New(zapsink.NewCore(sink, zap.InfoLevel, &zapsink.Options{Encoder: enc, LineEnding: "\r\n"}))

	logger.Info("hello", zap.Bool("ok", true))
	// Output:
	// hello	{"ok": true}
}

// A program that takes its outputs from a configuration file keeps doing so.
func ExampleRegisterScheme() {
	err := zapsink.RegisterScheme("watched", func(u *url.URL) (core.Sink, error) {
		return file.NewWatched(u.Opaque+u.Path, nil)
	})
	if err != nil {
		panic(err)
	}
	path := filepath.Join(os.TempDir(), "zapsink-example.log")
	defer os.Remove(path)

	config := zap.NewProductionConfig()
	config.OutputPaths = []string{"watched://" + path} // was: path
	config.EncoderConfig.TimeKey, config.EncoderConfig.CallerKey = "", ""
	logger, err := config.Build()
	if err != nil {
		panic(err)
	}
	logger.Info("hello")
	_ = logger.Sync()

	text, _ := os.ReadFile(path)
	fmt.Print(string(text))
	// Output:
	// {"level":"info","msg":"hello"}
}
