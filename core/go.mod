module github.com/logsinks/logsinks/core

go 1.25.0
