/** Tokens as the endpoint counted them; about four characters each where it does not say. */
export function tokensOrEstimate(counted: unknown, text: string): number {
  const tokens = Number(counted);
  return typeof counted === "number" && Number.isFinite(tokens) && tokens >= 0
    ? Math.round(tokens)
    : Math.ceil(text.length / 4);
}
