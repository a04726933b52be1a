module github.com/logsinks/logsinks/zerologsink

go 1.25.0

require (
	github.com/logsinks/logsinks/conformance v0.1.0
	github.com/logsinks/logsinks/core v0.1.0
	github.com/rs/zerolog v1.35.1
)

replace (
	github.com/logsinks/logsinks/conformance => ../conformance
	github.com/logsinks/logsinks/core => ../core
)
