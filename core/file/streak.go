package file

import "errors"

// streak reports the first of several like failures in a row: what goes on failing would
// be reported with every record otherwise.
type streak struct{ last string } // what the last failure was at bottom; "": there was none

// note takes the outcome of one try.
func (s *streak) note(err error, report func(error)) {
	if err == nil {
		s.last = ""
		return
	}
	if why := bottom(err).Error(); why != s.last {
		s.last = why
		report(err)
	}
}

// bottom returns the first error at the bottom of err. It says what is wrong, but not with
// which file.
func bottom(err error) error {
	for {
		var inner error
		if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 0 {
			inner = joined.Unwrap()[0]
		} else {
			inner = errors.Unwrap(err)
		}
		if inner == nil {
			return err
		}
		err = inner
	}
}
