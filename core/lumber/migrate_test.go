package lumber_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/core/lumber"
	"gopkg.in/natefinch/lumberjack.v2"
)

// eachSetting calls test with what makes loggers in a new directory, and what the
// names of their backups end with.
func eachSetting(t *testing.T, test func(t *testing.T, make func() *lumberjack.Logger, ext string)) {
	for _, local := range []bool{false, true} {
		for _, ext := range []string{".log", ".gz"} {
			t.Run(fmt.Sprintf("local %v, %s", local, ext), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "app.log")
				test(t, func() *lumberjack.Logger {
					return &lumberjack.Logger{Filename: path, LocalTime: local, Compress: ext == ".gz"}
				}, ext)
			})
		}
	}
}

func TestMigrateGoesOnWithBackups(t *testing.T) {
	eachSetting(t, func(t *testing.T, make func() *lumberjack.Logger, ext string) {
		jack(t, make(), "one", "two", "three", "four", "live")
		l := make()
		l.MaxBackups = 2
		dir := filepath.Dir(l.Filename)

		check(t, migrate(t, l, file.RotatingOptions{}).Close())
		equal(t, "at the start", texts(t, dir, ext), []string{"three\n", "four\n"})

		s := migrate(t, l, file.RotatingOptions{})
		emit(t, s, "appended")
		check(t, s.Rotate())
		emit(t, s, "new")
		check(t, s.Close())
		equal(t, "after a rotation", texts(t, dir, ext), []string{"four\n", "live\nappended\n"})
		if got := read(t, l.Filename); got != "new\n" {
			t.Errorf("the live file holds %q", got)
		}
	})
}

// Both make the same files of the same lines: the limits are reached with the same
// byte.
func TestMigrateMakesLumberjacksFiles(t *testing.T) {
	lines := []string{
		strings.Repeat("a", 1<<19-1), strings.Repeat("b", 1<<19-1), "c", // to the last byte
		strings.Repeat("d", 1<<20-2), // one too many
		strings.Repeat("e", 1<<20-1), // a whole file
		"f",
	}
	eachSetting(t, func(t *testing.T, make func() *lumberjack.Logger, ext string) {
		theirs, ours := make(), make()
		theirs.MaxSize, ours.MaxSize = 1, 1
		theirs.Filename = filepath.Join(t.TempDir(), "app.log")
		for _, text := range lines {
			nextMillisecond() // or it loses a backup
			_, err := theirs.Write([]byte(text + "\n"))
			check(t, err)
		}
		finish(t, theirs)
		s := migrate(t, ours, file.RotatingOptions{})
		emit(t, s, lines...)
		check(t, s.Close())

		want := texts(t, filepath.Dir(theirs.Filename), ext)
		if len(want) != 4 {
			t.Fatalf("lumberjack has made %d backups", len(want))
		}
		dir := filepath.Dir(ours.Filename)
		equal(t, "backups", texts(t, dir, ext), want)
		equal(t, "live", []string{read(t, ours.Filename)}, []string{"f\n"})
		if all := entries(t, dir); len(all) != 5 {
			t.Errorf("there is %v", all)
		}
	})
}

func TestMigrateNamesFilesByTheEnd(t *testing.T) {
	for location, want := range map[bool]string{
		false: "app-2000-01-01T01-00-00.000.log",
		true:  "app-2000-01-01T09-00-00.000.log",
	} {
		synctest.Test(t, func(t *testing.T) {
			l := &lumberjack.Logger{Filename: filepath.Join(t.TempDir(), "app.log"), LocalTime: location}
			s := migrate(t, l, file.RotatingOptions{})
			emit(t, s, "a")
			time.Sleep(time.Hour)
			check(t, s.Rotate())
			check(t, s.Close())
			equal(t, "files", entries(t, filepath.Dir(l.Filename)), []string{want, "app.log"})
		})
	}
}

func TestB01RotationsWithinAMillisecond(t *testing.T) {
	for _, kept := range []int{0, 2} {
		t.Run(fmt.Sprint(kept), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &lumberjack.Logger{Filename: filepath.Join(t.TempDir(), "app.log"), MaxBackups: kept}
				s := migrate(t, l, file.RotatingOptions{Also: file.MaxBytes(5)})
				var want []string
				for i := range 50 {
					text := fmt.Sprintf("%04d", i)
					emit(t, s, text)
					want = append(want, text+"\n")
				}
				emit(t, s, "live")
				check(t, s.Close())
				if kept > 0 {
					want = want[len(want)-kept:]
				}
				equal(t, "backups", texts(t, filepath.Dir(l.Filename), ".log"), want)
			})
		})
	}
}

func TestB07OversizeRecord(t *testing.T) {
	l := &lumberjack.Logger{Filename: filepath.Join(t.TempDir(), "app.log"), MaxSize: 1}
	s := migrate(t, l, file.RotatingOptions{})
	large := strings.Repeat("x", 1<<20)
	emit(t, s, "a", large, "b")
	check(t, s.Close())
	equal(t, "backups", texts(t, filepath.Dir(l.Filename), ".log"), []string{"a\n", large + "\n"})
}

func TestB09ForeignNeighbours(t *testing.T) {
	dir := t.TempDir()
	l := &lumberjack.Logger{Filename: filepath.Join(dir, "app.log"), MaxBackups: 1, MaxAge: 1, Compress: true}
	old := time.Now().Add(-1000 * time.Hour)
	var want []string
	for _, n := range append(foreign("app"), "sub/app-2020-01-01T00-00-00.000.log", "app-2020-01-01T00-00-00.000.log/dir") {
		path := filepath.Join(dir, filepath.FromSlash(n))
		check(t, os.MkdirAll(filepath.Dir(path), 0o750))
		check(t, os.WriteFile(path, []byte(n), 0o640))
		check(t, os.Chtimes(path, old, old))
		want = append(want, path)
	}
	ours := filepath.Join(dir, "app-2020-01-02T00-00-00.000.log")
	check(t, os.WriteFile(ours, nil, 0o640))
	s := migrate(t, l, file.RotatingOptions{})
	for range 3 {
		emit(t, s, "a")
		check(t, s.Rotate())
	}
	check(t, s.Close())
	for _, path := range want {
		n, err := filepath.Rel(dir, path)
		check(t, err)
		if got, err := os.ReadFile(path); string(got) != filepath.ToSlash(n) {
			t.Errorf("%s was changed: %v", n, err)
		}
	}
	if _, err := os.Stat(ours); err == nil {
		t.Error("an old backup is still there, so nothing was cleared up")
	}
}

func TestB17AgeIsExactInEveryZone(t *testing.T) {
	for name, c := range map[string]struct {
		zone *time.Location
		make func(l *lumberjack.Logger) (*file.Rotating, error)
	}{
		"UTC":          {time.UTC, func(l *lumberjack.Logger) (*file.Rotating, error) { return lumber.Migrate(l, nil) }},
		"local, UTC+8": {time.Local, func(l *lumberjack.Logger) (*file.Rotating, error) { l.LocalTime = true; return lumber.Migrate(l, nil) }},
		"archive, UTC-8": {time.FixedZone("", -8*60*60), func(l *lumberjack.Logger) (*file.Rotating, error) {
			a := lumber.Archive{Location: time.FixedZone("", -8*60*60)}
			return file.NewRotating(l.Filename, 0, &file.RotatingOptions{Archive: a, MaxAge: 48 * time.Hour})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				var want []string
				for i, age := range []time.Duration{
					47 * time.Hour, 48 * time.Hour, 48*time.Hour + time.Millisecond, 49 * time.Hour, 55 * time.Hour, 57 * time.Hour,
				} {
					n := "app-" + time.Now().Add(-age).In(c.zone).Format("2006-01-02T15-04-05.000") + ".log"
					check(t, os.WriteFile(filepath.Join(dir, n), nil, 0o640))
					modified := []time.Time{time.Unix(0, 0), time.Now()}[i%2]
					check(t, os.Chtimes(filepath.Join(dir, n), time.Time{}, modified)) // the name counts, as for lumberjack
					if age <= 48*time.Hour {
						want = append(want, n)
					}
				}
				s, err := c.make(&lumberjack.Logger{Filename: filepath.Join(dir, "app.log"), MaxAge: 2})
				check(t, err)
				check(t, s.Close())
				slices.Sort(want)
				equal(t, "kept", entries(t, dir), append(want, "app.log"))
			})
		})
	}
}

// What lumberjack leaves behind when it is killed while it compresses is made whole.
func TestB15LumberjackWasKilledWhileCompressing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	jack(t, &lumberjack.Logger{Filename: path}, "one", "two", "live")
	for _, n := range backups(t, dir, ".log") {
		check(t, os.WriteFile(filepath.Join(dir, n+".gz"), []byte("\x1f\x8b\x08"), 0o600))
	}
	check(t, migrate(t, &lumberjack.Logger{Filename: path, Compress: true}, file.RotatingOptions{}).Close())
	equal(t, "backups", texts(t, dir, ".gz"), []string{"one\n", "two\n"})
	if all := entries(t, dir); len(all) != 3 {
		t.Errorf("there are %v", all)
	}
}
