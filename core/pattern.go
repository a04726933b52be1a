package core

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// PatternOptions are the options of [NewPattern]. Nil means the zero value,
// which means the defaults.
type PatternOptions struct {
	TimeFormat     string         // layout of asctime, as in package time; default Python's: 2006-01-02 15:04:05,000
	Location       *time.Location // where asctime is told; default time.Local
	AllowMultiline bool           // leaves line feeds in the text as they are, as Python does
}

// Pattern is a [Formatter] that follows a format string of Python's logging, such
// as
//
//	%(asctime)s %(levelname)-8s %(name)s: %(message)s
//
// These names are known, with Python's meaning and Python's spelling of levels
// ("WARNING", or "Level 25" for those without a name there): asctime, created,
// filename, funcName, levelname, levelno, lineno, message, module, msecs, name
// (the root's is "root"), pathname, process and relativeCreated (milliseconds since
// the pattern was made). One is added: attrs is what [Text] makes of the
// attributes. Each takes flags, width, precision and one of the conversions
// s d i u f F e E g G x X o; %% is a percent sign. threadName, thread, taskName
// and processName are refused, since Go has no such thing.
//
// A stack trace follows on lines of its own. Line ends and control characters
// are escaped, see AllowMultiline.
type Pattern struct {
	pieces  []piece
	opts    PatternOptions
	started time.Time
	process int
}

// piece is a literal text, or an attribute.
type piece struct {
	text string
	attr attribute // nil: the text itself
	spec spec
}

// spec is how an attribute is laid out.
type spec struct {
	flags     string
	width     int
	precision int // -1: none
	verb      byte
}

// NewPattern returns the formatter for a format string. An unknown name or a
// conversion that does not fit is an error, which names everything that is wrong.
func NewPattern(format string, opts *PatternOptions) (*Pattern, error) {
	p := &Pattern{started: time.Now(), process: os.Getpid()}
	if opts != nil {
		p.opts = *opts
	}
	if p.opts.Location == nil {
		p.opts.Location = time.Local
	}
	var errs []error
	for rest := format; rest != ""; {
		text, tail, found := strings.Cut(rest, "%")
		if text != "" {
			p.pieces = append(p.pieces, piece{text: text})
		}
		if rest = tail; !found {
			break
		}
		next, n, err := parsePiece(rest)
		if err != nil {
			errs = append(errs, fmt.Errorf("core: pattern: at %q: %w", "%"+rest, err))
		}
		p.pieces = append(p.pieces, next)
		rest = rest[n:]
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return p, nil
}

// parsePiece reads what follows a percent sign. It returns how much of s it has
// read, in case of an error too.
func parsePiece(s string) (p piece, n int, err error) {
	if strings.HasPrefix(s, "%") {
		return piece{text: "%"}, 1, nil
	}
	if !strings.HasPrefix(s, "(") {
		return p, 0, errors.New("a percent sign needs a name in parentheses, or is written twice")
	}
	name, tail, found := strings.Cut(s[1:], ")")
	if !found {
		return p, len(s), errors.New("a parenthesis is not closed")
	}
	p.spec, n, err = parseSpec(tail)
	n += len(s) - len(tail)
	if err != nil {
		return p, n, err
	}
	attr, ok := attributes[name]
	if !ok {
		return p, n, unknownName(name)
	}
	if attr == nil {
		return p, n, fmt.Errorf("%s has no counterpart in Go", name)
	}
	p.attr = attr
	if !attr.fits(p.spec.verb) {
		return p, n, fmt.Errorf("%%%c does not fit %s, which is text", p.spec.verb, name)
	}
	return p, n, nil
}

func unknownName(name string) error { return fmt.Errorf("unknown name %q", name) }

// parseSpec reads flags, width, precision and conversion.
func parseSpec(s string) (sp spec, n int, err error) {
	for n < len(s) && strings.IndexByte("#0- +", s[n]) >= 0 {
		n++
	}
	sp.flags, sp.precision = s[:n], -1
	sp.width, n = parseNumber(s, n)
	if n < len(s) && s[n] == '.' {
		sp.precision, n = parseNumber(s, n+1)
	}
	if n == len(s) {
		return sp, n, errors.New("the conversion is missing")
	}
	sp.verb = s[n]
	if strings.IndexByte("sdiufFeEgGxXo", sp.verb) < 0 {
		return sp, n + 1, fmt.Errorf("unknown conversion %q", sp.verb)
	}
	if sp.width > maxField || sp.precision > maxField {
		return sp, n + 1, fmt.Errorf("width and precision end at %d", maxField)
	}
	return sp, n + 1, nil
}

// maxField keeps a typing error from filling the disk with spaces.
const maxField = 4096

func parseNumber(s string, n int) (value, end int) {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		value = min(value*10+int(s[n]-'0'), maxField+1)
		n++
	}
	return value, n
}

// Append appends the text of r.
func (p *Pattern) Append(dst []byte, r Record) []byte {
	for i := range p.pieces {
		if piece := &p.pieces[i]; piece.attr == nil {
			dst = append(dst, piece.text...)
		} else {
			dst = piece.attr.append(dst, p, &r, &piece.spec)
		}
	}
	return appendStack(dst, r.Stack)
}

// escape appends s, on one line unless the options allow more.
func (p *Pattern) escape(dst []byte, s string) []byte {
	return appendMessage(dst, s, p.opts.AllowMultiline)
}

var _ Formatter = (*Pattern)(nil)
