package jsonenc_test

import (
	"math"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/jsonenc"
)

// checkTime holds AppendTime to package time.
func checkTime(t *testing.T, at time.Time) {
	t.Helper()
	if got, want := string(jsonenc.AppendTime([]byte("x"), at)), "x"+at.Format(time.RFC3339Nano); got != want {
		t.Fatalf("%v: got %s, want %s", at, got, want)
	}
}

func TestAppendTime(t *testing.T) {
	seconds := []int64{
		0, 1, -1, 59, 60, 3599, 3600, 86399, 86400, -86400, -86401, 951782399, 951782400, // around 29 February 2000
		1e9, 1<<31 - 1, 1 << 31, -62135596800, -62135596801, // the year 1
		-62167219200, -62167219201, 253402300799, 253402300800, // the years 0 and 9999
		math.MinInt32, math.MaxInt64 / 2, math.MinInt64 / 2,
	}
	nanos := []int64{0, 1, 10, 999, 1000, 1e6, 120_000_000, 500_000_000, 999_999_999}
	offsets := []int{0, 1, 59, 60, -1, -60, 3600, -3600, 19800, -34200, 86399, -86399, 86400, -86400, 360000, -400000}
	for _, sec := range seconds {
		for _, nsec := range nanos {
			for _, offset := range offsets {
				checkTime(t, time.Unix(sec, nsec).In(time.FixedZone("", offset)))
			}
			checkTime(t, time.Unix(sec, nsec).UTC())
		}
	}
	checkTime(t, time.Now())
	checkTime(t, time.Time{})
}

func FuzzAppendTime(f *testing.F) {
	f.Add(int64(0), int64(0), 0)
	f.Add(int64(1790000000), int64(120_000_000), -16200)
	f.Fuzz(func(t *testing.T, sec, nsec int64, offset int) {
		checkTime(t, time.Unix(sec, nsec).In(time.FixedZone("", offset)))
	})
}
