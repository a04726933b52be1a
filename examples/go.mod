module github.com/logsinks/logsinks/examples

go 1.25.0
