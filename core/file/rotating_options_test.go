package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func same(name string) string { return name }

// wrongOptions are options that cannot be used, with what is said about them.
var wrongOptions = map[string]struct {
	opts RotatingOptions
	says []string
}{
	"no backups":               {RotatingOptions{}, []string{"Numbered needs Backups"}},
	"numbered keeps all":       {RotatingOptions{Backups: KeepAll}, []string{"Numbered cannot keep all"}},
	"negative backups":         {RotatingOptions{Backups: -2}, []string{"Backups -2 is negative"}},
	"negative age":             {RotatingOptions{Backups: 1, MaxAge: -1}, []string{"MaxAge -1ns"}},
	"negative total":           {RotatingOptions{Backups: 1, MaxTotal: -1}, []string{"MaxTotal -1"}},
	"discard and backups":      {RotatingOptions{DiscardOld: true, Backups: 1}, []string{"DiscardOld cannot be combined"}},
	"discard and keep all":     {RotatingOptions{DiscardOld: true, Backups: KeepAll}, []string{"DiscardOld cannot be combined"}},
	"discard and age":          {RotatingOptions{DiscardOld: true, MaxAge: 1}, []string{"DiscardOld cannot be combined"}},
	"discard and total":        {RotatingOptions{DiscardOld: true, MaxTotal: 1}, []string{"DiscardOld cannot be combined"}},
	"discard and compress":     {RotatingOptions{DiscardOld: true, Compress: Gzip}, []string{"DiscardOld cannot be combined"}},
	"discard and namer":        {RotatingOptions{DiscardOld: true, Namer: same}, []string{"DiscardOld cannot be combined"}},
	"discard and rotator":      {RotatingOptions{DiscardOld: true, Rotator: os.Rename}, []string{"DiscardOld cannot be combined"}},
	"truncate":                 {RotatingOptions{Backups: 1, Options: Options{Truncate: true}}, []string{"Truncate would lose"}},
	"rotator and compress":     {RotatingOptions{Backups: 1, Rotator: os.Rename, Compress: Gzip}, []string{"Rotator and Compress exclude"}},
	"extension alone":          {RotatingOptions{Backups: 1, CompressExt: ".gz"}, []string{"need Compress"}},
	"decompress alone":         {RotatingOptions{Backups: 1, Decompress: gunzip}, []string{"need Compress"}},
	"extension without dot":    {RotatingOptions{Backups: 1, Compress: Gzip, CompressExt: "gz"}, []string{`"gz" is no extension`}},
	"extension of a dot":       {RotatingOptions{Backups: 1, Compress: Gzip, CompressExt: "."}, []string{`"." is no extension`}},
	"extension with a path":    {RotatingOptions{Backups: 1, Compress: Gzip, CompressExt: "./x"}, []string{`"./x" is no extension`}},
	"namer of another archive": {RotatingOptions{Archive: letters{}, Namer: same}, []string{"Namer needs one of this package's archives"}},
	"idle without schedule":    {RotatingOptions{Backups: 1, RollIdle: true}, []string{"RollIdle needs a schedule"}},
	"layout without date":      {RotatingOptions{Archive: Dated{Layout: "x"}}, []string{`Layout "x"`}},
	"layout without a year":    {RotatingOptions{Archive: Dated{Layout: "01-02"}}, []string{"cannot be read back as a date"}},
	"layout with a path":       {RotatingOptions{Archive: Dated{Layout: "2006/01/02"}}, []string{`Layout "2006/01/02"`}},
	"also a nil schedule":      {RotatingOptions{Archive: Growing{}, Also: On(nil)}, []string{"the schedule is nil"}},
	"also no calendar":         {RotatingOptions{Archive: Growing{}, Also: On((*Calendar)(nil))}, []string{"the schedule is nil"}},
	"also a bad calendar":      {RotatingOptions{Archive: Growing{}, Also: On(&Calendar{When: "W9"})}, []string{`When "W9" is unknown`}},
	"nested bad calendar":      {RotatingOptions{Archive: Growing{}, Also: Any(nil, Any(On(Calendar{Interval: -1})))}, []string{"Interval -1"}},
	"those of every file":      {RotatingOptions{Backups: 1, Options: Options{BufferSize: -1, Perm: 1 << 20}}, []string{"BufferSize", "Perm"}},
	"everything at once": {
		RotatingOptions{MaxAge: -1, RollIdle: true, Rotator: os.Rename, Compress: Gzip, CompressExt: "x", Options: Options{Truncate: true, Sync: 9}, Also: On(Calendar{When: "?"})},
		[]string{"MaxAge", "Rotator and Compress", "no extension", "Truncate", "Sync 9", `"?"`},
	},
}

func TestRotatingOptionsThatCannotBeUsed(t *testing.T) {
	for name, c := range wrongOptions {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.opts.Shared = true // which would make a file
			s, err := NewRotating(filepath.Join(dir, "app.log"), 10, &c.opts)
			if s != nil {
				s.Close()
			}
			if err == nil {
				t.Fatal("no error")
			}
			for _, text := range c.says {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("%v\ndoes not say %q", err, text)
				}
			}
			for l := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(l, "file: ") {
					t.Errorf("error %q", l)
				}
			}
			wantNames(t, dir)
		})
	}
}

func TestRotatingArgumentsThatCannotBeUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	for name, c := range map[string]struct {
		construct func() (*Rotating, error)
		says      []string
	}{
		"negative limit":        {func() (*Rotating, error) { return NewRotating(path, -1, &RotatingOptions{Backups: -5}) }, []string{"maxBytes -1", "Backups -5"}},
		"no options":            {func() (*Rotating, error) { return NewRotating(path, 1, nil) }, []string{"Numbered needs Backups"}},
		"no path":               {func() (*Rotating, error) { return NewRotatingWith("", nil, &RotatingOptions{}) }, []string{"path is empty", "needs Backups"}},
		"no schedule":           {func() (*Rotating, error) { return NewTimedRotating(path, nil, nil) }, []string{"the schedule is nil"}},
		"nil calendar":          {func() (*Rotating, error) { return NewTimedRotating(path, (*Calendar)(nil), nil) }, []string{"the schedule is nil"}},
		"moment without a unit": {func() (*Rotating, error) { return NewTimedRotating(path, Calendar{At: At(1, 2, 3)}, nil) }, []string{"At needs Midnight"}},
		"directory": {func() (*Rotating, error) {
			return NewRotating(filepath.Dir(path), 1, &RotatingOptions{Backups: 1})
		}, []string{"directory"}},
		"missing directory": {func() (*Rotating, error) {
			return NewRotating(filepath.Join(path, "x", "y"), 1, &RotatingOptions{Backups: 1, Shared: true})
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := c.construct()
			if err == nil || s != nil {
				t.Fatalf("%v, %v", s, err)
			}
			for _, text := range c.says {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("%v\ndoes not say %q", err, text)
				}
			}
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a file was created: %v", err)
			}
		})
	}
}

// What a caller does to the options afterwards changes nothing.
func TestRotatingOptionsAreCopied(t *testing.T) {
	c := Calendar{When: Hours, Location: time.UTC}
	o := RotatingOptions{Archive: Growing{}, Backups: 1, Also: MaxBytes(2)}
	s := made(t)(newTimedRotating(clocked(march), filepath.Join(t.TempDir(), "app.log"), &c, &o))
	c.When, o.Backups, o.Also = "?", 0, nil
	emit(t, s, "a", "b", "c")
	wantFiles(t, s, "app.log.2=b;", "app.log=c;")
}

func TestRotatingDefaults(t *testing.T) {
	for name, c := range map[string]struct {
		construct func(path string) (*Rotating, error)
		old       string
	}{
		"size": {func(path string) (*Rotating, error) {
			return newRotating(clocked(march), path, 2, &RotatingOptions{Backups: 1})
		}, "app.log.1"},
		"time": {func(path string) (*Rotating, error) {
			return newTimedRotating(clocked(march), path, Calendar{Location: time.UTC}, nil)
		}, "app.log.2024-03-01_10"},
		"schedule": {func(path string) (*Rotating, error) { return newTimedRotating(clocked(march), path, hourly{}, nil) }, "app.log." + march.Local().Format(bySecond)},
		"also a time": {func(path string) (*Rotating, error) {
			return newRotating(clocked(march), path, 2, &RotatingOptions{Also: On(Calendar{When: Midnight, Location: time.UTC})})
		}, "app.log.2024-03-01"},
		"layout": {func(path string) (*Rotating, error) {
			return newTimedRotating(clocked(march), path, Calendar{Location: time.UTC}, &RotatingOptions{Archive: Dated{Layout: "Jan06", KeepExt: true}})
		}, "app.Mar24.log"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := made(t)(c.construct(filepath.Join(dir, "app.log")))
			emit(t, s, "a")
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			wantNames(t, dir, "app.log", c.old)
		})
	}
}

// The path counts from the directory in which the sink was made.
func TestRotatingRelativePath(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	s := rotating(t, "app.log", 2, RotatingOptions{Backups: 1})
	emit(t, s, "a")
	t.Chdir(t.TempDir())
	emit(t, s, "b")
	closeSink(t, s)
	wantTree(t, dir, "app.log.1=a;", "app.log=b;")
	if !filepath.IsAbs(s.Path()) {
		t.Errorf("path %s", s.Path())
	}
}
