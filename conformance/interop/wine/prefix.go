package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// shim is the source of a DLL that Wine lacks before version 9.
//
//go:embed shim/bcryptprimitives.c
var shim []byte

const (
	compiler  = "x86_64-w64-mingw32-gcc"
	bootLimit = 2 * time.Minute
)

// wine is a Wine and the Windows that it has made.
type wine struct {
	loader  string // runs a Windows program
	version string
	prefix  string // the directory of that Windows
	work    string // for what is gone afterwards
}

// newWine finds Wine and makes the Windows, if it is not there from the last time.
func newWine(work string) (*wine, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	w := &wine{prefix: filepath.Join(cache, "logsinks", "wine"), work: work}
	if err := w.find(); err != nil {
		return nil, err
	}
	if err := w.boot(); err != nil {
		return nil, err
	}
	return w, w.installShim()
}

// find looks for Wine, which Debian does not put into PATH by the name wine64.
func (w *wine) find() error {
	for _, name := range []string{"wine64", "/usr/lib/wine/wine64", "wine"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if out, err := exec.Command(path, "--version").Output(); err == nil {
			w.loader, w.version = path, strings.TrimSpace(string(out))
			return nil
		}
	}
	return errors.New("no Wine that runs; Debian has one in the package wine64")
}

// boot makes the Windows, unless it is there and was made, to its end, by this Wine.
func (w *wine) boot() error {
	done := filepath.Join(w.prefix, "made-by")
	if by, err := os.ReadFile(done); err == nil && string(by) == w.version {
		return nil
	}
	if err := os.RemoveAll(w.prefix); err != nil {
		return err
	}
	if err := os.MkdirAll(w.prefix, 0o700); err != nil {
		return err
	}
	if out, err := w.run(bootLimit, w.work, "wineboot", "--init"); err != nil {
		return fmt.Errorf("wineboot: %w\n%s", err, out)
	}
	return os.WriteFile(done, []byte(w.version), 0o600)
}

// installShim puts the DLL into the Windows of a Wine that has none.
func (w *wine) installShim() error {
	major := 0
	if _, err := fmt.Sscanf(w.version, "wine-%d", &major); err != nil {
		return fmt.Errorf("version %q: %w", w.version, err)
	}
	if major >= 9 {
		return nil
	}
	dll := filepath.Join(w.prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	// What ntdll.dll exports lies less than 4 GiB above it, at 0x170000000 and up.
	cmd := exec.Command(compiler, "-shared", "-O2", "-Wall", "-s", "-Wl,--image-base,0x180000000",
		"-o", dll+".new", "-x", "c", "-", "-ladvapi32")
	cmd.Stdin = bytes.NewReader(shim)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s, in Debian's package gcc-mingw-w64-x86-64-win32: %w\n%s", compiler, err, out)
	}
	return os.Rename(dll+".new", dll)
}

// run runs a Windows program in dir and returns what it prints, which goes through
// a file: Wine's own processes outlive the program and would keep a pipe open.
func (w *wine) run(limit time.Duration, dir, program string, args ...string) (string, error) {
	out, err := os.CreateTemp(w.work, "out")
	if err != nil {
		return "", err
	}
	defer out.Close()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, w.loader, append([]string{program}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	// Without its own messages, and without asking for Mono and Gecko.
	cmd.Env = append(os.Environ(), "WINEPREFIX="+w.prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=")
	err = cmd.Run()
	if ctx.Err() != nil {
		err = fmt.Errorf("not done after %v", limit)
	}
	text, rerr := os.ReadFile(out.Name())
	if err == nil {
		err = rerr
	}
	return string(text), err
}
