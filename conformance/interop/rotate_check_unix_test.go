//go:build unix

package interop_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// account is what a source was told of its records.
type account struct {
	source
	round   int          // sources of a later round began when those before were dead
	tried   int          // so many of its records, from the first on
	refused map[int]bool // those of them that were not accepted
	open    bool         // it was killed: another one may be there, whole or cut
}

// rotatedLog is a file that rotates, and all that was logged to it.
type rotatedLog struct {
	kind     string
	path     string
	maxBytes int
	accounts []account
	kills    int
	made     int // at least so many old files were made
}

// start makes the sink here. On a disk that works, nothing may be reported.
func (l *rotatedLog) start(t *testing.T) *file.Rotating {
	t.Helper()
	sink, err := rotatingSink(l.kind, l.path, l.maxBytes, func(err error) { t.Errorf("reported: %v", err) })
	check(t, err)
	return sink
}

// restart starts once more, after all others, and logs a last record.
func (l *rotatedLog) restart(t *testing.T) {
	t.Helper()
	round := 0
	for _, a := range l.accounts {
		round = max(round, a.round+1)
	}
	last := account{source: source{"last.0", recordSizes["small"]}, round: round, tried: 1}
	sink := l.start(t)
	check(t, sink.Emit(core.Record{Line: []byte(last.line(0))}))
	check(t, sink.Close())
	l.accounts = append(l.accounts, last)
}

// oldName is the name of an old file.
var oldName = regexp.MustCompile(`^app\.log\.(\d+)(\.gz)?$`)

// texts returns the contents of the files, oldest first. Nothing else may be there.
func (l *rotatedLog) texts(t *testing.T) (texts []string) {
	t.Helper()
	opts := rotatingKinds[l.kind]
	entries, err := os.ReadDir(filepath.Dir(l.path))
	check(t, err)
	byNumber := map[int]string{}
	var order []int
	for _, e := range entries {
		name := oldName.FindStringSubmatch(e.Name())
		if name == nil {
			if !strings.HasPrefix(e.Name(), "ballast") && e.Name() != "app.log" && (e.Name() != "app.log.lock" || !opts.Shared) {
				t.Errorf("%s was left behind", e.Name())
			}
			continue
		}
		n, err := strconv.Atoi(name[1])
		check(t, err)
		if _, there := byNumber[n]; there || (name[2] != "") != (opts.Compress != nil) {
			t.Errorf("%s is in a wrong form, or there twice", e.Name())
		}
		byNumber[n] = unpacked(t, filepath.Join(filepath.Dir(l.path), e.Name()))
		order = append(order, n)
	}
	slices.Sort(order)
	if opts.Archive == nil {
		slices.Reverse(order)
	}
	for _, n := range order {
		texts = append(texts, byNumber[n])
	}
	return append(texts, unpacked(t, l.path))
}

// verify restarts, and holds the files against the accounts: every accepted record is
// there once, whole and in order, but for those of files that are deleted as too many.
func (l *rotatedLog) verify(t *testing.T) {
	t.Helper()
	l.restart(t)
	texts := l.texts(t)
	backups, old := rotatingKinds[l.kind].Backups, len(texts)-1
	if backups > 0 && (old > backups || old < min(backups, l.made)) {
		t.Errorf("%d old files, want %d of at least %d", old, backups, l.made)
	}
	found, torn := map[string][]int{}, 0
	round := 0
	for line := range strings.Lines(strings.Join(texts, "")) {
		a, i, whole := l.parse(line)
		switch {
		case a == nil:
			t.Fatalf("foreign or glued line %q", clip(line))
		case !whole:
			torn++
		case a.round < round:
			t.Fatalf("%q comes after records of round %d", clip(line), round)
		default:
			round = a.round
			found[a.who] = append(found[a.who], i)
		}
	}
	if torn > l.kills {
		t.Errorf("%d lines are torn, after %d kills", torn, l.kills)
	}
	for i := range l.accounts {
		l.accounts[i].compare(t, found[l.accounts[i].who], backups > 0 && old == backups)
	}
	if t.Failed() {
		for _, text := range texts {
			t.Logf("%d bytes: %q", len(text), clip(text))
		}
	}
}

// parse says which record of which account a line is, or a piece of which.
func (l *rotatedLog) parse(line string) (a *account, i int, whole bool) {
	line, ended := strings.CutSuffix(line, "\n")
	var who string
	_, err := fmt.Sscanf(line, "%s record %d ", &who, &i)
	for n := range l.accounts {
		a := &l.accounts[n]
		if err == nil && ended && a.who == who && line == a.line(i) {
			return a, i, true
		}
		if ended && a.open && strings.HasPrefix(a.line(a.tried), line) {
			return a, a.tried, false
		}
	}
	return nil, 0, false
}

// compare fails unless the records found are those that were accepted or, if old ones
// are deleted, the last of them.
func (a *account) compare(t *testing.T, found []int, few bool) {
	t.Helper()
	var want []int
	for i := range a.tried {
		if !a.refused[i] {
			want = append(want, i)
		}
	}
	if a.open && len(found) > 0 && found[len(found)-1] == a.tried {
		want = append(want, a.tried)
	}
	if few {
		want = want[max(0, len(want)-len(found)):]
	}
	for n := range min(len(found), len(want)) {
		if found[n] != want[n] {
			t.Fatalf("%s: record %d where %d should be", a.who, found[n], want[n])
		}
	}
	if len(found) != len(want) {
		t.Fatalf("%s: %d of its records are there, %d were accepted", a.who, len(found), len(want))
	}
}
