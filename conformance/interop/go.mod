module github.com/logsinks/logsinks/conformance/interop

go 1.25.0

require (
	github.com/DeRuina/timberjack v1.4.9
	github.com/gookit/slog v0.6.0
	github.com/lestrrat-go/file-rotatelogs v2.4.0+incompatible
	github.com/logsinks/logsinks/conformance v0.1.0
	github.com/logsinks/logsinks/core v0.1.0
	github.com/logsinks/logsinks/core/lumber v0.1.0
	github.com/logsinks/logsinks/logrussink v0.1.0
	github.com/logsinks/logsinks/slogsink v0.1.0
	github.com/logsinks/logsinks/zapsink v0.1.0
	github.com/logsinks/logsinks/zerologsink v0.1.0
	github.com/phuslu/log v1.0.121
	github.com/rs/zerolog v1.35.1
	github.com/sirupsen/logrus v1.10.2
	go.uber.org/zap v1.28.0
	golang.org/x/mod v0.37.0
	golang.org/x/sys v0.47.0
	golang.org/x/text v0.30.0
	gopkg.in/natefinch/lumberjack.v2 v2.2.1
)

require (
	github.com/gookit/goutil v0.7.1 // indirect
	github.com/jonboulle/clockwork v0.5.0 // indirect
	github.com/klauspost/compress v1.18.7 // indirect
	github.com/lestrrat-go/strftime v1.2.0 // indirect
	github.com/mattn/go-colorable v0.1.14 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	go.uber.org/multierr v1.10.0 // indirect
	golang.org/x/sync v0.17.0 // indirect
)

replace (
	github.com/logsinks/logsinks/conformance => ../
	github.com/logsinks/logsinks/core => ../../core
	github.com/logsinks/logsinks/core/lumber => ../../core/lumber
	github.com/logsinks/logsinks/logrussink => ../../logrussink
	github.com/logsinks/logsinks/slogsink => ../../slogsink
	github.com/logsinks/logsinks/zapsink => ../../zapsink
	github.com/logsinks/logsinks/zerologsink => ../../zerologsink
)
