/** What to repair when an OpenAI-compatible endpoint refuses every call. Settings are `SLUICE_<prefix>_…`. */
export function repairs(prefix: "LLM" | "EMBEDDINGS") {
  return {
    access: `Set SLUICE_${prefix}_API_KEY to a key with access and credit`,
    address: `Set SLUICE_${prefix}_BASE_URL and SLUICE_${prefix}_MODEL to an endpoint and a model it serves`,
    slow: `If this repeats, use a faster model, or raise SLUICE_${prefix}_CALL_TIMEOUT_SECONDS`,
  } as const;
}
