import type { Guarantee } from '../guarantee.ts';
import { drains } from './drains.ts';
import { gapsDeclared } from './gaps-declared.ts';
import { gapsTrue } from './gaps-true.ts';
import { inOrder } from './in-order.ts';
import { noDuplicates } from './no-duplicates.ts';
import { noLoss } from './no-loss.ts';
import { recovers } from './recovers.ts';
import { returnsUnaided } from './returns-unaided.ts';
import { trueTime } from './true-time.ts';
import { unaltered } from './unaltered.ts';

/** Every guarantee, in the order in which reports show them. */
export const GUARANTEES: readonly Guarantee[] = [
  noLoss,
  noDuplicates,
  unaltered,
  inOrder,
  gapsDeclared,
  gapsTrue,
  trueTime,
  recovers,
  drains,
  returnsUnaided,
];
