package interop_test

import (
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal returns the path of a device that is this test's own: no fault of ours
// could harm the machine by it, as it could if a device that everybody uses were
// renamed. What is written to it is read and forgotten.
func terminal(t *testing.T) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	check(t, err)
	fd := int(master.Fd())
	check(t, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	check(t, err)
	path := fmt.Sprintf("/dev/pts/%d", n)
	own, err := os.OpenFile(path, os.O_WRONLY|unix.O_NOCTTY, 0) // or reading ends with the first who closes
	check(t, err)
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = io.Copy(io.Discard, master) // it fails when nobody has the terminal open any more
	}()
	t.Cleanup(func() {
		check(t, own.Close())
		<-read
		check(t, master.Close())
	})
	return path
}

// TestPythonDeviceNeverRolls is a line of §22 for either handler.
func TestPythonDeviceNeverRolls(t *testing.T) {
	link := op{Do: "symlink", To: terminal(t), Path: "app.log"}
	compareRolls(t, map[string][]rollOp{
		"Rotating": rolls(link, sized(5, 3), emits("aaaa", "bbbb", "cccc")),
		"Timed":    rolls(link, timed("S", 2), beats(3*time.Second, time.Second)),
	}, []string{}, directly, batched, buffered)
}
