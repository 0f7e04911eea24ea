/** The ids of the guarantees that a scenario may name in `exercises`; the oracle's registry holds exactly these. */
export const guaranteeIds = [
  'no-loss',
  'no-duplicates',
  'unaltered',
  'in-order',
  'gaps-declared',
  'gaps-true',
  'true-time',
  'recovers',
  'drains',
  'returns-unaided',
] as const;

export type GuaranteeId = (typeof guaranteeIds)[number];
