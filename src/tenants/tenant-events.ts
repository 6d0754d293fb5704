/** What events of a tenant's users weigh. How long they are kept is said under `retention`. */
import * as z from "zod";

const weight = (otherwise: number) => z.number().min(-100).max(100).default(otherwise);

export const eventsSchema = z
  .strictObject({
    weights: z
      .strictObject({
        impression: weight(0).describe("Being shown is nobody's choice."),
        click: weight(1).describe("Opened."),
        watch: weight(2).describe("Times the share that was watched."),
        like: weight(3).describe("Said."),
        unlike: weight(-3).describe("Takes a like back."),
        dislike: weight(-3).describe("Said."),
        rate: weight(3).describe("Times (rating - 3) / 2: from minus this to this."),
        watchlist: weight(2).describe("Put on the list; taken from it counts as minus this."),
        skip: weight(-1).describe("Passed over."),
        share: weight(3).describe("Told to others."),
        comment: weight(2).describe("Answered."),
        purchase: weight(5).describe("Paid for."),
      })
      .prefault({}),
  })
  .prefault({});
