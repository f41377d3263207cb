#!/bin/sh
# Entry point where a function runs as a custom runtime (provided.al2023): the
# emulator, whose own Node runtime does not keep the names of errors. On AWS the
# same bundle runs as nodejs24.x, which ignores this file.
#
# V8 gets three quarters of the function's memory, as in Lambda's own runtime;
# the rest is for native code. An emulator does not enforce the size itself.
#
# The first process keeps what it compiles beside the code (see main.ts); a later one starts with a
# third less work. Where the folder cannot be written, Node goes on without it.
export NODE_COMPILE_CACHE="$LAMBDA_TASK_ROOT/.compiled"
exec node --enable-source-maps \
  --max-old-space-size=$((AWS_LAMBDA_FUNCTION_MEMORY_SIZE * 3 / 4)) \
  "$LAMBDA_TASK_ROOT/bootstrap.mjs"
