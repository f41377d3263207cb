import { Parser } from "htmlparser2";
import { type Bounds, hold } from "../bounds.ts";
import { DamagedDocumentError } from "../errors.ts";
import { encodingNamed } from "../text/charset.ts";

/**
 * An element of XML. Names are without their prefixes, because those are the
 * writer's choice (`w:p` and `ns0:p` are one); attributes keep theirs.
 */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Element | string)[];
}

/** What a stream of XML is made of. */
export interface XmlEvents {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/**
 * Reads XML piece by piece. Entities of the document's own are not expanded:
 * a document that declares some is refused, as no office program writes any.
 */
export class XmlReader {
  readonly #parser: Parser;
  readonly #decoder: InstanceType<typeof TextDecoder>;
  #depth = 0;
  #isEnding = false;

  constructor(events: XmlEvents, bounds: Bounds, encoding = "utf-8") {
    this.#decoder = new TextDecoder(encoding);
    this.#parser = new Parser(
      {
        onopentag: (name, attributes) => {
          this.#depth += 1;
          hold(this.#depth, bounds.maxNesting, "elements within each other");
          events.open?.(local(name), attributes);
        },
        ontext: (text) => events.text?.(text),
        onclosetag: (name) => {
          this.#depth -= 1;
          if (this.#isEnding) throw cutOff(local(name));
          events.close?.(local(name));
        },
        onprocessinginstruction: (_name, data) => {
          if (/<!ENTITY|^!DOCTYPE[^>]*\[/iu.test(data)) {
            throw new DamagedDocumentError(
              "The document declares XML entities of its own, which are refused because they can grow without end. Save it again in an office program.",
            );
          }
        },
      },
      { xmlMode: true, recognizeSelfClosing: true, decodeEntities: true },
    );
  }

  write(chunk: Uint8Array): void {
    this.#parser.write(this.#decoder.decode(chunk, { stream: true }));
  }

  /** @throws DamagedDocumentError when elements are still open. */
  end(): void {
    this.#parser.write(this.#decoder.decode());
    // Elements that the parser closes from here on are those that the document left open.
    this.#isEnding = true;
    this.#parser.end();
  }
}

function cutOff(name: string): DamagedDocumentError {
  return new DamagedDocumentError(
    `The document is cut off within <${name}>. Send the whole file, or save it anew.`,
  );
}

/** @throws DamagedDocumentError, DocumentOverBoundsError */
export function parseXml(bytes: Uint8Array, bounds: Bounds): Element {
  const root: Element = { name: "", attributes: {}, children: [] };
  const stack: Element[] = [root];
  const reader = new XmlReader(
    {
      open(name, attributes) {
        const element: Element = { name, attributes, children: [] };
        stack.at(-1)?.children.push(element);
        stack.push(element);
      },
      text(text) {
        const siblings = stack.at(-1)?.children ?? [];
        const last = siblings.length - 1;
        if (typeof siblings[last] === "string") siblings[last] += text;
        else siblings.push(text);
      },
      close() {
        stack.pop();
      },
    },
    bounds,
    encodingOf(bytes),
  );
  reader.write(bytes);
  reader.end();
  const element = root.children.find((child) => typeof child !== "string");
  if (element === undefined) {
    throw new DamagedDocumentError(
      "A part of the document is not XML. Save it anew and send it again.",
    );
  }
  return element;
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  const declared = /^[^<]*<\?xml[^>]*encoding=["']([\w.-]+)["']/u.exec(head)?.[1] ?? "utf-8";
  const encoding = encodingNamed(declared) ?? "utf-8";
  // In UTF-16, there would be a zero after each letter of the declaration.
  return encoding.startsWith("utf-16") ? "utf-8" : encoding;
}

export function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
