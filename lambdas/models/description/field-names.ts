/**
 * The fields of metadata by the names that models give them: the asked ones, others for the same, and
 * translated ones, because a model that writes in the passage's language may translate the names, too.
 */
export const fieldNames = [
  "title",
  "summary",
  "keywords",
  "entities",
  "language",
  "custom",
] as const;
export type FieldName = (typeof fieldNames)[number];

/** German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Chinese and Japanese stand after the English ones. */
const names: Readonly<Record<FieldName, string>> = {
  title:
    "title heading headline titel uberschrift titre titulo titolo tytul название заголовок 标题 標題 タイトル",
  summary:
    "summary abstract description zusammenfassung resume resumen riassunto resumo samenvatting podsumowanie streszczenie резюме описание 摘要 概要 总结 要約",
  keywords:
    "keywords keyword keyphrases tags schlusselworter schlagworter stichworter motscles palabrasclave parolechiave palavraschave trefwoorden slowakluczowe ключевыеслова 关键词 關鍵詞 キーワード",
  entities:
    "entities entity namedentities entitaten entites entidades entita entiteiten podmioty jednostki сущности 实体 實體 エンティティ",
  language:
    "language lang languagecode sprache langue idioma lengua lingua taal jezyk язык 语言 語言 言語",
  custom: "custom customfields",
};

const fieldByName = new Map(
  fieldNames.flatMap((field) => names[field].split(" ").map((name) => [name, field] as const)),
);

/** `Key words`, `SUMMARY`, `Schlüsselwörter`; `undefined` if it names none. */
export function fieldNamed(name: string): FieldName | undefined {
  const bare = name
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^\p{L}]/gu, "");
  return fieldByName.get(bare.normalize("NFC")) ?? fieldByName.get(bare);
}
