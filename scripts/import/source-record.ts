/** One row of a file, before anything is known about its fields. */
export type SourceRecord =
  | {
      /** Where it starts in the file, counted from 1. */
      readonly line: number;
      readonly value: Readonly<Record<string, unknown>>;
      readonly fault?: never;
    }
  | { readonly line: number; readonly fault: string; readonly value?: never };
