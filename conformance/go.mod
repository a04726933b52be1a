module github.com/logsinks/logsinks/conformance

go 1.25.0

require github.com/logsinks/logsinks/core v0.1.0

require golang.org/x/sys v0.47.0 // indirect

replace github.com/logsinks/logsinks/core => ../core
