package lumber

import (
	"errors"
	"fmt"
	"time"

	"github.com/logsinks/logsinks/core"
)

// Options are the options of [Wrap]. Nil means the zero value, which means the
// defaults.
type Options struct {
	Formatter    core.Formatter // renders records; default [core.Line]
	Terminator   string         // ends each record; default "\n"
	NoTerminator bool           // nothing ends a record

	// CloseTimeout is how long Close waits for a call of lumberjack that does not
	// return. Default [core.DefaultCloseTimeout].
	CloseTimeout time.Duration
}

// check returns a copy with the defaults filled in, and everything that is wrong.
func (o *Options) check() (Options, error) {
	c := Options{}
	if o != nil {
		c = *o
	}
	var errs []error
	if c.NoTerminator && c.Terminator != "" {
		errs = append(errs, wrong("Terminator and NoTerminator exclude each other"))
	}
	if c.CloseTimeout < 0 {
		errs = append(errs, wrong("CloseTimeout %v is negative", c.CloseTimeout))
	}
	if c.Formatter == nil {
		c.Formatter = core.Line{}
	}
	if c.Terminator == "" && !c.NoTerminator {
		c.Terminator = "\n"
	}
	if c.CloseTimeout == 0 {
		c.CloseTimeout = core.DefaultCloseTimeout
	}
	return c, errors.Join(errs...)
}

func wrong(format string, args ...any) error {
	return fmt.Errorf("lumber: options: "+format, args...)
}
