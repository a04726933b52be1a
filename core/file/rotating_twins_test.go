package file

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// Files that are there in both forms, compressed and not.

// twins are sinks that find such files.
var twins = map[string]RotatingOptions{
	"numbered": {Backups: 3}, "growing": {Archive: Growing{}}, "shared": {Backups: 3, Shared: true},
}

// Two files that are whole and differ are no forms of one: both are kept, and keep the
// same name.
func TestTwinsThatDifferAreKept(t *testing.T) {
	for name, there := range map[string]struct{ plain, packed string }{
		"another text": {"first\n", "other\n"}, "of another length": {"first\n", "something else\n"},
		"more": {"first\n", "first\nsecond\n"}, "of nothing": {"", "first\n"},
	} {
		for kind, o := range twins {
			t.Run(name+" "+kind, func(t *testing.T) {
				var c collector
				o.Compress, o.OnError = huffman, c.add
				o.Sync = SyncNever // what is given up is closed at once: others leave it alone otherwise
				dir := t.TempDir()
				path := filepath.Join(dir, "app.log")
				write(t, path+".1", there.plain)
				write(t, path+".1.gz", zipped(t, there.packed))
				s := made(t)(newRotating(quick(), path, 2, &o))
				emit(t, s, "a", "b")
				settled(s)
				emit(t, s, "c")
				closeSink(t, s)
				name, others := path+".3", []string{"app.log.1.gz", "app.log.2.gz"}
				if kind == "growing" {
					name, others = path+".1", []string{"app.log.2.gz", "app.log.3.gz"}
				}
				if o.Shared {
					others = append(others, "app.log.lock")
				}
				want(t, name, there.plain)
				if got := unzip(t, name+".gz"); got != there.packed {
					t.Errorf("the compressed one holds %q, want %q", got, there.packed)
				}
				wantNames(t, dir, append(others, "app.log", filepath.Base(name), filepath.Base(name)+".gz")...)
				wantReports(t, s, &c, 1, "are not the same, and both stay")
			})
		}
	}
}

// Where there is no room for them any more, they go together.
func TestTwinsThatDifferAreDeletedTogether(t *testing.T) {
	for kind, o := range map[string]RotatingOptions{"numbered": {Backups: 2}, "growing": {Archive: Growing{}, Backups: 2}} {
		t.Run(kind, func(t *testing.T) {
			var c collector
			o.Compress, o.OnError = huffman, c.add
			dir := t.TempDir()
			path := filepath.Join(dir, "app.log")
			write(t, path+".1", "first\n")
			write(t, path+".1.gz", zipped(t, "other\n"))
			s := made(t)(newRotating(quick(), path, 2, &o))
			emit(t, s, "a", "b", "c")
			closeSink(t, s)
			if kind == "numbered" {
				wantNames(t, dir, "app.log", "app.log.1.gz", "app.log.2.gz")
			} else {
				wantNames(t, dir, "app.log", "app.log.2.gz", "app.log.3.gz")
			}
			wantRecords(t, s, "a", "b", "c")
			wantReports(t, s, &c, 1, "are not the same, and both stay")
		})
	}
}

// Of a file of which a form is wanting, the other one counts: a file that waits for its
// place, so that all move up, changes nothing about that.
func TestTwinsThatAreOneFile(t *testing.T) {
	whole := zipped(t, "first\nsecond\n")
	flipped := []byte(whole)
	flipped[len(flipped)-5] ^= 1 // in the checksum
	var stored bytes.Buffer
	w, _ := store(&stored)
	if _, err := io.WriteString(w, "firsT\nsecond\n"); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	letter := strings.Replace(stored.String(), "firsT", "firsS", 1)
	for name, packed := range map[string]string{
		"the same": whole, "its beginning": zipped(t, "first\n"), "nothing": zipped(t, ""), "empty": "",
		"cut off": whole[:len(whole)-3], "no gzip": "rubbish", "flipped": string(flipped), "more behind it": whole + "rubbish",
		"another letter": letter,
	} {
		for kind, o := range twins {
			t.Run(name+" "+kind, func(t *testing.T) {
				compress, calls := counting()
				o.Compress, o.OnError = compress, func(err error) { t.Errorf("reported: %v", err) }
				dir := t.TempDir()
				path := filepath.Join(dir, "app.log")
				write(t, path+".1", "first\nsecond\n")
				write(t, path+".1.gz", packed)
				write(t, path+".rotating-1", "third\n")
				s := made(t)(newRotating(quick(), path, 0, &o))
				emit(t, s, "live")
				closeSink(t, s)
				names := []string{"app.log", "app.log.1.gz", "app.log.2.gz"}
				if o.Shared {
					names = append(names, "app.log.lock")
				}
				wantNames(t, dir, names...)
				wantRecords(t, s, "first", "second", "third", "live")
				again := int64(2)
				if packed == whole {
					again = 1 // only the file that has waited
				}
				if n := calls.Load(); n != again {
					t.Errorf("compressed %d times, want %d", n, again)
				}
			})
		}
	}
}

// Who cannot read the compressed one knows nothing of it: both stay until somebody can.
func TestTwinsThatCannotBeRead(t *testing.T) {
	var c collector
	ffs := quick()
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	write(t, path+".1", "first\n")
	write(t, path+".1.gz", zipped(t, "other\n"))
	ffs.Arm(faultfs.Fault{Op: "open", Name: "app.log.1.gz", Err: syscall.EACCES, Persistent: true})
	o := RotatingOptions{Backups: 3, Compress: huffman, Options: Options{OnError: c.add}}
	s := made(t)(newRotating(ffs, path, 0, &o))
	closeSink(t, s)
	wantNames(t, dir, "app.log", "app.log.1", "app.log.1.gz")
	if errs := c.all(); len(errs) == 0 {
		t.Error("nothing was reported")
	}
	want(t, path+".1", "first\n")
	if got := unzip(t, path+".1.gz"); got != "other\n" {
		t.Errorf("the compressed one holds %q", got)
	}
}
