import type { Guarantee } from '../guarantee.ts';
import { access } from './access.ts';
import { alertsArrive } from './alerts-arrive.ts';
import { backfill } from './backfill.ts';
import { bounded } from './bounded.ts';
import { capacity } from './capacity.ts';
import { drains } from './drains.ts';
import { gapsDeclared } from './gaps-declared.ts';
import { gapsTrue } from './gaps-true.ts';
import { inOrder } from './in-order.ts';
import { layerNamed } from './layer-named.ts';
import { liveFirst } from './live-first.ts';
import { localContinuity } from './local-continuity.ts';
import { noDuplicates } from './no-duplicates.ts';
import { noLoss } from './no-loss.ts';
import { powerSafe } from './power-safe.ts';
import { recovers } from './recovers.ts';
import { returnsUnaided } from './returns-unaided.ts';
import { staleShown } from './stale-shown.ts';
import { trueTime } from './true-time.ts';
import { unaltered } from './unaltered.ts';

/** Every guarantee, in the order in which reports show them. */
export const GUARANTEES: readonly Guarantee[] = [
  noLoss,
  capacity,
  powerSafe,
  noDuplicates,
  inOrder,
  unaltered,
  gapsDeclared,
  gapsTrue,
  trueTime,
  recovers,
  drains,
  liveFirst,
  returnsUnaided,
  bounded,
  localContinuity,
  alertsArrive,
  staleShown,
  layerNamed,
  backfill,
  access,
];
