package peers_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// found is a regular file below the directory of a run.
type found struct {
	path    string
	info    fs.FileInfo
	records []int // the whole ones in it
	damage  error // there is something else in it
}

// compressed tells whether the file's name says so.
func (f *found) compressed() bool { return strings.HasSuffix(f.path, ".gz") }

// walk calls visit for each regular file. What vanishes meanwhile is left out.
func (r *run) walk(visit func(path string, info fs.FileInfo) error) error {
	return filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		var info fs.FileInfo
		if err == nil && d.Type().IsRegular() {
			info, err = d.Info()
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil || info == nil:
			return err
		default:
			return visit(path, info)
		}
	})
}

// listing returns the names and sizes of all files.
func (r *run) listing() (string, error) {
	var b strings.Builder
	err := r.walk(func(path string, info fs.FileInfo) error {
		fmt.Fprintln(&b, path, info.Size())
		return nil
	})
	return b.String(), err
}

// files reads all files; among them are those that are foreign to the subject.
func (r *run) files() (all []found) {
	must(r.walk(func(path string, info fs.FileInfo) error {
		f := found{path: path, info: info}
		text, err := read(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		f.parse(text)
		f.damage = errors.Join(err, f.damage)
		all = append(all, f)
		return nil
	}))
	return all
}

// read reads a file, unpacked. What is behind a defect of an archive is missing.
func read(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil || !strings.HasSuffix(path, ".gz") {
		return raw, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// parse finds the records. Empty lines do no harm: a Stream ends with them what a
// failed write may have left.
func (f *found) parse(text []byte) {
	for l := range bytes.Lines(text) {
		l, ended := bytes.CutSuffix(l, []byte("\n"))
		if len(l) == 0 {
			continue
		}
		var i, size int
		if _, err := fmt.Sscanf(string(l[:min(len(l), 40)]), "record %d/%d ", &i, &size); err != nil || !ended || !bytes.Equal(l, line(i, size)) {
			f.damage = fmt.Errorf("%s has %.60q", f.path, l)
			continue
		}
		f.records = append(f.records, i)
	}
}

// counts returns how often each record is there.
func counts(files []found) map[int]int {
	n := map[int]int{}
	for _, f := range files {
		for _, i := range f.records {
			n[i]++
		}
	}
	return n
}

// once fails unless each record that was issued is there, once, and nothing else.
func (r *run) once() error {
	files := r.files()
	n := counts(files)
	lost, twice := 0, 0
	for i := 1; i <= r.issued; i++ {
		if n[i] == 0 {
			lost++
		}
		if n[i] > 1 {
			twice++
		}
	}
	switch {
	case lost > 0:
		return fails("loses records", fmt.Errorf("%d of %d", lost, r.issued))
	case twice > 0:
		return fails("has records twice", fmt.Errorf("%d of %d", twice, r.issued))
	}
	for _, f := range files {
		if f.damage != nil {
			return fails("damages a file", f.damage)
		}
	}
	return nil
}

// lostFrom fails unless the records from first on are there.
func (r *run) lostFrom(first int) error {
	n := counts(r.files())
	for i := first; i <= r.issued; i++ {
		if n[i] == 0 {
			return fails("loses records", fmt.Errorf("%d of %d to %d", i, first, r.issued))
		}
	}
	return nil
}

// holder returns the file that has the record.
func (r *run) holder(record int) found {
	for _, f := range r.files() {
		if slices.Contains(f.records, record) {
			return f
		}
	}
	must(fails("loses records", fmt.Errorf("record %d", record)))
	return found{}
}

// backups returns the files beside the live one.
func (r *run) backups() ([]found, error) {
	live, err := os.Stat(r.path)
	if err != nil {
		return nil, fails("has no file at the live name", err)
	}
	return slices.DeleteFunc(r.files(), func(f found) bool { return os.SameFile(f.info, live) }), nil
}

// live waits for the live file, and returns its own path where the live name is a
// link.
func (r *run) live() (path string) {
	settle(func() (err error) {
		if path, err = filepath.EvalSymlinks(r.path); err != nil {
			return fails("has no file at the live name", err)
		}
		return nil
	})
	return path
}
