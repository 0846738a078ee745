// SPDX-License-Identifier: Apache-2.0

//go:build tools

// Package tools names a program that `go install` refuses, as its own go.mod has replace directives.
package tools

import _ "go.etcd.io/etcd/etcdctl/v3"
