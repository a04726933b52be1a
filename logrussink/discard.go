package logrussink

import (
	"io"

	"github.com/sirupsen/logrus"
)

// DiscardOutput makes logger write nothing itself, and render nothing for it: it
// sets its output to io.Discard and its formatter to one that does nothing. The
// hooks remain.
//
// Make the hook first, while logger.Formatter is still the one that the lines
// shall have; given to [NewHook], the formatter that does nothing counts as none.
// With it, Entry.String and Entry.Bytes, which some programs call on what they
// recover from a Panic, are empty; those keep their formatter and call
// logger.SetOutput(io.Discard) instead.
func DiscardOutput(logger *logrus.Logger) {
	logger.SetOutput(io.Discard)
	logger.SetFormatter(nothing{})
}

// nothing is a formatter that renders nothing.
type nothing struct{}

func (nothing) Format(*logrus.Entry) ([]byte, error) { return nil, nil }
