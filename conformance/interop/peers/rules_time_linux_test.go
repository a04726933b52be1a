package peers_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the zone is known everywhere
)

// timeRules are about time zones, and about what is due.
var timeRules = []rule{
	{"B-17", "files a minute younger than allowed remain and those a minute older go, with names of local time in UTC+8 and UTC-8", byAge, exactAge},
	{"B-18", "the hour that the end of summer time repeats gets a file of its own, when each hour gets one, and nothing is lost", byTime, inBubble(repeatedHour)},
	{"B-20", "ten hours without a record make for one rotation, not ten, when each hour gets a file", byTime, inBubble(afterIdling)},
	{"B-21", "a file whose time is over is put aside though nothing is logged, when asked for that", rollsIdle, inBubble(whileIdle)},
}

// zones are those of B-17; each has a process of its own.
var zones = []*time.Location{
	time.FixedZone("UTC+8", 8*60*60),
	time.FixedZone("UTC-8", -8*60*60),
}

func exactAge(r *run) {
	if r.part == "" {
		for _, zone := range zones {
			must(r.apart(context.Background(), zone.String(), nil))
		}
		return
	}
	i := slices.IndexFunc(zones, func(zone *time.Location) bool { return zone.String() == r.part })
	time.Local = zones[i]
	in := newRun(r.subject, filepath.Join(r.dir, r.part))
	in.exactAge()
}

// exactAge has two old files made, sets them back by a day, more or less, and has
// another rotation look at them.
func (r *run) exactAge() {
	r.open(options{maxBytes: r.limit(), local: true})
	r.generations(2, tick)
	r.emit(1, small)
	r.close()
	r.quiet()
	for record, old := range map[int]time.Duration{1: day + time.Minute, 2: day - time.Minute} {
		redate(r.holder(record), time.Now().Add(-old))
	}
	r.open(options{maxBytes: r.limit(), local: true, maxAge: day})
	r.generations(2, tick)
	r.emit(1, small)
	r.close()
	settle(func() error {
		if counts(r.files())[1] > 0 {
			return fails("keeps a file that is too old", nil)
		}
		return nil
	})
	r.quiet()
	if counts(r.files())[2] == 0 {
		must(fails("deletes a file that is not too old", nil))
	}
}

// layouts are those of the dates in names.
var layouts = []string{
	"2006-01-02T15-04-05.000", // lumberjack, timberjack
	"2006-01-02_15-04-05",     // ours
	"20060102",                // file-rotatelogs
	"06010215",                // gookit
}

var digit = regexp.MustCompile(`\d`)

// redate makes a file look as if it had been put aside and written then, as what
// is in its name, if anything is, and as its time of modification.
func redate(f found, then time.Time) {
	must(os.Chtimes(f.path, then, then))
	dir, name := filepath.Split(f.path)
	for _, layout := range layouts {
		shape := regexp.MustCompile(digit.ReplaceAllString(regexp.QuoteMeta(layout), `\d`))
		date := shape.FindString(name)
		at, err := time.ParseInLocation(layout, date, time.Local)
		if err != nil || time.Since(at).Abs() > 2*day {
			continue // it is of another layout
		}
		renamed := strings.Replace(name, date, then.In(time.Local).Format(layout), 1)
		if _, err := os.Lstat(filepath.Join(dir, renamed)); err == nil {
			must(errors.New(renamed + " is there before"))
		}
		must(os.Rename(f.path, filepath.Join(dir, renamed)))
		return
	}
}

// repeatedHour logs a record every ten minutes through the night.
func repeatedHour(r *run) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	must(err)
	time.Local = berlin
	change := time.Now().Add(day) // the evening before may not be over
	for summer := false; !summer; {
		summer = change.In(berlin).IsDST()
		_, change = change.In(berlin).ZoneBounds()
	}
	time.Sleep(time.Until(change.Add(-3*time.Hour + 5*time.Minute)))
	r.open(options{maxBytes: mebibyte, interval: time.Hour, local: true})
	for range 6 * 6 {
		r.emit(1, small)
		time.Sleep(10 * time.Minute)
	}
	r.close()
	settle(r.once)
	for _, f := range r.files() {
		if n := len(f.records); n > 0 && f.records[n-1]-f.records[0] > 6 {
			must(fails("has two hours in one file", errors.New(f.path)))
		}
	}
}

func afterIdling(r *run) {
	r.open(options{maxBytes: mebibyte, interval: time.Hour})
	r.emit(1, small)
	time.Sleep(10*time.Hour + time.Minute)
	r.emit(10, small)
	r.close()
	settle(r.once)
	switch n := len(r.files()); {
	case n < 2:
		must(fails("does not rotate", nil))
	case n > 2:
		must(fails("rotates again and again", fmt.Errorf("%d files", n)))
	}
}

// whileIdle waits for more than an hour, as some reckon from the one on the clock.
func whileIdle(r *run) {
	r.open(options{maxBytes: mebibyte, interval: time.Hour, idle: true})
	r.emit(1, small)
	time.Sleep(time.Hour + time.Minute)
	backups, err := r.backups()
	must(err)
	if counts(backups)[1] == 0 {
		must(fails("does not rotate", nil))
	}
	r.emit(1, small)
	r.close()
	settle(r.once)
}
