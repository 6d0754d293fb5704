/** The port for Google's time, asked for at no cost. */
export interface ServerClock {
  /** Epoch milliseconds of its `Date` header, whole seconds; undefined when there is none. Never throws. */
  now(): Promise<number | undefined>;
}
