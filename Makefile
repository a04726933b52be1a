# One list of modules; every target is a loop over it, or over a part of it.
ADAPTERS = zapsink zerologsink logrussink slogsink
RELEASED = core core/lumber conformance $(ADAPTERS)
MODULES  = $(RELEASED) examples
INTEROP  = conformance/interop
ALL      = $(MODULES) $(INTEROP)
TARGETS  = linux/386 linux/arm64 darwin/arm64 windows/amd64 freebsd/amd64

FLOOR    = go1.25.0
# Runs, not a time: go test may take the end of its time for a failure (golang/go#75804).
FUZZTIME = 30000x
SOAK     = long
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

# $(call each,MODULES,COMMAND) runs the command in each of the modules.
each = @set -e; for m in $(1); do echo "== $$m"; (cd $$m && $(2)); done

.PHONY: demo test race alone floor outside cross wine lint fuzz soak bench interop tidy

# The tour: every sink under all four loggers. FILE=app.log replays a log.
demo:
	@go run ./examples/tour $(if $(FILE),"$(FILE)")

test:
	$(call each,$(MODULES),go test ./...)

race:
	$(call each,$(MODULES),go test -race -timeout 20m ./...)

# Each module by itself, as a user's module sees it.
alone:
	$(call each,$(ALL),GOWORK=off go vet ./... && GOWORK=off go mod tidy -diff)

# The oldest Go that is promised.
floor:
	$(call each,$(MODULES),GOWORK=off GOTOOLCHAIN=$(FLOOR) go test ./...)

# Programs in empty directories that take one released module each.
outside:
	@go run ./$(INTEROP)/outside -root . $(RELEASED)

# Every platform file is compiled, tests included; those of interop are for Linux.
cross:
	@set -e; for t in $(TARGETS); do \
		for m in $(MODULES) $$(case $$t in linux/*) echo $(INTEROP);; esac); do echo "== $$t $$m"; \
		(cd $$m && GOOS=$${t%/*} GOARCH=$${t#*/} CGO_ENABLED=0 sh -c 'go build ./... && go vet ./...'); done; done

# The tests of core as Windows programs. It takes Wine and MinGW.
wine:
	@go run ./$(INTEROP)/wine core core/lumber

lint:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	$(call each,$(ALL),go vet ./... && go run $(STATICCHECK) ./...)

# Every fuzz target for FUZZTIME.
fuzz:
	$(call each,$(MODULES),for p in $$(go list ./...); do \
		for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
		echo "-- $$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1000x $$p; done; done)

# Kills, faults and floods: SOAK=long, with 20 runs and 200 kills, or SOAK=short.
soak: LONG = $(filter long,$(SOAK))
soak:
	$(if $(filter long short,$(SOAK)),,$(error SOAK is long or short, not "$(SOAK)"))
	@cd core && LOGSINKS_SOAK=$(LONG) go test -race -count=1 -run 'Kill|AtRandom|TwoOperations$(if $(LONG),|MayFail)' -timeout 60m ./internal/commit ./file
	@cd $(INTEROP) && LOGSINKS_SOAK=$(LONG) go test -count=1 -run 'Kill|AtRandom|Logrotate' -timeout 60m ./...

# Ratios to the frameworks and to bare writes, each pair in one run.
bench:
	@go run ./$(INTEROP)/ratios

interop:
	@cd $(INTEROP) && go test -count=1 -timeout 20m ./...

tidy:
	$(call each,$(ALL),GOWORK=off go mod tidy)
