import type { OfficePackage } from "../../archive/package.ts";
import { attribute, children, find, numberOf, prefixed } from "../../archive/walk.ts";
import { XmlReader } from "../../archive/xml.ts";
import { hold } from "../../bounds.ts";
import { unescaped } from "./text.ts";

export interface SheetPart {
  readonly name: string;
  readonly part: string;
  readonly isChart: boolean;
}

export interface Workbook {
  readonly sheets: readonly SheetPart[];
  readonly strings: readonly string[];
  /** Number formats by the index of a cell's style. */
  readonly formats: readonly string[];
  /** Dates count from 1904 in workbooks of old Macintoshes. */
  readonly is1904: boolean;
}

/** The visible sheets, and what their cells refer to. */
export async function workbookOf(office: OfficePackage): Promise<Workbook> {
  const root = await office.xml(office.main);
  const relations = await office.relations(office.main);
  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  const partOf = (type: string) => relations.find((relation) => relation.type === type)?.target;
  const sheets = children(find(root, "sheets"), "sheet").flatMap((sheet) => {
    const relation = byId.get(prefixed(sheet, "id") ?? "");
    const isHidden = /^(?:hidden|veryHidden)$/u.test(attribute(sheet, "state") ?? "");
    if (relation === undefined || isHidden || !office.archive.has(relation.target)) return [];
    return [
      {
        name: unescaped(attribute(sheet, "name") ?? ""),
        part: relation.target,
        isChart: relation.type === "chartsheet",
      },
    ];
  });
  return {
    sheets,
    strings: await stringsOf(office, partOf("sharedStrings")),
    formats: await formatsOf(office, partOf("styles")),
    is1904: /^(?:1|true)$/u.test(attribute(find(root, "workbookPr"), "date1904") ?? ""),
  };
}

/** Texts of cells, which the workbook keeps once for all of its sheets. */
async function stringsOf(
  office: OfficePackage,
  part: string | undefined,
): Promise<readonly string[]> {
  const strings: string[] = [];
  if (part === undefined || !office.archive.has(part)) return strings;
  let value: string | undefined;
  let isText = false;
  let isPhonetic = false;
  const reader = new XmlReader(
    {
      open(name) {
        if (name === "si") value = "";
        if (name === "rPh") isPhonetic = true;
        isText = name === "t" && !isPhonetic;
      },
      text(piece) {
        if (isText && value !== undefined) value += piece;
      },
      close(name) {
        isText = false;
        if (name === "rPh") isPhonetic = false;
        if (name !== "si") return;
        hold(
          strings.push(unescaped(value ?? "")),
          office.bounds.maxCells,
          "different texts in cells",
        );
        value = undefined;
      },
    },
    office.bounds,
  );
  for await (const chunk of office.archive.stream(part)) reader.write(chunk);
  reader.end();
  return strings;
}

async function formatsOf(
  office: OfficePackage,
  part: string | undefined,
): Promise<readonly string[]> {
  const root = await office.optional(part);
  const own = new Map(
    children(find(root, "numFmts"), "numFmt").map((format) => [
      numberOf(attribute(format, "numFmtId"), -1),
      attribute(format, "formatCode") ?? "General",
    ]),
  );
  return children(find(root, "cellXfs"), "xf").map((style) => {
    const id = numberOf(attribute(style, "numFmtId"), 0);
    return own.get(id) ?? builtIn[id] ?? "General";
  });
}

const date = "yyyy-mm-dd";
const time = "h:mm";
const timeOfDay = "h:mm:ss";
/** The same number is a time in Chinese and a date in Japanese or Korean: a time is less than a day. */
const dateOrTime = `[<1]${timeOfDay};${date}`;

/** ECMA-376, part 1, 18.8.30: formats that a workbook may name without writing them down. */
const builtIn: Readonly<Record<number, string>> = {
  1: "0",
  2: "0.00",
  3: "#,##0",
  4: "#,##0.00",
  // Programs other than Excel name these, too, without writing them down.
  5: '"$"#,##0_);("$"#,##0)',
  6: '"$"#,##0_);[Red]("$"#,##0)',
  7: '"$"#,##0.00_);("$"#,##0.00)',
  8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
  9: "0%",
  10: "0.00%",
  11: "0.00E+00",
  12: "# ?/?",
  13: "# ??/??",
  14: "yyyy-mm-dd",
  15: "d-mmm-yy",
  16: "d-mmm",
  17: "mmm-yy",
  18: "h:mm AM/PM",
  19: "h:mm:ss AM/PM",
  20: "h:mm",
  21: "h:mm:ss",
  22: "yyyy-mm-dd h:mm",
  // Chinese, Japanese and Korean.
  27: date,
  28: date,
  29: date,
  30: date,
  31: date,
  32: time,
  33: timeOfDay,
  34: dateOrTime,
  35: dateOrTime,
  36: date,
  37: "#,##0 ;(#,##0)",
  38: "#,##0 ;[Red](#,##0)",
  39: "#,##0.00;(#,##0.00)",
  40: "#,##0.00;[Red](#,##0.00)",
  41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
  42: '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"_);_(@_)',
  43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
  44: '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)',
  45: "mm:ss",
  46: "[h]:mm:ss",
  47: "mmss.0",
  48: "##0.0E+0",
  49: "@",
  50: date,
  51: date,
  52: dateOrTime,
  53: dateOrTime,
  54: date,
  55: dateOrTime,
  56: dateOrTime,
  57: date,
  58: date,
  // Thai.
  71: date,
  72: date,
  73: date,
  74: date,
  75: time,
  76: timeOfDay,
  77: `${date} ${time}`,
  78: "mm:ss",
  79: "[h]:mm:ss",
  80: "mmss.0",
  81: date,
};
