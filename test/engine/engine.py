"""LocalStack's services in one process, without Docker: `python engine.py PORT`.

LocalStack runs functions in Docker. Here a stand-in for Lambda asks the test itself, as the scripted
function of `test/support/state-machine/scripted-step.ts` does, and answers what Lambda would. The
interpreter of state machines and the services are LocalStack's own. Waits of retriers are
SFN_WAIT_SCALE as long, because some last twenty minutes.
"""

import json
import os
import sys
import threading
import time
import urllib.request

port = int(sys.argv[1])
os.environ.update(
    {
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALSTACK_HOST": f"127.0.0.1:{port}",
        # Nothing leaves this machine, and no DNS server takes port 53.
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        # Off unless asked for: a presigned URL would be taken whatever its signature.
        "S3_SKIP_SIGNATURE_VALIDATION": "0",
        "SKIP_INFRA_DOWNLOADS": "1",
    }
)
wait_scale = float(os.environ.get("SFN_WAIT_SCALE", "1"))

from localstack.aws.api import RequestContext, handler  # noqa: E402
from localstack.aws.api.lambda_ import (  # noqa: E402
    CreateFunctionRequest,
    FunctionConfiguration,
    InvocationResponse,
    LambdaApi,
    ResourceNotFoundException,
)
from localstack.runtime.main import main  # noqa: E402
from localstack.services.plugins import SERVICE_PLUGINS, Service  # noqa: E402
from localstack.services.stepfunctions.asl.component.common.retry import retrier_decl  # noqa: E402


class ScaledTime:
    """`time` for the retriers alone."""

    @staticmethod
    def sleep(seconds: float) -> None:
        time.sleep(seconds * wait_scale)


retrier_decl.time = ScaledTime


def failure(error: str, message: str) -> InvocationResponse:
    """What Lambda answers for a function that threw, or whose process ended."""
    payload = json.dumps({"errorType": error, "errorMessage": message, "trace": []})
    return InvocationResponse(
        StatusCode=200, FunctionError="Unhandled", Payload=payload.encode(), ExecutedVersion="$LATEST"
    )


class ScriptedLambda(LambdaApi):
    """Functions that do as a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.functions: dict[str, CreateFunctionRequest] = {}

    @handler("CreateFunction", expand=False)
    def create_function(
        self, context: RequestContext, request: CreateFunctionRequest
    ) -> FunctionConfiguration:
        name = request["FunctionName"]
        arn = f"arn:aws:lambda:{context.region}:{context.account_id}:function:{name}"
        self.functions[name] = request
        return FunctionConfiguration(FunctionName=name, FunctionArn=arn, State="Active")

    def invoke(
        self,
        context: RequestContext,
        function_name: str,
        payload: bytes | None = None,
        **_: object,
    ) -> InvocationResponse:
        function = self.functions.get(function_name.split(":")[-1])
        if function is None:
            raise ResourceNotFoundException(f"Function not found: {function_name}")
        variables = function["Environment"]["Variables"]
        event = json.loads(payload.read() if hasattr(payload, "read") else payload or b"null")
        asked = urllib.request.Request(
            variables["SCRIPT_URL"],
            json.dumps({"step": variables["STEP"], "event": event}).encode(),
            method="POST",
        )
        with urllib.request.urlopen(asked) as response:
            reply = json.load(response)
        match reply["kind"]:
            case "answer":
                return InvocationResponse(
                    StatusCode=200,
                    Payload=json.dumps(reply["payload"]).encode(),
                    ExecutedVersion="$LATEST",
                )
            case "throw":
                return failure(reply["error"], reply["message"])
            case "exit":
                return failure("Runtime.ExitError", "Runtime exited with error: exit status 1")
            case _:
                time.sleep(function["Timeout"])
                return failure(
                    "Sandbox.Timedout", f"Task timed out after {function['Timeout']}.00 seconds"
                )


def watch_parent() -> None:
    """Ends with the command that started it, however that one ended."""
    sys.stdin.read()
    os._exit(0)


SERVICE_PLUGINS.add_service(Service.for_provider(ScriptedLambda()))
threading.Thread(target=watch_parent, daemon=True).start()
main()
