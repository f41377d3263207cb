/**
 * What the body of a refusal says. Endpoints that speak the same API still
 * differ in it: `{"error": {"message", "code"}}`, `{"error": "text"}`,
 * `{"detail": "text"}`, `{"detail": [{"loc", "msg"}]}`, a top-level `message`,
 * a list of errors, another endpoint's body as text inside, plain text, HTML.
 * So the body is searched by the names of its fields, not by one shape.
 */
export interface Complaint {
  /** The sentences, in their order, each once. May quote the text that was sent. */
  readonly words: string;
  /** Parameters that are named in a field of their own, such as `response_format`. */
  readonly parameters: string;
  /** Codes and types, in lower case, such as `insufficient_quota`. */
  readonly codes: readonly string[];
  /** Whether the body is a page of HTML: whoever answered is not a model's server. */
  readonly isPage?: boolean;
  /** A status from 400 to 599 that stands in the body. */
  readonly status?: number;
  /** An answer of the model that the endpoint itself holds to be wrong. */
  readonly generated?: string;
  /** How long to wait, where the body has a field for it (`retryDelay: "34s"`). */
  readonly retryDelay?: string;
}

const wordFields =
  /^(?:message|msg|detail|details|error|errors|reason|title|description|raw|cause|error_?description|error_?message|err_?msg|error_?msg|status_?msg|status_?message|exception)$/i;
const parameterFields = /^(?:param|parameter|field|loc|path|property)$/i;
const codeFields =
  /^(?:code|type|status|reason|error|error_?code|error_?type|err_?code|http_?code|status_?code|__type)$/i;
const delayFields =
  /^(?:retry_?delay|retry_?after(?:_?seconds)?|estimated_?time|x-ratelimit-reset(?:-requests|-tokens)?)$/i;
const generatedFields = /^failed_?generation$/i;
/** What endpoints repeat of the request. */
const echoFields = /^(?:input|inputs|messages|prompt|ctx|body|request|query|text|value)$/i;

/** Far more than any refusal needs; a page of HTML may be long. */
const readLength = 20_000;
const deepest = 6;

export function complaintOf(body: string): Complaint {
  const found = new Findings();
  const start = body.slice(0, readLength).trim();
  const json = parsed(start);
  if (json !== undefined) found.search(json);
  else found.say(plainText(start));
  return isPage(start) ? { ...found.complaint(), isPage: true } : found.complaint();
}

/** The complaint of a body that is already parsed. */
export function complaintIn(json: unknown): Complaint {
  const found = new Findings();
  found.search(json);
  return found.complaint();
}

class Findings {
  readonly #words = new Set<string>();
  readonly #parameters = new Set<string>();
  readonly #codes = new Set<string>();
  #status: number | undefined;
  #generated: string | undefined;
  #retryDelay: string | undefined;

  say(words: string): void {
    const line = words.replace(/\s+/gu, " ").trim();
    if (line !== "") this.#words.add(line);
  }

  search(value: unknown, depth = 0): void {
    if (typeof value === "string") return this.#sentence(value, depth);
    if (typeof value !== "object" || value === null || depth > deepest) return;
    if (Array.isArray(value)) {
      for (const item of value) this.search(item, depth + 1);
      return;
    }
    for (const [name, field] of Object.entries(value)) this.#field(name, field, depth + 1);
  }

  #field(name: string, value: unknown, depth: number): void {
    if (echoFields.test(name)) return;
    if (generatedFields.test(name) && typeof value === "string") this.#generated ??= value;
    if (parameterFields.test(name)) {
      for (const part of [value].flat()) if (typeof part === "string") this.#parameters.add(part);
      return;
    }
    if (delayFields.test(name) && (typeof value === "string" || typeof value === "number")) {
      this.#retryDelay ??= String(value);
    }
    if (codeFields.test(name)) this.#code(value);
    if (typeof value === "object") this.search(value, depth);
    else if (typeof value === "string" && wordFields.test(name)) this.#sentence(value, depth);
  }

  #code(value: unknown): void {
    const text = typeof value === "number" || typeof value === "string" ? String(value).trim() : "";
    if (/^[45]\d\d$/.test(text)) this.#status ??= Number(text);
    // AWS puts the namespace before its `__type`.
    else if (/^[\w.#:-]{1,80}$/.test(text))
      this.#codes.add((text.split("#").at(-1) ?? "").toLowerCase());
  }

  /** A gateway may hand on the body of the endpoint behind it, as text. */
  #sentence(text: string, depth: number): void {
    const inner =
      depth <= deepest && /[[{]/.test(text) ? parsed(text.slice(text.search(/[[{]/))) : undefined;
    if (inner === undefined) return this.say(plainText(text));
    this.say(text.slice(0, text.search(/[[{]/)));
    this.search(inner, depth + 1);
  }

  complaint(): Complaint {
    return {
      words: [...this.#words].join(" "),
      parameters: [...this.#parameters].join(" "),
      codes: [...this.#codes],
      ...(this.#status === undefined ? {} : { status: this.#status }),
      ...(this.#generated === undefined ? {} : { generated: this.#generated }),
      ...(this.#retryDelay === undefined ? {} : { retryDelay: this.#retryDelay }),
    };
  }
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPage(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|body|\?xml|center|h\d|p)\b/i.test(text);
}

function plainText(text: string): string {
  if (!isPage(text)) return text;
  return text.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ");
}
