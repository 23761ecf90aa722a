# What to do with this repository. README names two of these: start and test.
.DEFAULT_GOAL := help
.PHONY: help build images start test lint attack kills race verify audit bench update clean dist program-plugin program-sandbox

GO      ?= go
# A release sets VERSION; a working copy uses its commit.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
# The Kubernetes version of the sandbox, as "kubectl version" prints it.
K8S     := $(shell sed -n 's|^require k8s.io/kubernetes v1\.||p' sandbox/go.mod)
K8SINFO := -X k8s.io/component-base/version.git
SANDBOX := -s -w $(K8SINFO)Version=v1.$(K8S) $(K8SINFO)Major=1 $(K8SINFO)Minor=$(firstword $(subst ., ,$(K8S))) \
           -X github.com/kubectl-learn/kubectl-learn/sandbox/internal/cli.version=$(VERSION)
LDFLAGS := -s -w -X github.com/kubectl-learn/kubectl-learn/internal/cli.version=$(VERSION)

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build both programs into bin/
	@$(GO) build -ldflags "$(LDFLAGS)" -o bin/kubectl-learn ./cmd/kubectl-learn
	@$(GO) run ./hack/build -C sandbox -ldflags "$(SANDBOX)" -o bin/kubectl-learn-sandbox ./cmd/kubectl-learn-sandbox

images: ## Write the archives of the lesson images to dist/images/
	@cd hack/images && $(GO) run .

# How releases are built: the same commit gives the same bytes in any folder.
program-plugin:
	@CGO_ENABLED=0 $(GO) build -trimpath -ldflags "$(LDFLAGS)" -o $(OUT) ./cmd/kubectl-learn
program-sandbox:
	@cd sandbox && CGO_ENABLED=0 $(GO) build -trimpath -ldflags "$(SANDBOX)" -o $(OUT) ./cmd/kubectl-learn-sandbox

dist: ## Create a release in dist/: archives, packages, checksums, SBOM, krew index; for one platform: PLATFORMS=linux/amd64
	cd hack/dist && $(GO) run . $(if $(PLATFORMS),-platforms $(PLATFORMS)) $(if $(RELEASE),-version $(RELEASE))

start: build ## Build both programs and choose a lesson
	@bin/kubectl-learn start

# Tests wait for a state up to KUBECTL_LEARN_TEST_PATIENCE (5m).
test: build ## Run all tests of all modules, including those against a real API server
	hack/with-sandbox $(GO) test -parallel 4 -timeout 60m ./...
	cd sandbox && $(GO) test -parallel 4 -timeout 60m ./...
	cd hack/images && $(GO) test ./...
	cd hack/dist && $(GO) test ./...

lint: ## Run the linters on all modules
	cd hack/tools && $(GO) build -o ../../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	bin/golangci-lint run ./...
	cd sandbox && ../bin/golangci-lint run --config ../.golangci.yml ./...
	cd hack/images && ../../bin/golangci-lint run --config ../../.golangci.yml ./...
	cd hack/dist && ../../bin/golangci-lint run --config ../../.golangci.yml ./...

# ATTACK is a regular expression for the names of attacks.
attack: build ## Attack the sandbox from inside its pods, which takes about ten minutes
	cd sandbox && KUBECTL_LEARN_TEST_ATTACK='$(or $(ATTACK),.)' ../hack/bounded $(GO) test ./attack -count=1 -timeout 30m -v -run 'TestAttack$$'

# KILLS is how often the nodes are killed.
kills: build ## Kill the sandbox's nodes again and again
	cd sandbox && KUBECTL_LEARN_TEST_KILLS=$(or $(KILLS),100) ../hack/bounded $(GO) test ./cmd/kubectl-learn-sandbox -count=1 -timeout 30m -v -run 'TestNodesKilled$$'

verify: ## Check that both programs build for every platform and that go.mod is tidy
	hack/verify

race: build ## Run the plugin's tests with the race detector; for some packages: PACKAGES="./pkg/steps/..."
	hack/with-sandbox $(GO) test -race -parallel 4 -timeout 30m $(or $(PACKAGES),./internal/... ./pkg/...)

audit: ## Check for known vulnerabilities, and for changes in pkg/ that break other programs
	hack/vulnerabilities
	hack/api

bench: build ## Measure the numbers in the documentation; for some: ROWS=verdict,many
	$(GO) run ./hack/bench -bin bin $(if $(ROWS),-rows $(ROWS))

update: build ## Rewrite the expected output of tests
	UPDATE=1 $(GO) test ./cmd/kubectl-learn ./lessons

clean: ## Remove everything that was built
	rm -rf bin dist
