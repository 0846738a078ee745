module graduand.invalid/runc-wrapper

go 1.23
