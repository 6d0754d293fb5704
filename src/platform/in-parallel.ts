/** Runs work on every value, at most `width` at a time. The first failure stops the rest and is thrown. */
export async function inParallel<Value>(
  values: readonly Value[],
  width: number,
  work: (value: Value) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let value = values[next++]; value !== undefined; value = values[next++]) {
      try {
        await work(value);
      } catch (error) {
        next = values.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, values.length) }, lane));
}
