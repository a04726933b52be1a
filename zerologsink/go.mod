module github.com/logsinks/logsinks/zerologsink

go 1.25.0

require (
	github.com/logsinks/logsinks/core v0.1.0
	github.com/rs/zerolog v1.35.1
)

require (
	github.com/logsinks/logsinks/conformance v0.1.0
	github.com/mattn/go-colorable v0.1.14 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	golang.org/x/sys v0.47.0 // indirect
)

replace (
	github.com/logsinks/logsinks/conformance => ../conformance
	github.com/logsinks/logsinks/core => ../core
)
