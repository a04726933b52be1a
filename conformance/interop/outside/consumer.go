package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// prefix of the path of every module.
const prefix = "github.com/logsinks/logsinks/"

// consumer is a user's program that takes one module.
type consumer struct {
	name      string // the module
	forbidden string // what must be neither linked nor in the module graph
	program   string // prints "hello"
	noPackage string // a package that must not be linked
}

const (
	zap        = "go.uber.org/zap"
	zerolog    = "github.com/rs/zerolog"
	logrus     = "github.com/sirupsen/logrus"
	lumberjack = "gopkg.in/natefinch/lumberjack.v2"
)

// anyOf returns a pattern for any of the module paths.
func anyOf(paths ...string) string {
	for i, p := range paths {
		paths[i] = regexp.QuoteMeta(p)
	}
	return "^(" + strings.Join(paths, "|") + ")$"
}

var consumers = []consumer{
	{name: "core", forbidden: anyOf(zap, zerolog, logrus, lumberjack), noPackage: "net/http", program: `
	"os"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

func main() {
	sink, err := file.New("hello.log", nil)
	if err != nil {
		panic(err)
	}
	defer sink.Close()
	if err := core.NewMulti(stdout(), sink).Emit(core.Record{Line: []byte("hello")}); err != nil {
		panic(err)
	}
}

func stdout() core.Sink {
	s, err := core.NewStream(os.Stdout, nil)
	if err != nil {
		panic(err)
	}
	return s
}
`},
	{name: "core/lumber", forbidden: anyOf(zap, zerolog, logrus), noPackage: "net/http", program: `
	"fmt"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/lumber"
	"gopkg.in/natefinch/lumberjack.v2"
)

func main() {
	migrated, err := lumber.Migrate(&lumberjack.Logger{Filename: "migrated.log"}, nil)
	if err != nil {
		panic(err)
	}
	wrapped, err := lumber.Wrap(&lumberjack.Logger{Filename: "wrapped.log"}, nil)
	if err != nil {
		panic(err)
	}
	sink := core.NewMulti(migrated, wrapped)
	if err := sink.Emit(core.Record{Line: []byte("hello")}); err != nil {
		panic(err)
	}
	if err := sink.Close(); err != nil {
		panic(err)
	}
	fmt.Println("hello")
}
`},
	{name: "zapsink", forbidden: anyOf(zerolog, logrus, lumberjack), program: `
	"os"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

func main() {
	sink, err := core.NewStream(os.Stdout, nil)
	if err != nil {
		panic(err)
	}
	enc := zapcore.NewConsoleEncoder(zapcore.EncoderConfig{MessageKey: "m"})
	zap.New(zapsink.NewCore(sink, zap.InfoLevel, &zapsink.Options{Encoder: enc})).Info("hello")
}
`},
	{name: "zerologsink", forbidden: anyOf(zap, logrus, lumberjack), program: `
	"fmt"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
	"github.com/rs/zerolog"
)

func main() {
	sink := core.NewFunc(func(r core.Record) error {
		_, err := fmt.Println(r.Message)
		return err
	})
	logger := zerolog.New(zerologsink.NewWriter(sink, nil))
	logger.Info().Msg("hello")
}
`},
	{name: "logrussink", forbidden: anyOf(zap, zerolog, lumberjack), program: `
	"fmt"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
	"github.com/sirupsen/logrus"
)

func main() {
	logger := logrus.New()
	logger.AddHook(logrussink.NewHook(core.NewFunc(func(r core.Record) error {
		_, err := fmt.Println(r.Message)
		return err
	}), nil))
	logrussink.DiscardOutput(logger)
	logger.Info("hello")
}
`},
	{name: "slogsink", forbidden: anyOf(zap, zerolog, logrus, lumberjack), program: `
	"fmt"
	"log/slog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

func main() {
	slog.New(slogsink.NewHandler(core.NewFunc(func(r core.Record) error {
		_, err := fmt.Println(r.Message)
		return err
	}), nil)).Info("hello")
}
`},
	{name: "conformance", forbidden: anyOf(zap, zerolog, logrus, lumberjack), program: `
	"fmt"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
)

func main() {
	_, err := conformance.CheckSink(conformance.SinkHarness{
		Limits: conformance.Limits{Discards: true},
		New: func(conformance.T) conformance.Rig {
			return conformance.Rig{Sink: new(core.Null), Received: func(conformance.T) []conformance.Received { return nil }}
		},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("hello")
}
`},
}

// check makes the program in an empty directory, builds and runs it, and looks
// at what came along.
func (c consumer) check(dir, proxy, cache string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	env, err := environment(proxy, cache)
	if err != nil {
		return err
	}
	tool := func(args ...string) (string, error) { return output(dir, env, "go", args...) }
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module consumer\n\ngo 1.25.0\n"), 0o644),
		os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nimport ("+c.program), 0o644),
	)
	if err != nil {
		return err
	}
	for _, args := range [][]string{{"get", prefix + c.name + "@" + version}, {"mod", "tidy"}, {"build", "-o", "app", "."}} {
		if out, err := tool(args...); err != nil {
			return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	if out, err := output(dir, env, filepath.Join(dir, "app")); err != nil || out != "hello\n" {
		return fmt.Errorf("the program printed %q (%v)", out, err)
	}
	return c.inspect(tool)
}

// inspect looks for what must not have come along.
func (c consumer) inspect(tool func(...string) (string, error)) error {
	graph, err := tool("list", "-m", "-f", "{{.Path}}", "all")
	if err != nil {
		return fmt.Errorf("module graph: %w\n%s", err, graph)
	}
	forbidden := regexp.MustCompile(c.forbidden)
	for _, path := range strings.Fields(graph) {
		if forbidden.MatchString(path) {
			return fmt.Errorf("the module graph has %s", path)
		}
	}
	packages, err := tool("list", "-deps", ".")
	if err != nil {
		return fmt.Errorf("packages: %w\n%s", err, packages)
	}
	for _, p := range strings.Fields(packages) {
		if p == c.noPackage {
			return fmt.Errorf("the program links %s", p)
		}
	}
	return nil
}

// environment is one in which the go command knows nothing of this checkout. What
// is not ours it takes from the module cache at hand, which is laid out like a
// proxy, and only then from the network.
func environment(proxy, cache string) ([]string, error) {
	out, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY").Output()
	if err != nil {
		return nil, err
	}
	have := strings.Split(strings.TrimSpace(string(out)), "\n")
	proxies := "file://" + filepath.ToSlash(proxy) + ",file://" + filepath.ToSlash(have[0]) + "/cache/download," + have[1]
	return append(os.Environ(),
		"GOWORK=off", "GOFLAGS=-mod=mod", "GOSUMDB=off", "GOTOOLCHAIN=local",
		"GOMODCACHE="+cache, "GOPROXY="+proxies,
	), nil
}

func output(dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}
