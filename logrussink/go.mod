module github.com/logsinks/logsinks/logrussink

go 1.25.0

require (
	github.com/logsinks/logsinks/core v0.1.0
	github.com/sirupsen/logrus v1.10.2
)

require (
	github.com/logsinks/logsinks/conformance v0.1.0
	golang.org/x/sys v0.47.0 // indirect
)

replace (
	github.com/logsinks/logsinks/conformance => ../conformance
	github.com/logsinks/logsinks/core => ../core
)
