/** Fields that several responses share. */
import * as z from "zod";

export const time = z.iso.datetime().describe("ISO 8601, UTC");

export const count = z.int().min(0);
