package file

import (
	"path/filepath"
	"strconv"
	"testing"
)

// Growing knows its own numbers as far as an int goes.
func TestGrowingNumbersBeyond32Bits(t *testing.T) {
	if strconv.IntSize == 32 {
		t.Skip("there are no such numbers here")
	}
	for found, names := range map[string][]string{
		"2147383647":          {"app.log.2147383648", "app.log.2147383649"}, // those of waiting files end here
		"2147483646":          {"app.log.2147483647", "app.log.2147483648"},
		"3000000000":          {"app.log.3000000001", "app.log.3000000002"},
		"1000000000000000000": {"app.log.1000000000000000001", "app.log.1000000000000000002"},
	} {
		for how, o := range map[string]RotatingOptions{"": {}, ", shared": {Shared: true}, ", total": {MaxTotal: 1 << 20}} {
			t.Run(found+how, func(t *testing.T) {
				dir := t.TempDir()
				touch(t, dir, "app.log."+found)
				o.Archive, o.Backups = Growing{}, 2
				s := made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 2, &o))
				emit(t, s, "a", "b", "c")
				settled(s)
				want(t, filepath.Join(dir, names[0]), "a\n")
				want(t, filepath.Join(dir, names[1]), "b\n")
				wantRecords(t, s, "a", "b", "c")
			})
		}
	}
}
