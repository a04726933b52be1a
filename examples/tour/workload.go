package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// workloadLines is how many lines the generated workload has.
const workloadLines = 1500

// workload returns the lines of a small web shop, always the same ones.
func workload() []string {
	dice := rand.New(rand.NewPCG(20, 24))
	odd := awkward()
	lines := make([]string, workloadLines)
	for i := range lines {
		if i%100 == 50 && i/100 < len(odd) {
			lines[i] = odd[i/100]
		} else {
			lines[i] = ordinary(dice)
		}
	}
	return lines
}

// ordinary returns what such a service says most of the time.
func ordinary(dice *rand.Rand) string {
	switch n := dice.IntN(100); {
	case n < 70:
		return request(dice)
	case n < 80:
		return fmt.Sprintf("cache: %d hits, %d misses, %d evicted", dice.IntN(9000), dice.IntN(400), dice.IntN(20))
	case n < 88:
		return fmt.Sprintf("slow query, %d ms: SELECT id, total FROM orders WHERE customer = %d ORDER BY placed DESC",
			500+dice.IntN(4000), dice.IntN(100_000))
	case n < 94:
		return fmt.Sprintf("order %d: 3 × crème brûlée for %s, note “schnell, bitte”", dice.IntN(100_000), pick(dice, customers[:]))
	case n < 98:
		return fmt.Sprintf("payment provider failed: dial tcp 192.0.2.%d:443: i/o timeout, attempt %d of 3", dice.IntN(256), 1+dice.IntN(3))
	}
	return crash(dice)
}

var (
	methods   = [...]string{"GET", "GET", "GET", "POST", "PUT", "DELETE"}
	paths     = [...]string{"/", "/orders", "/orders/%d", "/customers/%d", "/search?q=a%%20b&page=%d", "/static/app.js"}
	statuses  = [...]int{200, 200, 200, 200, 201, 204, 301, 304, 400, 404, 500}
	customers = [...]string{"Søren Ærø", "Łucja Żak", "山田太郎", "محمد", "O'Brien & \"Sons\"", "Zoë 🚚"}
)

func pick[T any](dice *rand.Rand, from []T) T { return from[dice.IntN(len(from))] }

func request(dice *rand.Rand) string {
	path := pick(dice, paths[:])
	if strings.Contains(path, "%d") {
		path = fmt.Sprintf(path, dice.IntN(100_000))
	}
	return fmt.Sprintf("%s %s %d %d ms %d bytes", pick(dice, methods[:]), path,
		pick(dice, statuses[:]), dice.IntN(300), dice.IntN(60_000))
}

// crash returns an error with its stack, on several lines.
func crash(dice *rand.Rand) string {
	return fmt.Sprintf("panic serving 198.51.100.%d:%d: runtime error: index out of range [3] with length 3\n"+
		"goroutine %d [running]:\n"+
		"main.(*cart).item(0xc000%06x, 0x3)\n\t/src/shop/cart.go:%d +0x1d\n"+
		"net/http.HandlerFunc.ServeHTTP(...)\n\t/usr/local/go/src/net/http/server.go:2322",
		dice.IntN(256), 1024+dice.IntN(60_000), dice.IntN(5000), dice.IntN(1<<24), 10+dice.IntN(200))
}

// awkward returns what services say, too, now and then.
func awkward() []string {
	return []string{
		"",
		" \t ",
		"progress 10%\rprogress 99%\rdone\r",
		"two line ends\r\n\r\n",
		"a NUL \x00 and other controls \x01\x1b[31mred\x1b[0m\x7f",
		"not UTF-8: \xff\xfe caf\xe9 \xed\xa0\x80",
		`{"level":"fatal","msg":"forged","line":1,"via":"zap"}`,
		"forged\n{\"level\":\"info\",\"msg\":\"second\"}",
		"%s %d %!(EXTRA) %%",
		`C:\orders\new "quoted" <b>&amp;</b>`,
		"separators \u2028 and \u2029, byte order mark \ufeff, right to left \u202e",
		"a long line: " + strings.Repeat("0123456789abcdef", 5000),
	}
}
