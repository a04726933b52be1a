package lumber_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/core/lumber"
	"gopkg.in/natefinch/lumberjack.v2"
)

func TestMigrateRefusesContradictions(t *testing.T) {
	for name, c := range map[string]struct {
		logger *lumberjack.Logger
		opts   file.RotatingOptions
		want   []string // one for each error
	}{
		"negative size": {&lumberjack.Logger{MaxSize: -1}, file.RotatingOptions{}, []string{"MaxSize -1"}},
		"count":         {&lumberjack.Logger{MaxBackups: 3}, file.RotatingOptions{Backups: 4}, []string{"MaxBackups is 3 for lumberjack and 4"}},
		"count and all": {&lumberjack.Logger{MaxBackups: 3}, file.RotatingOptions{Backups: file.KeepAll}, []string{"MaxBackups is 3"}},
		"age":           {&lumberjack.Logger{MaxAge: 1}, file.RotatingOptions{MaxAge: time.Hour}, []string{"MaxAge is 24h0m0s for lumberjack and 1h0m0s"}},
		"compression":   {&lumberjack.Logger{Compress: true}, file.RotatingOptions{Compress: file.Gzip}, []string{"Compress is set"}},
		"extension":     {&lumberjack.Logger{}, file.RotatingOptions{Compress: file.Gzip, CompressExt: ".zst"}, []string{`".zst"`}},
		"archive":       {&lumberjack.Logger{}, file.RotatingOptions{Archive: file.Growing{}}, []string{"Archive"}},
		"no archive":    {&lumberjack.Logger{}, file.RotatingOptions{Archive: (*lumber.Archive)(nil)}, []string{"Archive"}},
		"zone":          {&lumberjack.Logger{LocalTime: true}, file.RotatingOptions{Archive: lumber.Archive{}}, []string{"Archive"}},
		"pointer, zone": {&lumberjack.Logger{}, file.RotatingOptions{Archive: &lumber.Archive{Location: time.Local}}, []string{"Archive"}},
		"none kept":     {&lumberjack.Logger{MaxBackups: 3}, file.RotatingOptions{DiscardOld: true}, []string{"DiscardOld"}},
		"file's own":    {&lumberjack.Logger{}, file.RotatingOptions{Options: file.Options{Truncate: true}}, []string{"Truncate"}},
		"all at once": {
			&lumberjack.Logger{MaxSize: -1, MaxBackups: 3, MaxAge: 1, Compress: true},
			file.RotatingOptions{
				Options: file.Options{Truncate: true, CloseTimeout: -1},
				Backups: 4, MaxAge: time.Hour, MaxTotal: -1, Compress: file.Gzip, CompressExt: ".zst", Archive: file.Dated{},
			},
			[]string{"MaxSize -1", "MaxBackups", "MaxAge", "Archive", "Compress is set", "CompressExt", "CloseTimeout", "Truncate", "MaxTotal -1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l := c.logger
			l.Filename = filepath.Join(dir, "logs", "app.log")
			s, err := lumber.Migrate(l, &c.opts)
			if err == nil {
				t.Fatal("it is taken", s.Close())
			}
			all := errorsIn(err)
			if len(all) != len(c.want) {
				t.Fatalf("%d errors: %v", len(all), err)
			}
			for i, want := range c.want {
				if !strings.Contains(all[i].Error(), want) {
					t.Errorf("%q does not mention %s", all[i], want)
				}
			}
			if left := entries(t, dir); len(left) != 0 {
				t.Errorf("there is %v", left)
			}
		})
	}
}

func TestMigrateWithoutALogger(t *testing.T) {
	for _, opts := range []*file.RotatingOptions{nil, {MaxTotal: -1}} {
		s, err := lumber.Migrate(nil, opts)
		want := []string{"the logger is nil", "MaxTotal -1"}
		if opts == nil {
			want = want[:1]
		}
		all := errorsIn(err)
		if s != nil || len(all) != len(want) {
			t.Fatalf("%v, %v", s, err)
		}
		for i, text := range want {
			if !strings.Contains(all[i].Error(), text) {
				t.Errorf("%q does not mention %s", all[i], text)
			}
		}
	}
}

// A logger whose sink cannot be made writes on.
func TestMigrateThatFailsLeavesALoggerThatWrites(t *testing.T) {
	for name, opts := range map[string]file.Options{
		"options":     {Truncate: true},
		"not to open": {Exclusive: true},
	} {
		t.Run(name, func(t *testing.T) {
			l := logger(t)
			for _, text := range []string{"before\n", "after\n"} {
				_, err := l.Write([]byte(text))
				check(t, err)
				if s, err := lumber.Migrate(l, &file.RotatingOptions{Options: opts}); err == nil {
					t.Fatal("it is taken", s.Close())
				}
			}
			finish(t, l)
			if got := read(t, l.Filename); got != "before\nafter\n" {
				t.Errorf("the file holds %q", got)
			}
		})
	}
}

// What both say alike is no contradiction, and what lumberjack leaves open is for the
// options.
func TestMigrateTakesOptions(t *testing.T) {
	for name, c := range map[string]struct {
		logger *lumberjack.Logger
		opts   file.RotatingOptions
		kept   []string
	}{
		"the same":          {&lumberjack.Logger{MaxBackups: 2, MaxAge: 1}, file.RotatingOptions{Backups: 2, MaxAge: 24 * time.Hour, Archive: lumber.Archive{}}, []string{"b\n", "c\n"}},
		"the options' own":  {&lumberjack.Logger{}, file.RotatingOptions{Backups: 2}, []string{"b\n", "c\n"}},
		"the same, no zone": {&lumberjack.Logger{MaxBackups: 2}, file.RotatingOptions{Archive: lumber.Archive{Location: time.UTC}}, []string{"b\n", "c\n"}},
		"the same, pointer": {&lumberjack.Logger{MaxBackups: 2, LocalTime: true}, file.RotatingOptions{Archive: &lumber.Archive{Location: time.Local}}, []string{"b\n", "c\n"}},
		"all":               {&lumberjack.Logger{}, file.RotatingOptions{Backups: file.KeepAll}, []string{"a\n", "b\n", "c\n"}},
		"nothing said":      {&lumberjack.Logger{}, file.RotatingOptions{}, []string{"a\n", "b\n", "c\n"}},
		"below nothing":     {&lumberjack.Logger{MaxBackups: -1, MaxAge: -1}, file.RotatingOptions{}, []string{"a\n", "b\n", "c\n"}},
		"for ever":          {&lumberjack.Logger{MaxSize: 1 << 30, MaxAge: 1 << 30}, file.RotatingOptions{}, []string{"a\n", "b\n", "c\n"}},
		"none":              {&lumberjack.Logger{}, file.RotatingOptions{DiscardOld: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l := c.logger
			l.Filename = filepath.Join(dir, "app.log")
			s := migrate(t, l, c.opts)
			for _, text := range []string{"a", "b", "c"} {
				emit(t, s, text)
				check(t, s.Rotate())
			}
			check(t, s.Close())
			equal(t, "backups", texts(t, dir, ".log"), c.kept)
		})
	}
}

func TestMigrateRendersAsTheOptionsSay(t *testing.T) {
	l := &lumberjack.Logger{Filename: filepath.Join(t.TempDir(), "app.log")}
	s := migrate(t, l, file.RotatingOptions{Options: file.Options{
		Formatter:  core.FormatterFunc(func(dst []byte, r core.Record) []byte { return append(dst, r.Message...) }),
		Terminator: "|",
	}})
	check(t, s.Emit(core.Record{Message: "hello"}))
	check(t, s.Close())
	if got := read(t, l.Filename); got != "hello|" {
		t.Error(got)
	}
}

// The default name is the one that lumberjack itself uses.
func TestMigrateFindsTheDefaultFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	l := new(lumberjack.Logger)
	_, err := l.Write([]byte("theirs\n"))
	check(t, err)
	s := migrate(t, l, file.RotatingOptions{})
	emit(t, s, "ours")
	check(t, s.Close())
	if got := read(t, s.Path()); filepath.Dir(s.Path()) != dir || got != "theirs\nours\n" {
		t.Errorf("%s holds %q", s.Path(), got)
	}
}

func TestMigrateMakesDirectories(t *testing.T) {
	l := &lumberjack.Logger{Filename: filepath.Join(t.TempDir(), "a", "b", "app.log")}
	s := migrate(t, l, file.RotatingOptions{})
	emit(t, s, "hello")
	check(t, s.Close())
	if got := read(t, l.Filename); got != "hello\n" {
		t.Error(got)
	}
}
