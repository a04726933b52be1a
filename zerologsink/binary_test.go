package zerologsink_test

import (
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

// cborLine is {"level": "warn", "message": "m"} as zerolog writes it with
// binary_log, which leaves out the line end.
const cborLine = "\xbf\x65level\x64warn\x67message\x61m\xff"

func TestBinaryLineIsDeliveredAndReportedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, errs := newKeeper(), &errorList{}
		w := zerologsink.NewWriter(k, &zerologsink.Options{OnError: errs.add})
		for range 3 {
			if n, err := w.WriteLevel(zerolog.WarnLevel, []byte(cborLine)); n != len(cborLine) || err != nil {
				t.Errorf("got %d, %v", n, err)
			}
		}
		synctest.Wait()
		for _, r := range k.all() {
			if string(r.Line) != cborLine || r.Level != core.LevelWarn || !strings.Contains(r.Message, "CBOR") || attrsText(r) != "{}" {
				t.Errorf("got %+v", r)
			}
		}
		if got := errs.all(); len(got) != 1 || !strings.Contains(got[0].Error(), "built with binary_log") {
			t.Errorf("reported %v", got)
		}
	})
}

// The tests in binary_log_test.go need the other build of zerolog.
func TestBinaryLogBuild(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command: ", err)
	}
	out, err := exec.Command(tool, "test", "-tags", "binary_log", "-count=1", "-v", "-run", "^TestBuiltWithBinaryLog", ".").CombinedOutput()
	if err != nil || strings.Count(string(out), "\n--- PASS: TestBuiltWithBinaryLog") != 3 {
		t.Errorf("%v\n%s", err, out)
	}
}
