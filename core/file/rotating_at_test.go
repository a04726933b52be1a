package file

import (
	"path/filepath"
	"testing"
	"time"
)

// On copies the time of day that a Calendar points to: to change it later changes
// nothing, neither before a sink is made nor after.
func TestCalendarAtIsCopied(t *testing.T) {
	for name, schedule := range map[string]func(c *Calendar) Schedule{
		"calendar": func(c *Calendar) Schedule { return *c },
		"pointer":  func(c *Calendar) Schedule { return c },
	} {
		for when, set := range map[string]func(c *Calendar, again bool){
			"earlier": func(c *Calendar, _ bool) { *c.At = TimeOfDay{Hour: 11} },
			"wrong":   func(c *Calendar, _ bool) { *c.At = TimeOfDay{Hour: 99} },
			"later": func(c *Calendar, again bool) {
				if again {
					*c.At = TimeOfDay{Hour: 23}
				}
			},
		} {
			t.Run(name+", "+when, func(t *testing.T) {
				c := &Calendar{When: Midnight, At: At(12, 0, 0), Location: time.UTC}
				trigger := On(schedule(c))
				set(c, false)
				ffs := clocked(march) // 10:20
				s := made(t)(newRotatingWith(ffs, filepath.Join(t.TempDir(), "app.log"), trigger, nil))
				set(c, true)
				for _, hour := range []int{11, 12, 23, 24 + 11} {
					ffs.SetNow(time.Date(2024, 3, 1, hour, 30, 0, 0, time.UTC))
					emit(t, s, itoa(hour))
				}
				wantFiles(t, s, "app.log.2024-02-29=011;", "app.log=012;023;035;")
			})
		}
	}
}

func TestCalendarAtOfASinkIsCopied(t *testing.T) {
	c := Calendar{When: Midnight, At: At(12, 0, 0), Location: time.UTC}
	tt := startTimed(t, march, c, RotatingOptions{Also: On(&Calendar{When: Midnight, At: c.At, Location: time.UTC})})
	*c.At = TimeOfDay{Hour: 11}
	tt.after(time.Hour, "011")
	tt.after(time.Hour, "012")
	tt.wantFiles("app.log.2024-02-29=011;", "app.log=012;")
}
