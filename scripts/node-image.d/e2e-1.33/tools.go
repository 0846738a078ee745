// SPDX-License-Identifier: Apache-2.0

//go:build tools

// Package tools names what scripts/node-image --with-e2e builds from the modules pinned in go.mod.
package tools

import (
	_ "k8s.io/kubernetes/test/e2e"
	_ "k8s.io/kubernetes/test/images/agnhost"
)
