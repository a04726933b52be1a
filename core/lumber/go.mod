module github.com/logsinks/logsinks/core/lumber

go 1.25.0

require (
	github.com/logsinks/logsinks/core v0.1.0
	gopkg.in/natefinch/lumberjack.v2 v2.2.1
)

require golang.org/x/sys v0.47.0 // indirect

replace github.com/logsinks/logsinks/core => ../
