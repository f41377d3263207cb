"""Runs the emulator, and ends it when the program that started it is gone.

The starter holds the other end of this process's standard input. When that
end closes, by an orderly stop or because the starter was killed, the emulator
is asked to stop (it then saves its state) and, after a bounded time, it and
every function process it started are killed: they are all in this process's
group. No pid file can be stale and no watcher process can be killed instead.

usage: python emulator.py LOCK_FILE GRACE_SECONDS CODE_FOLDER
"""

import fcntl
import os
import signal
import sys
import threading
import time


def end_group() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os.killpg(0, signal.SIGKILL)


def follow_starter(grace_seconds: float) -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    print("The emulator did not stop by itself and is killed.")
    end_group()


def contain_failed_starts() -> None:
    """Lets a function's process that ends while it starts fail its own call only.

    The emulator answers a failed start by ending every process of that
    function: calls that were running are lost, and those that were starting
    fail in the same way and end the processes started meanwhile, so that under
    load one death fails the calls of half a minute. In Lambda environments end
    alone, and the error has the name that the runtime gave it, or
    Runtime.ExitError. The worker cleans up before it raises and starts a new
    process for its next call, so that there is nothing else to do.
    """
    from ministack.core.lambda_runtime import ProvidedInitTimeout, ProvidedWorker

    invoke = ProvidedWorker.invoke

    def failure_of(worker, error: Exception) -> dict:
        if isinstance(worker._init_error, dict):
            return worker._init_error
        name = "Sandbox.Timedout" if isinstance(error, ProvidedInitTimeout) else "Runtime.ExitError"
        return {
            "errorMessage": str(error),
            "errorType": getattr(error, "error_type", name),
        }

    def contained(self, *args, **named):
        try:
            return invoke(self, *args, **named)
        except Exception as error:
            print(f"{self.func_name} did not start: {error}")
            return {"status": "error", "error_payload": failure_of(self, error)}

    ProvidedWorker.invoke = contained


def end_running_calls_with_their_code() -> None:
    """Lets calls that run while their function changes end with the code they began with.

    In Lambda, an update is for calls that begin after it. The emulator kills
    the processes of the function, so that a deployment would lose the answers
    that running calls wait for.
    """
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    invalidate, kill = lambda_runtime.invalidate_worker, lambda_runtime.kill_workers
    release = lambda_runtime.release_worker
    outdated = set()
    this_thread = threading.local()

    def invalidated(*args, **named):
        this_thread.updates = True
        try:
            invalidate(*args, **named)
        finally:
            this_thread.updates = False

    def killed(workers):
        if getattr(this_thread, "updates", False):
            with lambda_runtime._lock:
                busy = [worker for worker in workers if worker.in_use]
                outdated.update(busy)
            workers = [worker for worker in workers if worker not in busy]
        kill(workers)

    def released(worker):
        release(worker)
        if worker in outdated:
            outdated.discard(worker)
            kill([worker])

    lambda_runtime.kill_workers = killed
    lambda_runtime.invalidate_worker = lambda_svc.invalidate_worker = invalidated
    lambda_runtime.release_worker = lambda_svc.release_worker = released


def refuse_in_the_apis_form() -> None:
    """Lets the API's own error responses stand for functions that gave none.

    A function that does not start in time, is killed or is throttled makes API
    Gateway answer with the gateway response that the API defines for it. The
    emulator answers with the failure of the process as it is.
    """
    from ministack.services import apigateway_v1 as gateway

    class NoAnswer(Exception):
        pass

    shape, invoke = gateway._lambda_proxy_response, gateway._invoke_lambda_proxy_v1

    def shaped(result):
        if result.get("throttle") or result.get("error"):
            print(f"A function behind the API failed: {result.get('body')}")
            raise NoAnswer()
        return shape(result)

    async def invoked(*args, **named):
        try:
            return await invoke(*args, **named)
        except NoAnswer:
            return gateway._gw_error("INTEGRATION_FAILURE", "The function gave no answer.")

    gateway._lambda_proxy_response = shaped
    gateway._invoke_lambda_proxy_v1 = invoked


def refuse_strangers() -> None:
    """Checks who asks, see callers.py. The emulator looks its application up by name when it serves."""
    import ministack.app
    from callers import guarded

    ministack.app.app = guarded(ministack.app.app)


def check_leading_keys() -> None:
    """Lets policies ask for the partition keys of a request, as DynamoDB does.

    The emulator knows no dynamodb:LeadingKeys, and so would enforce nothing of
    the rights that name kinds of items.
    """
    import json
    import re

    from ministack.core import iam_actions

    context_of = iam_actions.dynamodb_service_context

    def keys_in(value, names: dict, values: dict) -> list:
        if isinstance(value, list):
            return [key for one in value for key in keys_in(one, names, values)]
        if not isinstance(value, dict):
            return []
        own = [value[part]["pk"] for part in ("Key", "Item") if "pk" in value.get(part, {})]
        expression = value.get("KeyConditionExpression", "")
        for name, placeholder in re.findall(r"(#?\w+) = (:\w+)", expression):
            if names.get(name, name) in ("pk", "tenantPk"):
                own.append(values[placeholder])
        for part in ("RequestItems", "TransactItems"):
            inner = value.get(part, [])
            for one in inner.values() if isinstance(inner, dict) else inner:
                if "Keys" in one:
                    own += [key["pk"] for key in one["Keys"]]
                else:
                    own += [key for action in one.values() for key in keys_in(action, {}, {})]
        return own

    def with_keys(body: bytes) -> dict:
        context = context_of(body)
        request = json.loads(body or b"{}")
        names = request.get("ExpressionAttributeNames", {})
        found = keys_in(request, names, request.get("ExpressionAttributeValues", {}))
        keys = [key["S"] if isinstance(key, dict) else key for key in found]
        return {**context, "dynamodb:LeadingKeys": keys} if keys else context

    iam_actions.dynamodb_service_context = with_keys


def main() -> None:
    lock_file, grace_seconds, code_folder = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    if os.getpgrp() != os.getpid():
        sys.exit("emulator.py must lead a process group of its own: it ends the whole group.")
    # Before the lock: the starter may be gone before the lock is free.
    threading.Thread(target=follow_starter, args=(grace_seconds,), daemon=True).start()
    # Two emulators on one state folder overwrite each other; one that was left
    # behind by a killed starter is still saving for a moment.
    lock = open(lock_file, "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    sys.argv = ["ministack"]
    try:
        from ministack.app import main as serve

        from code_cache import keep_code_unpacked

        contain_failed_starts()
        end_running_calls_with_their_code()
        refuse_in_the_apis_form()
        refuse_strangers()
        check_leading_keys()
        keep_code_unpacked(code_folder)
        serve()
    except SystemExit as exit:
        if exit.code:
            print(exit.code)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        end_group()


main()
