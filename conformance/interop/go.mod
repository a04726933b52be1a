module github.com/logsinks/logsinks/conformance/interop

go 1.25.0
