// Command redact keeps secrets out of a log: passwords and tokens are masked
// before the records reach the sink, in every framework alike.
package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(w io.Writer) (err error) {
	out, err := core.NewStream(w, &core.StreamOptions{Formatter: core.JSON{}})
	if err != nil {
		return err
	}
	// A record that Rewrite has changed loses its Line: zap's encoder has put the
	// password there before anybody could mask it. The sink's formatter renders
	// what is left.
	sink := core.NewRewrite(out, core.ReplaceAttrs(mask))
	defer func() { err = errors.Join(err, sink.Close()) }()

	encoder := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	logger := zap.New(zapsink.NewCore(sink, zap.InfoLevel, &zapsink.Options{Encoder: encoder}))

	logger.Info("logged in", zap.String("user", "ada"), zap.String("password", "correct horse"))
	session := logger.With(zap.Namespace("session"), zap.String("access_token", "eyJhbGciOiJub25lIn0"))
	session.Info("request", zap.String("path", "/orders"), zap.Dict("upstream", zap.String("Authorization", "Basic YWRhOjE=")))
	return logger.Sync()
}

// mask hides the values of attributes whose names say that they are secret, at
// any depth. It sees attributes only: a secret inside a message stays there (and a
// zerolog event that is not valid JSON is all message), and one inside a value that
// is not a group, such as a struct, has to be masked by that value's own LogValue
// or MarshalJSON.
func mask(groups []string, a slog.Attr) slog.Attr {
	name := strings.ToLower(a.Key)
	for _, secret := range [...]string{"password", "token", "authorization"} {
		if strings.Contains(name, secret) {
			return slog.String(a.Key, "****")
		}
	}
	return a
}
