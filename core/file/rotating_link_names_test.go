package file

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// linked are sinks, with names that the files of theirs may have and with some that are
// nobody's.
var linked = map[string]struct {
	opts  RotatingOptions
	taken []string
	free  []string
}{
	"numbered": {
		RotatingOptions{Backups: 3},
		[]string{"app.log.1", "app.log.3"}, []string{"app.log.4", "app.log.01", "current"},
	},
	"compressed": {
		RotatingOptions{Backups: 3, Compress: Gzip, CompressExt: ".z"},
		[]string{"app.log.1", "app.log.1.z", "app.log.2.z.tmp"}, []string{"app.log.1.x", "app.log.tmp"},
	},
	"growing": {
		RotatingOptions{Archive: Growing{KeepExt: true}},
		[]string{"app.1.log", "app.700.log"}, []string{"app.log.1", "app.0.log"},
	},
	"dated": {
		RotatingOptions{Archive: Dated{Layout: byDay, Location: time.UTC}},
		[]string{"app.log.2024-02-29", "app.log.2024-02-29.1", "app.log.9999-12-31.gz"}, []string{"app.log.2023-02-29", "app.log.2024"},
	},
	"namer": {
		RotatingOptions{Backups: 3, Namer: func(name string) string { return "old-" + name }},
		[]string{"old-app.log.1"}, []string{"app.log.1"},
	},
	"user's": {RotatingOptions{Archive: letters{}}, []string{"app.log-a", "app.log-z.gz"}, []string{"app.log-aa"}},
	"shared": {RotatingOptions{Archive: Growing{}, Shared: true}, []string{"app.log.7"}, nil},
}

// newLinked makes a sink of app.log in dir, which is closed at once.
func newLinked(t *testing.T, dir string, o RotatingOptions, link string) error {
	t.Helper()
	o.Link, o.OnError = link, func(error) {} // where there are no symbolic links
	s, err := NewRotating(filepath.Join(dir, "app.log"), 2, &o)
	if err == nil {
		closeSink(t, s)
	}
	return err
}

// A Link that is the live file, its lock file or may be an old file is refused, however
// it is spelled, and nothing is created.
func TestLinkThatIsANameOfTheFilesThemselves(t *testing.T) {
	for name, c := range linked {
		for _, link := range append([]string{"app.log", "app.log.lock", "app.log.rotating-1"}, c.taken...) {
			t.Run(name+", "+link, func(t *testing.T) {
				dir := t.TempDir()
				t.Chdir(dir)
				for _, spelled := range []string{filepath.Join(dir, link), link, filepath.Join("..", filepath.Base(dir), link)} {
					err := newLinked(t, dir, c.opts, spelled)
					if err == nil || !strings.Contains(err.Error(), "is a name of the files themselves") {
						t.Errorf("%s: %v", spelled, err)
					}
				}
				wantNames(t, dir)
			})
		}
	}
}

// In another directory every name is free, and beside the live file all others are.
func TestLinkThatIsFree(t *testing.T) {
	for name, c := range linked {
		for _, link := range append(c.free, filepath.Join("elsewhere", "app.log"), filepath.Join("elsewhere", c.taken[0])) {
			t.Run(name+", "+link, func(t *testing.T) {
				dir := t.TempDir()
				if err := os.Mkdir(filepath.Join(dir, "elsewhere"), 0o750); err != nil {
					t.Fatal(err)
				}
				if err := newLinked(t, dir, c.opts, filepath.Join(dir, link)); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
