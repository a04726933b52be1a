package main

import (
	"bytes"
	"testing"

	"github.com/logsinks/logsinks/examples/internal/logtest"
)

func TestSecretsAreMaskedAtEveryDepth(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out); err != nil {
		t.Fatal(err)
	}
	logtest.Equal(t, out.Bytes(), "time",
		`{"level":"INFO","msg":"logged in","password":"****","user":"ada"}`,
		`{"level":"INFO","msg":"request","session":{"access_token":"****","path":"/orders","upstream":{"Authorization":"****"}}}`,
	)
	for _, secret := range []string{"correct horse", "eyJhbGci", "YWRhOjE="} {
		if bytes.Contains(out.Bytes(), []byte(secret)) {
			t.Errorf("%q is in the log:\n%s", secret, out.Bytes())
		}
	}
}
