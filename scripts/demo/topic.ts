type Words = readonly [string, ...string[]];

/** What one category's titles, tags and channels are made of. */
export interface Topic {
  readonly category: string;
  /** Singular nouns without an article: each fits every title of the topic. */
  readonly subjects: Words;
  readonly places: Words;
  /**
   * `{s}` a subject, `{p}` a place, `{n}` a number from 3 to 30, `{a}` an aside of the topic.
   * The first letter becomes a capital.
   */
  readonly titles: Words;
  readonly asides: Words;
  /** Besides the subject, every item carries some of these. */
  readonly tags: Words;
  /** Second words of channel names. */
  readonly channels: Words;
  readonly medianMinutes: number;
}

export const words = (text: string): Words => {
  const [first, ...others] = text.split(",").map((word) => word.trim());
  if (first === undefined) throw new Error("A topic needs words.");
  return [first, ...others];
};
