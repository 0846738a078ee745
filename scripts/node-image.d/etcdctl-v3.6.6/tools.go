// SPDX-License-Identifier: Apache-2.0

//go:build tools

// Package tools names programs that `go install` refuses, as their own go.mod have replace directives.
package tools

import (
	_ "go.etcd.io/etcd/etcdctl/v3"
	_ "go.etcd.io/etcd/etcdutl/v3"
)
