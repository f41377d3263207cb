/** A picture's description, unless a program wrote it: a file's name tells nothing. */
export function imageAlt(description: string | undefined): string {
  const alt = (description ?? "").replaceAll(/\s+/gu, " ").trim();
  const isFile = /^\S*\.(?:png|jpe?g|gif|bmp|tiff?|svg|emf|wmf|webp)$/iu.test(alt);
  const isAutomatic = /^(?:picture|image|grafik|bild|img|shape|logo)[\s_-]*\d*$/iu.test(alt);
  return isFile || isAutomatic
    ? ""
    : alt.replace(
        /\s*(?:Description automatically generated.*|AI-generated content may be incorrect\.?)$/iu,
        "",
      );
}
