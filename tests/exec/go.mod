module graduand.invalid/tests/exec

go 1.24
