module github.com/logsinks/logsinks/examples

go 1.25.0

require (
	github.com/logsinks/logsinks/core v0.1.0
	github.com/logsinks/logsinks/logrussink v0.1.0
	github.com/logsinks/logsinks/slogsink v0.1.0
	github.com/logsinks/logsinks/zapsink v0.1.0
	github.com/logsinks/logsinks/zerologsink v0.1.0
	github.com/rs/zerolog v1.35.1
	github.com/sirupsen/logrus v1.10.2
	go.uber.org/zap v1.28.0
)

require (
	github.com/mattn/go-colorable v0.1.14 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	go.uber.org/multierr v1.10.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
)

replace (
	github.com/logsinks/logsinks/conformance => ../conformance
	github.com/logsinks/logsinks/core => ../core
	github.com/logsinks/logsinks/logrussink => ../logrussink
	github.com/logsinks/logsinks/slogsink => ../slogsink
	github.com/logsinks/logsinks/zapsink => ../zapsink
	github.com/logsinks/logsinks/zerologsink => ../zerologsink
)
