package main

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"
)

// pair is something of ours and what it is held against.
type pair struct {
	name       string
	target     float64 // the ratio that ours may have at most
	goroutines int
	base, ours func() (subject, error)
	records    int  // how many each side handles; 0: as many as fill a slot
	worst      bool // what counts is how long the worst calls took
}

// subject is what one side of a pair does.
type subject struct {
	record func()       // handles one record; by as many goroutines as the pair has
	done   func() error // when all records are handled, within the time measured
}

// result is what was measured of a pair.
type result struct {
	ratio, least, most float64
	allocs, baseAllocs float64
}

// slot is how long one side of one round takes, about. Slots are short so that
// most of them go by before anything else wants the processor.
const slot = 30 * time.Millisecond

// longer is how many times longer a round takes whose pair says how many records it
// needs.
const longer = 4

// measure plays the rounds: each side in turn, each first in every other one. The
// ratio is the median of the rounds' ratios, least and most are their quartiles.
func (p pair) measure(rounds int) (r result, err error) {
	n := p.records
	if n == 0 {
		n, err = p.calibrate()
	} else {
		rounds = max(1, rounds/longer)
	}
	if err != nil {
		return r, err
	}
	ratios := make([]float64, rounds)
	for i := range ratios {
		var base, ours float64
		sides := []func() error{
			func() (err error) { base, r.baseAllocs, err = p.play(p.base, n); return err },
			func() (err error) { ours, r.allocs, err = p.play(p.ours, n); return err },
		}
		if i%2 == 1 {
			slices.Reverse(sides)
		}
		if err := errors.Join(sides[0](), sides[1]()); err != nil {
			return r, err
		}
		ratios[i] = ours / base
	}
	slices.Sort(ratios)
	last := len(ratios) - 1
	r.least, r.ratio, r.most = ratios[last/4], ratios[last/2], ratios[last*3/4]
	return r, nil
}

// calibrate returns how many records fill a slot.
func (p pair) calibrate() (int, error) {
	for n := 1000; ; n *= 4 {
		took, _, err := p.play(p.base, n)
		if err != nil {
			return 0, err
		}
		if took > slot.Seconds()/8 {
			return max(p.goroutines, int(float64(n)*slot.Seconds()/took)), nil
		}
	}
}

// play lets one side handle n records, and returns the seconds that it took.
func (p pair) play(open func() (subject, error), n int) (took, allocs float64, err error) {
	s, err := open()
	if err != nil {
		return 0, 0, err
	}
	s.record() // what is made once is not counted
	runtime.GC()
	if p.worst {
		took = s.worst(n)
		return took, 0, s.done()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	if p.goroutines == 1 {
		for range n {
			s.record()
		}
	} else {
		var wg sync.WaitGroup
		for range p.goroutines {
			wg.Go(func() {
				for range n / p.goroutines {
					s.record()
				}
			})
		}
		wg.Wait()
	}
	err = s.done()
	took = time.Since(start).Seconds()
	runtime.ReadMemStats(&after)
	return took, float64(after.Mallocs-before.Mallocs) / float64(n), err
}

// The pace at which records come whose worst calls are looked for, and how many of
// those.
const (
	pace    = 5 * time.Microsecond
	slowest = 11
)

// worst returns the mean of the slowest calls, in seconds. The records come at an even
// pace, or as soon as the one before is done.
func (s subject) worst(n int) float64 {
	took := make([]time.Duration, n)
	next := time.Now()
	for i := range took {
		for time.Now().Before(next) {
			runtime.Gosched()
		}
		start := time.Now()
		s.record()
		took[i] = time.Since(start)
		next = next.Add(pace)
		if now := start.Add(took[i]); now.After(next) {
			next = now
		}
	}
	slices.Sort(took)
	var sum time.Duration
	for _, d := range took[n-slowest:] {
		sum += d
	}
	return sum.Seconds() / slowest
}

func nothing() error { return nil }
