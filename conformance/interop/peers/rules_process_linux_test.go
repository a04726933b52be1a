package peers_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// processRules take processes of their own: two at once, and one with a small disk.
var processRules = []rule{
	{"B-29", "what two processes log into one file, which both rotate, is all there and whole", bySize | shares, twoProcesses},
	{"B-30", "when a full disk has room again, logging resumes, and no record that was accepted is missing", 0, diskFull},
}

// apart checks a part of the rule in a process with these attributes.
func (r *run) apart(ctx context.Context, part string, attr *syscall.SysProcAttr) error {
	in := setting{dir: r.dir, part: part, attr: attr}
	switch v := judgeApart(ctx, cell{r.rule, r.subject.name}, in, watchdog/2); v.Outcome {
	case ok:
		return nil
	case failed:
		return fails(v.Reason, errors.New(v.Detail))
	case lacking:
		return fmt.Errorf("%w: %s", errLacking, v.Detail)
	default:
		return errors.New(v.Detail)
	}
}

// perProcess is how many records each of two processes logs.
const perProcess = 1000

// twoProcesses ends the second to finish when the first has failed.
func twoProcesses(r *run) {
	parts := []string{"first", "second"}
	switch r.part {
	case "first":
		r.share("second")
		return
	case "second":
		r.issued = perProcess
		r.share("first")
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	results := make(chan error)
	for _, part := range parts {
		go func() { results <- r.apart(ctx, part, nil) }()
	}
	var first error
	for range parts {
		if first = cmp.Or(first, <-results); first != nil {
			cancel()
		}
	}
	must(first)
	r.issued = perProcess * len(parts)
	settle(r.once)
}

// share logs while the other part does. A Rotate may fail if the other one is at it:
// it is the records that count.
func (r *run) share(other string) {
	const turns = 20
	must(os.WriteFile(filepath.Join(r.dir, r.part), nil, 0o600))
	for {
		if _, err := os.Stat(filepath.Join(r.dir, other)); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	r.open(options{maxBytes: r.limit(), shared: true})
	for range turns {
		r.emit(perProcess/turns, 2<<10)
		if r.rotate != nil {
			_ = r.rotate()
		}
	}
	_ = r.sink.Close() // what counts is in the files
}

// namespace are the attributes of a process that may mount a disk which nobody else
// sees.
func namespace() *syscall.SysProcAttr {
	if os.Geteuid() == 0 {
		return &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	}
	return &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
}

// diskFull has records of sizes that pages of the disk do not divide, more than it
// has room for.
func diskFull(r *run) {
	if r.part == "" {
		must(r.apart(context.Background(), "small disk", namespace()))
		return
	}
	const size = 64 << 10
	free := r.smallDisk(size)
	r.open(options{maxBytes: mebibyte})
	var accepted []int
	log := func() error {
		err := r.try([]int{50, 300, 3000}[r.issued%3])
		if err == nil {
			accepted = append(accepted, r.issued)
		}
		return err
	}
	for range 2 * size / 1000 {
		_ = log()
	}
	free()
	settle(func() error {
		if err := log(); err != nil {
			return fails("never writes again", err)
		}
		return nil
	})
	_ = r.sink.Close() // what counts is in the files
	r.quiet()
	must(r.haveAccepted(accepted))
}

// smallDisk mounts a disk for the log, and returns what frees the half of it that is
// taken from the start.
func (r *run) smallDisk(size int) (free func()) {
	dir := filepath.Dir(r.path)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		must(fmt.Errorf("%w: no small disk: %w", errLacking, err))
	}
	ballast := filepath.Join(dir, "ballast")
	must(os.WriteFile(ballast, make([]byte, size/2), 0o600))
	return func() { must(os.Remove(ballast)) }
}

// haveAccepted fails unless each of these records is there, once.
func (r *run) haveAccepted(accepted []int) error {
	n := counts(r.files())
	for _, i := range accepted {
		switch {
		case n[i] == 0:
			return fails("loses records", fmt.Errorf("%d of %d", i, r.issued))
		case n[i] > 1:
			return fails("has records twice", fmt.Errorf("%d of %d", i, r.issued))
		}
	}
	return nil
}
