import type { Inline } from "../../document/blocks.ts";
import { addressOf } from "../field-address.ts";

export interface Field {
  /** What it shows, in the language of fields. */
  instruction: string;
  /** The piece of the line that its result begins with. */
  start: number;
}

interface Line {
  readonly inlines: Inline[];
  readonly fields: Field[];
}

/** A field begins with its instruction, which a mark separates from what it shows. */
export function markField(kind: string | undefined, line: Line): void {
  const field = line.fields.at(-1);
  if (kind === "begin") line.fields.push({ instruction: "", start: line.inlines.length });
  else if (kind === "separate" && field !== undefined) field.start = line.inlines.length;
  else if (kind === "end") endField(line);
}

/** Makes a link of what a field shows that leads to an address. */
export function endField({ inlines, fields }: Line): void {
  const field = fields.pop();
  const url = field === undefined ? undefined : addressOf(field.instruction);
  if (field === undefined || url === undefined) return;
  const content = inlines.splice(field.start);
  if (content.length > 0) inlines.push({ kind: "link", url, content });
}
