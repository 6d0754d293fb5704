/** Bounds how long we wait for a store. The work itself goes on; its late result is dropped. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

export async function withDeadline<Value>(
  work: Promise<Value>,
  deadlineMs: number,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DeadlineError(`no answer within ${deadlineMs} ms`));
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // The loser of the race may still fail; nobody else listens to it.
    work.catch(() => undefined);
  }
}
