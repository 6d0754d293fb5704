/**
 * Demographic groups: any gender, m or f, times any age or one of four. 15 in all, numbered so that a number names a
 * column. Whatever a user does counts for every group that the user belongs to.
 */
import { AGE_GROUPS, type AgeGroup, type Gender, GENDERS } from "../domain/demographics.ts";

/** Who a list is for. What is not said is not known. */
export interface Demographics {
  readonly gender?: Gender | undefined;
  readonly ageGroup?: AgeGroup | undefined;
}

const AGES = AGE_GROUPS.length + 1;
export const GROUP_COUNT = (GENDERS.length + 1) * AGES;
/** Of everybody. */
export const EVERYONE = 0;

export function groupOf({ gender, ageGroup }: Demographics): number {
  const genderAt = gender === undefined ? 0 : GENDERS.indexOf(gender) + 1;
  const ageAt = ageGroup === undefined ? 0 : AGE_GROUPS.indexOf(ageGroup) + 1;
  return genderAt * AGES + ageAt;
}

/** Of one gender and one age at once. */
export const isCrossed = (group: number): boolean => group > AGES && group % AGES !== 0;

/** Every group that such a user belongs to, everyone first. */
export function groupsWith({ gender, ageGroup }: Demographics): readonly number[] {
  const groups = new Set([
    EVERYONE,
    groupOf({ gender }),
    groupOf({ ageGroup }),
    groupOf({ gender, ageGroup }),
  ]);
  return [...groups];
}

export const genderOf = (text: string): Gender | undefined => GENDERS.find((one) => one === text);
export const ageGroupOf = (text: string): AgeGroup | undefined =>
  AGE_GROUPS.find((one) => one === text);
