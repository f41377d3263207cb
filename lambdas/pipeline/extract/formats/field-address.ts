/**
 * Where the instruction of a field leads to, such as `HYPERLINK "https://example.com" \l "part"`;
 * nothing for places within the document and for other fields.
 */
export function addressOf(instruction: string): string | undefined {
  const match = /^\s*HYPERLINK\b(.*)$/isu.exec(instruction);
  if (match === null) return undefined;
  let url: string | undefined;
  let part = "";
  const words = /\\([a-z])(?:\s*"([^"]*)")?|"([^"]*)"|([^\s"\\]\S*)/giu;
  for (const [, option, value = "", quoted, bare] of (match[1] ?? "").matchAll(words)) {
    if (option === undefined) url ??= (quoted ?? bare ?? "").trim();
    else if (option.toLowerCase() === "l") part = value.trim();
  }
  if (url === undefined || url === "" || url.startsWith("#")) return undefined;
  const address = url.replaceAll("\\\\", "\\");
  return part === "" || address.includes("#") ? address : `${address}#${part}`;
}
