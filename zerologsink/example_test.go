package zerologsink_test

import (
	"fmt"
	"io"
	"os"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

func ExampleNewWriter() {
	sink, err := core.NewStream(os.Stdout, nil)
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	// Before: zerolog.New(os.Stdout).
	logger := zerolog.New(zerologsink.NewWriter(sink, nil))
	logger.Info().Str("user", "ada").Int("attempt", 2).Msg("logged in")
	// Output: {"level":"info","user":"ada","attempt":2,"message":"logged in"}
}

// A sink that wants to know more than the line has every field.
func ExampleNewWriter_fields() {
	sink, err := core.NewStream(os.Stdout, &core.StreamOptions{Formatter: core.Text{}})
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	logger := zerolog.New(zerologsink.NewWriter(sink, &zerologsink.Options{LoggerField: "component"}))
	logger.Warn().Str("component", "db.pool").Dict("pool", zerolog.Dict().Int("idle", 0)).Msg("no connection left")
	// Output: WARN db.pool: no connection left pool.idle=0
}

// The console's text goes to the terminal; level and fields are known all the
// same.
func ExampleOptions_render() {
	sink, err := core.NewStream(os.Stdout, nil)
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	var failures []string
	both := core.NewMulti(sink, core.NewMinLevel(core.NewFunc(func(r core.Record) error {
		failures = append(failures, fmt.Sprint(r.Message, r.AppendAttrs(nil)))
		return nil
	}), core.LevelError))
	logger := zerolog.New(zerologsink.NewWriter(both, &zerologsink.Options{
		Render: func(w io.Writer) io.Writer {
			return zerolog.ConsoleWriter{Out: w, NoColor: true, PartsExclude: []string{zerolog.TimestampFieldName}}
		},
	}))
	logger.Info().Str("user", "ada").Msg("logged in")
	logger.Error().Int("code", 5).Msg("failed")
	fmt.Println(failures)
	// Output:
	// INF logged in user=ada
	// ERR failed code=5
	// [failed[code=5]]
}
