package file

import (
	"syscall"
	"testing"
)

// skipOnWine skips a test that needs what Windows does and Wine does not.
func skipOnWine(t *testing.T, what string) {
	t.Helper()
	if syscall.NewLazyDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil {
		t.Skip("Wine " + what)
	}
}
