package logrussink_test

import (
	"fmt"
	"os"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
)

// The lines are those that the logger would have written.
func ExampleNewHook() {
	sink, err := core.NewStream(os.Stdout, nil)
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	logger := logrus.New()
	logger.SetFormatter(&logrus.TextFormatter{DisableTimestamp: true})

	// Was: logger.SetOutput(os.Stdout)
	logger.AddHook(logrussink.NewHook(sink, &logrussink.Options{Formatter: logger.Formatter}))
	logrussink.DiscardOutput(logger)

	logger.WithField("user", "ada").Info("logged in")
	// Output:
	// level=info msg="logged in" user=ada
}

// Without a Formatter the sink renders, from the message and the fields.
func ExampleNewHook_sinkFormatter() {
	format, err := core.NewPattern("%(levelname)s %(name)s: %(message)s", nil)
	if err != nil {
		panic(err)
	}
	sink, err := core.NewStream(os.Stdout, &core.StreamOptions{Formatter: format})
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	logger := logrus.New()
	logger.AddHook(logrussink.NewHook(sink, &logrussink.Options{Logger: "shop"}))
	logrussink.DiscardOutput(logger)

	logger.WithField("order", 17).Warn("out of stock")
	// Output:
	// WARNING shop: out of stock
}

// Exit handlers are global in logrus, so registering one is left to the program.
func ExampleHook_Close() {
	sink, err := core.NewStream(os.Stdout, nil)
	if err != nil {
		panic(err)
	}
	defer sink.Close()

	logger := logrus.New()
	hook := logrussink.NewHook(sink, nil)
	logger.AddHook(hook)
	logrussink.DiscardOutput(logger)

	logrus.RegisterExitHandler(hook.Close)
	fmt.Println("every Fatal and logrus.Exit flushes")
	// Output:
	// every Fatal and logrus.Exit flushes
}
