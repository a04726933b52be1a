module github.com/logsinks/logsinks/conformance

go 1.25.0

require github.com/logsinks/logsinks/core v0.1.0

replace github.com/logsinks/logsinks/core => ../core
