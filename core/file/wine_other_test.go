//go:build !windows

package file

import "testing"

// skipOnWine skips nothing: this is not Windows.
func skipOnWine(*testing.T, string) {}
