#!/bin/sh
# Entry point where a function runs as a custom runtime (provided.al2023): the
# emulator, whose own Node runtime does not keep the names of errors. On AWS the
# same bundle runs as nodejs24.x, which ignores this file.
#
# V8 gets three quarters of the function's memory, as in Lambda's own runtime;
# the rest is for native code. An emulator does not enforce the size itself.
#
# Compiled code is kept between processes: of many that start at once on one
# machine, each then takes a third less of its processors.
export NODE_COMPILE_CACHE="${TMPDIR:-/tmp}/sluice-compiled"
exec node --enable-source-maps \
  --max-old-space-size=$((AWS_LAMBDA_FUNCTION_MEMORY_SIZE * 3 / 4)) \
  "$LAMBDA_TASK_ROOT/bootstrap.mjs"
