package logrussink_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/logrussink"
)

// Siblings of one entry, in many goroutines: each record has its own fields, and
// its line says the same.
func TestB61SiblingsDoNotMix(t *testing.T) {
	const siblings, records = 16, 50
	for name, f := range map[string]logrus.Formatter{
		"text": &logrus.TextFormatter{DisableTimestamp: true}, "wrapper": &scribbler{}, "none": nil,
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemo()
			base := sinkOnly(m, &logrussink.Options{Formatter: f}).WithFields(logrus.Fields{"base": 1, "k": -1})
			var wg sync.WaitGroup
			for i := range siblings {
				e := base.WithFields(logrus.Fields{"k": i, fmt.Sprintf("own%02d", i): i})
				wg.Go(func() {
					for j := range records {
						e.WithField("z", j).Info(fmt.Sprintf("%d/%d", i, j))
					}
				})
			}
			wg.Wait()
			all := m.all()
			if len(all) != siblings*records {
				t.Fatalf("%d records, want %d", len(all), siblings*records)
			}
			for _, r := range all {
				var i, j int
				if _, err := fmt.Sscanf(r.Message, "%d/%d", &i, &j); err != nil {
					t.Fatal(err)
				}
				want := fmt.Sprintf("base=1 k=%d own%02d=%d z=%d", i, i, i, j)
				if got := attrs(r); got != want {
					t.Fatalf("%s has %s", r.Message, got)
				}
				if name == "text" && !strings.HasSuffix(string(r.Line), "msg="+r.Message+" "+want) {
					t.Fatalf("%s has line %s", r.Message, r.Line)
				}
			}
		})
	}
}
