import { lookup } from "node:dns";
import { type ClientRequest, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { type AddressRules, mayReach } from "./addresses.ts";
import { type WebhookRequest, WebhookSendError, type WebhookSender } from "./sender.ts";

/** From the resolution of the name to the status line; an answer's body is not read. */
export const sendTimeoutMs = 10_000;

/**
 * Sends over connections of its own. The address is checked as the connection uses it, after the
 * name is resolved: a check before could see another address than the connection does.
 */
export class HttpSender implements WebhookSender {
  readonly #rules: AddressRules;
  readonly #timeoutMs: number;

  constructor(rules: AddressRules, timeoutMs = sendTimeoutMs) {
    this.#rules = rules;
    this.#timeoutMs = timeoutMs;
  }

  async send({ url, headers, body }: WebhookRequest): Promise<number> {
    const { protocol, hostname } = new URL(url);
    const literal = hostname.replace(/^\[|\]$/g, "");
    // For an address in place of a name, nothing is resolved.
    if (isIP(literal) !== 0 && !mayReach(literal, this.#rules)) throw notPublic(literal);
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const send = protocol === "https:" ? httpsRequest : httpRequest;
    const sent = send(url, {
      method: "POST",
      agent: false,
      signal,
      lookup: publicLookup(this.#rules),
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "user-agent": "sluice-webhooks/1",
        ...headers,
      },
    });
    try {
      return await statusOf(sent, body);
    } catch (error) {
      if (error instanceof WebhookSendError) throw error;
      if (signal.aborted) {
        throw new WebhookSendError(`did not answer within ${this.#timeoutMs / 1_000} s`);
      }
      throw new WebhookSendError(`could not be reached: ${(error as Error).message}`);
    } finally {
      sent.destroy();
    }
  }
}

function statusOf(sent: ClientRequest, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response) => {
      response.on("error", () => undefined);
      resolve(response.statusCode ?? 0);
    });
    sent.end(body);
  });
}

/** Resolves a name, and refuses it if any of its addresses is not public. */
function publicLookup(rules: AddressRules): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, "", 0);
      const refused = addresses.find(({ address }) => !mayReach(address, rules));
      const [first] = addresses;
      if (refused !== undefined || first === undefined) {
        done(notPublic(refused?.address ?? "nothing"), "", 0);
      } else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

function notPublic(address: string): WebhookSendError {
  return new WebhookSendError(`has the address ${address}, which is not public`);
}
