package file

import (
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// stuckSchedule is a schedule of the user's that does not go on: what it returns is not
// after what it is given.
type stuckSchedule func(after time.Time) time.Time

func (s stuckSchedule) Next(after time.Time) time.Time { return s(after) }

var stuckSchedules = map[string]stuckSchedule{
	"the same": func(after time.Time) time.Time { return after },
	"earlier":  func(after time.Time) time.Time { return after.Add(-time.Hour) },
	"fixed":    func(time.Time) time.Time { return march.Add(-1) },
	"1970":     func(time.Time) time.Time { return time.Unix(0, 0) },
}

// hidden is a trigger of the user's that asks another one.
type hidden struct{ Trigger }

// A schedule that does not go on means never, and is reported, unless a trigger of the
// user's hides it.
func TestScheduleThatIsStuck(t *testing.T) {
	for name, schedule := range stuckSchedules {
		for where, c := range map[string]struct {
			trigger Trigger
			told    bool
		}{
			"alone":             {On(schedule), true},
			"in Any":            {Any(MaxBytes(0), On(schedule)), true},
			"hidden":            {hidden{On(schedule)}, false},
			"hidden in Any":     {Any(hidden{Any(On(schedule), nil)}, MaxBytes(1000)), false},
			"hidden and beside": {Any(hidden{On(schedule)}, On(schedule)), true},
		} {
			t.Run(name+", "+where, func(t *testing.T) {
				var errs collector
				ffs := clocked(march)
				s := made(t)(newRotatingWith(ffs, filepath.Join(t.TempDir(), "app.log"), c.trigger, &RotatingOptions{
					Archive: Growing{}, Options: Options{OnError: errs.add},
				}))
				for i, after := range []time.Duration{0, 1, time.Hour, 48 * time.Hour, -48 * time.Hour, 0} {
					ffs.SetNow(march.Add(after))
					emit(t, s, itoa(i))
				}
				wantRotations(t, s, 0)
				s.waitReported()
				if got := errs.all(); len(got) > 0 != c.told {
					t.Errorf("reported: %v", got)
				}
				for _, err := range errs.all() {
					if !errors.Is(err, errStuck) {
						t.Errorf("reported: %v", err)
					}
				}
			})
		}
	}
}

// While nothing is logged RollIdle asks as well, and does not roll for ever either.
func TestRollIdleOfAScheduleThatIsStuck(t *testing.T) {
	for name, schedule := range stuckSchedules {
		t.Run(name, func(t *testing.T) {
			var errs collector
			s := made(t)(newTimedRotating(clocked(march), filepath.Join(t.TempDir(), "app.log"), schedule, &RotatingOptions{
				RollIdle: true, Options: Options{OnError: errs.add},
			}))
			emit(t, s, "a")
			s.lookIdle()
			s.lookIdle()
			wantRotations(t, s, 0)
			wantRecords(t, s, "a")
		})
	}
}
