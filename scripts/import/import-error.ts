/** Ends an import, in words for the person who started it. */
export class ImportError extends Error {
  override readonly name = "ImportError";
}
