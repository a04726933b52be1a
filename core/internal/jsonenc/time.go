package jsonenc

import "time"

// pairs are the numbers from 00 to 99.
const pairs = "00010203040506070809101112131415161718192021222324" +
	"25262728293031323334353637383940414243444546474849" +
	"50515253545556575859606162636465666768697071727374" +
	"75767778798081828384858687888990919293949596979899"

const day = 24 * 60 * 60

// AppendTime appends t as the layout time.RFC3339Nano has it (RFC 3339, section
// 5.6), in less than half of the time that package time takes.
func AppendTime(dst []byte, t time.Time) []byte {
	_, offset := t.Zone()
	year, month, mday := t.Date()
	if year < 0 || year > 9999 || offset <= -day || offset >= day {
		return t.AppendFormat(dst, time.RFC3339Nano)
	}
	clock := (t.Unix() + int64(offset)) % day
	if clock < 0 {
		clock += day
	}
	sec := uint(clock)
	dst = appendPair(appendPair(dst, uint(year)/100), uint(year)%100)
	dst = appendPair(append(dst, '-'), uint(month))
	dst = appendPair(append(dst, '-'), uint(mday))
	dst = appendPair(append(dst, 'T'), sec/3600)
	dst = appendPair(append(dst, ':'), sec/60%60)
	dst = appendPair(append(dst, ':'), sec%60)
	dst = appendFraction(dst, uint(t.Nanosecond()))
	return appendOffset(dst, offset)
}

func appendPair(dst []byte, n uint) []byte { return append(dst, pairs[2*n], pairs[2*n+1]) }

// appendFraction appends nanoseconds without the zeros at the end.
func appendFraction(dst []byte, nanos uint) []byte {
	if nanos == 0 {
		return dst
	}
	dst = append(dst, '.', byte('0'+nanos/100_000_000))
	dst = appendPair(dst, nanos/1_000_000%100)
	dst = appendPair(dst, nanos/10_000%100)
	dst = appendPair(dst, nanos/100%100)
	dst = appendPair(dst, nanos%100)
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// appendOffset appends how many seconds a zone is from UTC, in whole minutes.
func appendOffset(dst []byte, offset int) []byte {
	if offset == 0 {
		return append(dst, 'Z')
	}
	sign, minutes := byte('+'), offset/60
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	dst = appendPair(append(dst, sign), uint(minutes)/60)
	return appendPair(append(dst, ':'), uint(minutes)%60)
}
