/** The smallest Office files that say what a test is about. */
import { zip } from "./zip.ts";

const packageType = "http://schemas.openxmlformats.org/package/2006";
const officeType = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const main = "application/vnd.openxmlformats-officedocument";

const namespaces = [
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"',
  'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"',
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
  'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"',
  'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
].join(" ");

type Related = readonly (readonly [id: string, type: string, target: string, mode?: string])[];

function relationships(related: Related): string {
  const list = related.map(([id, type, target, mode]) => {
    const external = mode === undefined ? "" : ` TargetMode="${mode}"`;
    return `<Relationship Id="${id}" Type="${officeType}/${type}" Target="${target}"${external}/>`;
  });
  return `<Relationships xmlns="${packageType}/relationships">${list.join("")}</Relationships>`;
}

function contentTypes(part: string, type: string): string {
  return `<Types xmlns="${packageType}/content-types"><Override PartName="/${part}" ContentType="${main}.${type}+xml"/></Types>`;
}

export interface DocxParts {
  readonly styles?: string;
  readonly numbering?: string;
  readonly footnotes?: string;
  readonly related?: Related;
  readonly more?: Readonly<Record<string, string | Uint8Array>>;
}

/** Word, from the inside of its body. */
export function docx(body: string, parts: DocxParts = {}): Promise<Buffer> {
  const { styles = "", numbering = "", footnotes = "", related = [], more = {} } = parts;
  return zip({
    "[Content_Types].xml": contentTypes("word/document.xml", "wordprocessingml.document.main"),
    "_rels/.rels": relationships([["rId1", "officeDocument", "word/document.xml"]]),
    "word/_rels/document.xml.rels": relationships([
      ["s", "styles", "styles.xml"],
      ["n", "numbering", "numbering.xml"],
      ["f", "footnotes", "footnotes.xml"],
      ...related,
    ]),
    "word/document.xml": `<w:document ${namespaces}><w:body>${body}</w:body></w:document>`,
    "word/styles.xml": `<w:styles ${namespaces}>${standardStyles}${styles}</w:styles>`,
    "word/numbering.xml": `<w:numbering ${namespaces}>${numbering}</w:numbering>`,
    "word/footnotes.xml": `<w:footnotes ${namespaces}>${footnotes}</w:footnotes>`,
    ...more,
  });
}

const standardStyles = [
  '<w:style w:styleId="Title"><w:name w:val="Title"/></w:style>',
  '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>',
  '<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>',
  '<w:style w:styleId="Own"><w:name w:val="My chapter"/><w:basedOn w:val="H1"/></w:style>',
  '<w:style w:styleId="Code"><w:name w:val="Source Code"/></w:style>',
].join("");

/** A paragraph of Word. */
export function p(value: string, properties = ""): string {
  return `<w:p><w:pPr>${properties}</w:pPr>${r(value)}</w:p>`;
}

export function r(value: string, properties = ""): string {
  return `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${value}</w:t></w:r>`;
}

export interface Sheet {
  readonly name: string;
  readonly state?: string;
  /** The inside of the worksheet. */
  readonly xml: string;
}

/** Excel, from its sheets, its texts and its number formats. */
export function xlsx(
  sheets: readonly Sheet[],
  {
    strings = [],
    formats = [],
    builtIn = [],
  }: {
    strings?: readonly string[];
    formats?: readonly string[];
    /** Numbers of formats that the workbook does not write down; they follow those that it does. */
    builtIn?: readonly number[];
  } = {},
): Promise<Buffer> {
  const list = sheets.map(
    ({ name, state = "visible" }, index) =>
      `<sheet name="${name}" sheetId="${index + 1}" state="${state}" r:id="rId${index + 1}"/>`,
  );
  const custom = formats.map(
    (code, index) => `<numFmt numFmtId="${200 + index}" formatCode="${code}"/>`,
  );
  const ids = [0, ...formats.map((_, index) => 200 + index), ...builtIn];
  const styles = ids.map((id) => `<xf numFmtId="${id}"/>`);
  return zip({
    "[Content_Types].xml": contentTypes("xl/workbook.xml", "spreadsheetml.sheet.main"),
    "_rels/.rels": relationships([["rId1", "officeDocument", "xl/workbook.xml"]]),
    "xl/_rels/workbook.xml.rels": relationships([
      ...sheets.map(
        (_, index) => [`rId${index + 1}`, "worksheet", `worksheets/sheet${index + 1}.xml`] as const,
      ),
      ["s", "sharedStrings", "sharedStrings.xml"],
      ["y", "styles", "styles.xml"],
    ]),
    "xl/workbook.xml": `<workbook ${namespaces}><sheets>${list.join("")}</sheets></workbook>`,
    "xl/sharedStrings.xml": `<sst>${strings.map((value) => `<si><t>${value}</t></si>`).join("")}</sst>`,
    "xl/styles.xml": `<styleSheet><numFmts>${custom.join("")}</numFmts><cellXfs>${styles.join("")}</cellXfs></styleSheet>`,
    ...Object.fromEntries(
      sheets.map(({ xml }, index) => [
        `xl/worksheets/sheet${index + 1}.xml`,
        `<worksheet ${namespaces}>${xml}</worksheet>`,
      ]),
    ),
  });
}

/** A row of inline texts. */
export function row(number: number, values: readonly string[], attributes = ""): string {
  const cells = values.map(
    (value, index) =>
      `<c r="${String.fromCharCode(65 + index)}${number}" t="inlineStr"><is><t>${value}</t></is></c>`,
  );
  return `<row r="${number}" ${attributes}>${cells.join("")}</row>`;
}

/** PowerPoint, from the shapes of each slide. */
export function pptx(
  slides: readonly string[],
  attributes: readonly string[] = [],
): Promise<Buffer> {
  return zip({
    "[Content_Types].xml": contentTypes("ppt/presentation.xml", "presentationml.presentation.main"),
    "_rels/.rels": relationships([["rId1", "officeDocument", "ppt/presentation.xml"]]),
    "ppt/_rels/presentation.xml.rels": relationships(
      slides.map(
        (_, index) => [`rId${index + 1}`, "slide", `slides/slide${index + 1}.xml`] as const,
      ),
    ),
    "ppt/presentation.xml": `<p:presentation ${namespaces}><p:sldIdLst>${slides
      .map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`)
      .join("")}</p:sldIdLst></p:presentation>`,
    ...Object.fromEntries(
      slides.map((shapes, index) => [
        `ppt/slides/slide${index + 1}.xml`,
        `<p:sld ${namespaces} ${attributes[index] ?? ""}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`,
      ]),
    ),
  });
}

/** A shape with paragraphs, as a placeholder or on its own. */
export function shape(
  type: string | undefined,
  paragraphs: readonly string[],
  attributes = "",
): string {
  const placeholder = type === undefined ? "" : `<p:ph type="${type}"/>`;
  const text = paragraphs.map((one) =>
    one.startsWith("<") ? one : `<a:p><a:r><a:t>${one}</a:t></a:r></a:p>`,
  );
  return `<p:sp><p:nvSpPr><p:cNvPr id="2" name="Shape" ${attributes}/><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr><p:txBody>${text.join("")}</p:txBody></p:sp>`;
}
