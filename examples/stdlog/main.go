// Command stdlog brings package log to a sink, and the errors of a web server,
// which takes nothing else than a *log.Logger.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

func main() {
	path := flag.String("file", filepath.Join(os.TempDir(), "logsinks-stdlog.log"), "file to log to")
	flag.Parse()
	if err := run(*path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("see", *path)
}

func run(path string) (err error) {
	sink, err := file.NewWatched(path, &file.Options{Formatter: core.JSON{}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.Close()) }()

	// Before: log.New(f, "", log.LstdFlags). The time is the sink's business now.
	logger := log.New(core.NewWriter(sink, nil), "", 0)
	trouble := log.New(core.NewWriter(sink, &core.WriterOptions{Level: core.LevelError, Logger: "http"}), "", 0)

	logger.Print("starting")
	defer logger.Print("stopped")
	return serve(trouble)
}

// serve answers one request, badly: the server recovers from the panic and logs
// it with its stack, as one record.
func serve(trouble *log.Logger) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:  http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("out of stock") }),
		ErrorLog: trouble,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()

	if answer, err := http.Get("http://" + l.Addr().String()); err == nil {
		answer.Body.Close()
	}
	err = server.Shutdown(context.Background())
	if stopped := <-served; !errors.Is(stopped, http.ErrServerClosed) {
		err = errors.Join(err, stopped)
	}
	return err
}
