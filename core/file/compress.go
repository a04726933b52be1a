package file

import (
	"compress/gzip"
	"errors"
	"hash/crc32"
	"io"
	"os"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Gzip is compression by package compress/gzip at its default level, for
// RotatingOptions.Compress.
func Gzip(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }

func gunzip(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }

// digests are what has to be found again in a compressed file.
type digests struct{ plain, packed digest }

// digest is what is compared of two texts.
type digest struct {
	sum  uint32
	size int64
}

func (d *digest) Write(p []byte) (int, error) {
	d.sum = crc32.Update(d.sum, crc32.IEEETable, p)
	d.size += int64(len(p))
	return len(p), nil
}

func digestOf(r io.Reader) (d digest, err error) {
	_, err = io.Copy(&d, r)
	return d, err
}

// limited returns r until Close has no more time.
func (k *keeper) limited(r io.Reader) io.Reader { return limitedReader{r, k} }

type limitedReader struct {
	r io.Reader
	k *keeper
}

func (l limitedReader) Read(p []byte) (int, error) {
	if l.k.stopped.Load() {
		return 0, errStopped
	}
	return l.r.Read(p)
}

var errVerify = errors.New("the compressed file does not hold what its source does")

// verify reads a compressed file again.
func (k *keeper) verify(name string, want digests) error {
	got, err := k.unpacked(name)
	if err != nil {
		return err
	}
	right := want.plain
	if k.unpacker() == nil {
		right = want.packed
	}
	if got != right {
		return errVerify
	}
	return nil
}

// unpacker returns what reads compressed files; nil: nobody knows how.
func (k *keeper) unpacker() func(io.Reader) (io.Reader, error) {
	if k.opts.Decompress == nil && k.ext == ".gz" {
		return gunzip
	}
	return k.opts.Decompress
}

// unpacked returns the digest of what a compressed file holds or, where nobody knows
// how to read it, of the file.
func (k *keeper) unpacked(name string) (d digest, err error) {
	f, err := k.fs.OpenFile(k.path(name), os.O_RDONLY, 0)
	if err != nil {
		return d, err
	}
	defer f.Close()
	err = guard.Call(func() (err error) {
		r := k.limited(f)
		if unpack := k.unpacker(); unpack != nil {
			if r, err = unpack(r); err != nil {
				return err
			}
		}
		d, err = digestOf(r)
		return err
	})
	return d, err
}
