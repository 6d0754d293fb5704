/** What is asked of gifts, with every default made explicit: two requests for the same list are the same inputs. */
import type { KeyFields } from "../cache/cache-key.ts";
import type { UserId } from "../domain/ids.ts";
import type { Demographics } from "../popularity/groups.ts";

/** Values are lower case, sorted, each once; no values: no constraint. */
export interface GiftFilters {
  readonly priceFrom: number | undefined;
  /** Above `priceFrom`. */
  readonly priceTo: number | undefined;
  readonly category: readonly string[];
  readonly platform: readonly string[];
  readonly suitableFor: readonly string[];
  readonly acquaintanceLevel: readonly string[];
  readonly gender: readonly string[];
  readonly age: readonly string[];
}

/** Where and which page. */
interface ListInputs {
  /** The market, lower case: a place's id of the tenant, or ISO 3166 alpha-2. */
  readonly geo: string;
  readonly filters: GiftFilters;
  /** From 1. */
  readonly page: number;
  readonly limit: number;
}

export const ORDERS = ["popular", "trending", "under_exposed"] as const;
export type Order = (typeof ORDERS)[number];

export interface PopularInputs extends ListInputs {
  readonly surface: "popular";
  readonly who: Demographics;
  /** Of `user_params`: such items, and those that suit every category. */
  readonly category: string | undefined;
  readonly order: Order;
}

export interface PersonalInputs extends ListInputs {
  readonly surface: "personalized";
  readonly user: UserId;
}

export type GiftInputs = PopularInputs | PersonalInputs;

export const NO_FILTERS: GiftFilters = {
  priceFrom: undefined,
  priceTo: undefined,
  category: [],
  platform: [],
  suitableFor: [],
  acquaintanceLevel: [],
  gender: [],
  age: [],
};

/** Everything that the answer depends on, for its key: a price of 0 is not a missing one. */
export function inputFields(inputs: GiftInputs): KeyFields {
  const { geo, filters, page, limit } = inputs;
  const own: KeyFields =
    inputs.surface === "popular"
      ? {
          gender: inputs.who.gender ?? null,
          age: inputs.who.ageGroup ?? null,
          category: inputs.category ?? null,
          order: inputs.order,
        }
      : { user: inputs.user };
  return {
    ...own,
    geo,
    page,
    limit,
    price_from: filters.priceFrom ?? null,
    price_to: filters.priceTo ?? null,
    f_category: filters.category,
    f_platform: filters.platform,
    f_suitable_for: filters.suitableFor,
    f_acquaintance_level: filters.acquaintanceLevel,
    f_gender: filters.gender,
    f_age: filters.age,
  };
}
