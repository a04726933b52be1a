package file

// streak reports the first of several failures in a row: what goes on failing would be
// reported with every record otherwise.
type streak struct{ failing bool }

// note takes the outcome of one try.
func (s *streak) note(err error, report func(error)) {
	if err != nil && !s.failing {
		report(err)
	}
	s.failing = err != nil
}
