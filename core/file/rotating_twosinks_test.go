package file

import (
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// store is a compression that makes files larger.
func store(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.NoCompression) }

// lockedBytes is bytesIn while no process renames or deletes anything.
func lockedBytes(t *testing.T, path string) int64 {
	t.Helper()
	lock, err := quick().Lock(path+lockExt, 0o640)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	for {
		ok, err := lock.TryLock()
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			return bytesIn(t, filepath.Dir(path))
		}
		runtime.Gosched()
	}
}

// What one process compresses or deletes counts with the other, too.
func TestTotalOfTwoSinks(t *testing.T) {
	const total, limit, record = 20000, 5000, 100
	for name, o := range map[string]RotatingOptions{
		"growing, compressed":  {Archive: Growing{}, Compress: huffman},
		"numbered, compressed": {Backups: 30, Compress: huffman},
		"growing, stored":      {Archive: Growing{}, Compress: store},
		"numbered, stored":     {Backups: 30, Compress: store},
		"dated, few":           {Archive: Dated{}, Compress: huffman, Backups: 6},
		"not compressed":       {Archive: Growing{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.Shared, o.MaxTotal = true, total
			path := filepath.Join(t.TempDir(), "app.log")
			var both []*Rotating
			for range 2 {
				both = append(both, made(t)(newRotating(quick(), path, limit, &o)))
			}
			random := rand.New(rand.NewPCG(3, 4))
			for i := range 1000 {
				s := both[random.IntN(2)]
				emit(t, s, noise(random, record-1))
				if random.IntN(20) == 0 {
					settled(s)
				}
				if got := lockedBytes(t, path); got > total+record {
					t.Fatalf("record %d: %d bytes, want at most %d; %q", i, got, total+record, namesIn(t, filepath.Dir(path)))
				}
			}
			for _, s := range both {
				closeSink(t, s)
			}
			if got := lockedBytes(t, path); got > total+record || got < total/2 {
				t.Errorf("at last %d bytes", got)
			}
		})
	}
}

// noise is a text of which compression makes little less.
func noise(random *rand.Rand, n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = 'a' + byte(random.IntN(26))
	}
	return string(text)
}

// A sink that has counted the old files when the other had not yet compressed them does
// not go by what they took then.
func TestTotalAfterTheOtherHasCompressed(t *testing.T) {
	skipOnWine(t, keepsNames)
	const total, limit, record = 25000, 10000, 100
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	o := RotatingOptions{Archive: Growing{}, Compress: store, MaxTotal: total, Shared: true}
	a, b := rotating(t, path, limit, o), rotating(t, path, limit, o)
	random := rand.New(rand.NewPCG(5, 6))
	log := func(s *Rotating) {
		emit(t, s, noise(random, record-1))
		settled(s)
	}
	for range limit/record + 1 {
		log(b)
	}
	log(a) // which lets go of the old file, and counts
	if err := b.Rotate(); err != nil {
		t.Fatal(err)
	}
	log(a)
	b.roller.keeper.worker.kick()
	settled(b)
	for i := range 4 * limit / record {
		log(a)
		if got := bytesIn(t, dir); got > total+record {
			t.Fatalf("record %d: %d bytes, want at most %d; %q", i, got, total+record, namesIn(t, dir))
		}
	}
}

// Sinks that delete the same old files do not get into each other's way: nothing is
// reported, and the newest records are there.
func TestTwoSinksDeleteTheOldest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	var both []*Rotating
	for i := range 2 {
		both = append(both, rotating(t, path, 40, RotatingOptions{
			Archive: Growing{}, MaxTotal: 200, Shared: true,
			Options: Options{OnError: func(err error) { t.Errorf("sink %d reports: %v", i, err) }},
		}))
	}
	var records []string
	for i := range 200 {
		records = append(records, fmt.Sprintf("record %d", i+100))
		emit(t, both[i*7%3%2], records[i])
	}
	for _, s := range both {
		closeSink(t, s)
	}
	got := strings.Count(strings.Join(generations(t, both[0]), ""), "\n")
	if got < 10 {
		t.Fatalf("%d records are left", got)
	}
	wantRecords(t, both[0], records[200-got:]...)
}
