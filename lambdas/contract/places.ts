import * as z from "zod";

/** The first and the last. */
const span = <T extends z.ZodType>(of: T) => z.tuple([of, of]);
const fromOne = z.int().min(1);

/** What a passage goes on with, if it begins inside a table or a code block. */
export const openingContext = z
  .string()
  .optional()
  .describe(
    "The header of the table, or the first line of the code block, that the chunk goes on with. Not part of `text`",
  );

/** Where a passage stands in the file that was sent; each only where the format has it. */
export const placesShape = {
  pages: span(fromOne).optional().describe("First and last page of the file, from 1"),
  slide: span(fromOne).optional().describe("First and last slide, from 1"),
  record: span(fromOne).optional().describe("First and last record, from 1"),
  sheet: span(z.string()).optional().describe("First and last sheet, by name"),
  chapter: span(z.string()).optional().describe("First and last chapter, by title"),
};
