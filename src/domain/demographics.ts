/** Words for who a user is and who a gift is for. Their order numbers the columns of what was computed: add at the end. */
export const GENDERS = ["m", "f"] as const;
export type Gender = (typeof GENDERS)[number];

/** System E's; nobody younger than 18 has one. */
export const AGE_GROUPS = ["18-24", "25-34", "35-44", "45+"] as const;
export type AgeGroup = (typeof AGE_GROUPS)[number];
