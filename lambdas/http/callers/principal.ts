/** The caller whom a signature of AWS names: the gateway has verified it and asked IAM. */
import { type IamCaller, iamCallersSchema } from "../../contract/callers.ts";
import { forbidden } from "../../contract/refusals.ts";
import { shown } from "../../contract/shown.ts";
import type { RequestCaller } from "./request-caller.ts";

const inRole = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//;
const role = /^arn:([\w*-]+):iam::([\d*]+):role\/(?:.*\/)?([^/]+)$/;

/**
 * @param userArn as the gateway gives it: of a user, or of a role's session
 * @param callers the setting `IAM_CALLERS`
 * @throws RequestRefusedError `forbidden` if no entry matches
 */
export function callerOfPrincipal(
  userArn: string | null | undefined,
  callers: string | undefined,
): RequestCaller {
  const found = userArn
    ? iamCallersSchema
        .parse(JSON.parse(callers ?? "[]"))
        .find(({ principal }) => isPrincipal(principal, userArn))
    : undefined;
  if (userArn && found) return { tenant: found.tenant, role: found.role, subject: userArn };
  throw forbidden(
    "principal",
    `The principal ${shown(userArn ?? "of this call", 200)} has no tenant. Let the operator add it to the setting SLUICE_IAM_CALLERS.`,
  );
}

/**
 * The gateway names the session of a role (`arn:aws:sts::…:assumed-role/ingest/i-0abc`), and people
 * know the role (`arn:aws:iam::…:role/service/ingest`). A session's ARN lacks the role's path, and
 * no two roles of an account have one name.
 */
function isPrincipal(pattern: IamCaller["principal"], userArn: string): boolean {
  if (matches(pattern, userArn)) return true;
  const session = inRole.exec(userArn);
  const named = role.exec(pattern);
  if (session === null || named === null) return false;
  return [1, 2, 3].every((part) => matches(named[part] ?? "", session[part] ?? ""));
}

/** `*` stands for any characters. */
function matches(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
