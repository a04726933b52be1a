package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// pack puts the module in root/dir, as HEAD has it, into the proxy on disk: the
// files that the go command asks a proxy for. The zip is made and checked by the
// code that the go command itself trusts.
func pack(root, dir, proxy string) (err error) {
	gomod, err := os.ReadFile(filepath.Join(root, dir, "go.mod"))
	if err != nil {
		return err
	}
	m := module.Version{Path: modfile.ModulePath(gomod), Version: version}
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	out := filepath.Join(proxy, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	name := filepath.Join(out, version+".zip")
	if err := packZip(name, m, root, dir); err != nil {
		return err
	}
	info, err := json.Marshal(map[string]any{"Version": version, "Time": time.Unix(0, 0).UTC()})
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(out, version+".mod"), gomod, 0o644),
		os.WriteFile(filepath.Join(out, version+".info"), info, 0o644),
		os.WriteFile(filepath.Join(out, "list"), []byte(version+"\n"), 0o644),
	)
}

func packZip(name string, m module.Version, root, dir string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(zip.CreateFromVCS(f, m, root, "HEAD", dir), f.Close()); err != nil {
		return err
	}
	checked, err := zip.CheckZip(m, name)
	return errors.Join(err, checked.Err())
}
