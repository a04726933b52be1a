package file_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// print prints the names and the sizes of the files beside path.
func print(path string) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			log.Fatal(err)
		}
		if strings.HasSuffix(e.Name(), ".gz") {
			fmt.Println(e.Name(), "compressed")
		} else {
			fmt.Println(e.Name(), info.Size())
		}
	}
}

func emit(sink core.Sink, n int) {
	for i := range n {
		if err := sink.Emit(core.Record{Line: fmt.Appendf(nil, "record %03d", i)}); err != nil {
			log.Fatal(err)
		}
	}
}

func ExampleNewRotating() {
	dir, err := os.MkdirTemp("", "logs")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	sink, err := file.NewRotating(filepath.Join(dir, "app.log"), 100, &file.RotatingOptions{Backups: 2})
	if err != nil {
		log.Fatal(err)
	}
	emit(sink, 30) // of 11 bytes each
	if err := sink.Close(); err != nil {
		log.Fatal(err)
	}
	print(sink.Path())
	// Output:
	// app.log 33
	// app.log.1 99
	// app.log.2 99
}

func ExampleNewTimedRotating() {
	dir, err := os.MkdirTemp("", "logs")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	// At midnight, or when the first record comes thereafter; two weeks are kept.
	midnight := file.Calendar{When: file.Midnight}
	sink, err := file.NewTimedRotating(filepath.Join(dir, "app.log"), midnight, &file.RotatingOptions{
		MaxAge:  14 * 24 * time.Hour,
		Archive: file.Dated{KeepExt: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer sink.Close()
	emit(sink, 3)
	if err := sink.Rotate(); err != nil { // not only at midnight
		log.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(entries), "files, one of which is called", strings.Map(digit, entries[0].Name()))
	// Output:
	// 2 files, one of which is called app.0000-00-00.log
}

// digit makes a 0 of each digit.
func digit(r rune) rune {
	if r >= '0' && r <= '9' {
		return '0'
	}
	return r
}

// records is due when a sink has written so many records to a file.
type records struct{ limit, n int }

func (r *records) Due(*file.Live, int64) bool {
	r.n++
	if r.n <= r.limit {
		return false
	}
	r.n = 1 // the one that is asked for goes to the new file
	return true
}

func ExampleNewRotatingWith() {
	dir, err := os.MkdirTemp("", "logs")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	// A file has ten records, and each run of the program a file of its own.
	trigger := file.Any(&records{limit: 10}, file.AtStart{})
	sink, err := file.NewRotatingWith(filepath.Join(dir, "app.log"), trigger, &file.RotatingOptions{
		Archive: file.Growing{KeepExt: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	emit(sink, 25)
	if err := sink.Close(); err != nil {
		log.Fatal(err)
	}
	print(sink.Path())
	// Output:
	// app.1.log 110
	// app.2.log 110
	// app.log 55
}

func ExampleCalendar() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		log.Fatal(err)
	}
	now := time.Date(2024, 3, 30, 12, 0, 0, 0, berlin)
	for _, c := range []file.Calendar{
		{When: file.Hours, Interval: 6, Location: berlin},
		{When: file.Midnight, Location: berlin},
		{When: file.Midnight, At: file.At(2, 30, 0), Location: berlin}, // put forward over
		{When: file.Mondays, At: file.At(0, 0, 0), Location: berlin},
	} {
		fmt.Println(c.Next(now))
	}
	// Output:
	// 2024-03-30 18:00:00 +0100 CET
	// 2024-03-31 00:00:00 +0100 CET
	// 2024-03-31 03:30:00 +0200 CEST
	// 2024-04-01 00:00:00 +0200 CEST
}

func ExampleGzip() {
	dir, err := os.MkdirTemp("", "logs")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	sink, err := file.NewRotating(filepath.Join(dir, "app.log"), 110, &file.RotatingOptions{
		Archive:  file.Growing{},
		MaxTotal: 1 << 20,
		Compress: file.Gzip,
	})
	if err != nil {
		log.Fatal(err)
	}
	emit(sink, 25)
	if err := sink.Close(); err != nil { // and wait until all is compressed
		log.Fatal(err)
	}
	print(sink.Path())
	// Output:
	// app.log 55
	// app.log.1.gz compressed
	// app.log.2.gz compressed
}

// everyFull is a schedule by the clock: with an hour, at each full hour of UTC.
type everyFull time.Duration

func (e everyFull) Next(after time.Time) time.Time {
	return after.Truncate(time.Duration(e)).Add(time.Duration(e))
}

func ExampleSchedule() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	sink, err := file.NewTimedRotating(filepath.Join(dir, "app.log"), everyFull(time.Hour), &file.RotatingOptions{
		Archive: file.Dated{Layout: "2006-01-02_15h", Location: time.UTC},
		Backups: 24,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer sink.Close()
	fmt.Println(everyFull(time.Hour).Next(time.Date(2026, 3, 1, 10, 20, 30, 0, time.UTC)))
	// Output: 2026-03-01 11:00:00 +0000 UTC
}
