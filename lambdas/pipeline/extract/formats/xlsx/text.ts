/**
 * ECMA-376, part 1, 22.9.2.19: a character that XML cannot hold stands as `_x000D_`, and an
 * underscore before what only looks like one as `_x005F_`.
 */
export function unescaped(value: string): string {
  if (!value.includes("_x")) return value;
  return value
    .replaceAll(/_x([\dA-F]{4})_/giu, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    .replaceAll("\r\n", "\n")
    .replaceAll(controls, "");
}

/** They show nothing; tabs and line ends do. */
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000e-\u001f\u007f\ufffe\uffff]/gu;
