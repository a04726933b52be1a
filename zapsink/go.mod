module github.com/logsinks/logsinks/zapsink

go 1.25.0

require (
	github.com/logsinks/logsinks/core v0.1.0
	go.uber.org/zap v1.28.0
)

require golang.org/x/sys v0.47.0 // indirect

require (
	github.com/logsinks/logsinks/conformance v0.1.0
	go.uber.org/multierr v1.10.0 // indirect
)

replace (
	github.com/logsinks/logsinks/conformance => ../conformance
	github.com/logsinks/logsinks/core => ../core
)
