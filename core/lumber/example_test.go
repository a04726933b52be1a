package lumber_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/lumber"
	"gopkg.in/natefinch/lumberjack.v2"
)

// The settings stay; only who writes is another one.
func ExampleMigrate() {
	dir, err := os.MkdirTemp("", "lumber")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	settings := &lumberjack.Logger{
		Filename:   filepath.Join(dir, "app.log"),
		MaxSize:    100, // megabytes
		MaxBackups: 3,
		MaxAge:     28, // days
		Compress:   true,
	}
	sink, err := lumber.Migrate(settings, nil)
	if err != nil {
		log.Fatal(err)
	}
	log.New(core.NewWriter(sink, nil), "", 0).Print("hello")
	if err := sink.Close(); err != nil {
		log.Fatal(err)
	}
	text, err := os.ReadFile(settings.Filename)
	fmt.Printf("%s%v\n", text, err)
	// Output:
	// hello
	// <nil>
}

// A sink that leaves the file to lumberjack.
func ExampleWrap() {
	dir, err := os.MkdirTemp("", "lumber")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	logger := &lumberjack.Logger{Filename: filepath.Join(dir, "app.log"), MaxSize: 100}
	sink, err := lumber.Wrap(logger, nil)
	if err != nil {
		log.Fatal(err)
	}
	emit := sink.Emit(core.Record{Message: "hello", Line: []byte(`{"msg":"hello"}`)})
	rotate := sink.Rotate()
	stop := sink.Close()
	after := sink.Emit(core.Record{Message: "too late"})
	fmt.Println(emit, rotate, stop, after)
	// Output:
	// <nil> <nil> <nil> core: sink is closed
}
