/**
 * Structured logs: one JSON object a line, for `wrangler tail` and Workers Logs. Values are facts about us,
 * never request bodies; an error is reduced to its name, message and causes.
 */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  return {
    name: error.name,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack.split("\n").slice(1, 6) }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function write(level: "info" | "warn" | "error", message: string, fields: LogFields = {}): void {
  const { error, ...rest } = fields;
  console[level](
    JSON.stringify({
      level,
      message,
      ...rest,
      ...(error === undefined ? {} : { error: describeError(error) }),
    }),
  );
}

export const consoleLog: Log = {
  info: (message, fields) => {
    write("info", message, fields);
  },
  warn: (message, fields) => {
    write("warn", message, fields);
  },
  error: (message, fields) => {
    write("error", message, fields);
  },
};
