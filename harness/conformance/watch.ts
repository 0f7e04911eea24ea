import type { ActiveFault } from '../../simulator/faults/fault.ts';
import { until } from '../run/wait.ts';
import type { Witness } from './witness.ts';

/** A failure to be watched, and what has to be seen of it. */
export interface Watched<Look> {
  apply(): Promise<ActiveFault>;
  provoke?: (() => Promise<void>) | undefined;
  shows(look: Look, all: Look[]): boolean;
  leaves?: ((look: Look) => boolean) | undefined;
}

const SHOWS_WITHIN_MS = 5000;
const HEALS_WITHIN_MS = 10_000;

/**
 * Has a witness look before a failure, while it is in force, and after it healed. `asPromised`: all was well before, the
 * failure showed, all is well again, and what it leaves behind is there.
 */
export async function watch<Look>(
  witness: Witness<Look>,
  { apply, provoke, shows, leaves = () => true }: Watched<Look>,
): Promise<{ before: string; during: string; after: string; asPromised: boolean }> {
  await witness.begin?.();
  await witness.look(); // whoever comes for the first time is not known yet
  const before = await witness.look();
  const fault = await apply();
  let during: Looks<Look>;
  try {
    if (provoke) {
      await witness.look();
      await provoke();
    }
    during = await lookUntil(witness, shows, SHOWS_WITHIN_MS);
  } finally {
    await fault.heal();
  }
  const after = await lookUntil(witness, (look) => witness.isWell(look), HEALS_WITHIN_MS);
  // Only the first to come back may see what is left; a connection of old may still be on its way to its end then.
  const left = after.looks.find(leaves);
  const troubled = during.looks.findLast((look) => !witness.isWell(look)) ?? during.last;
  return {
    before: witness.words(before),
    during: [...new Set([troubled, during.last])].map((look) => witness.words(look)).join(', then '),
    after: witness.words(left ?? after.last),
    asPromised: witness.isWell(before) && during.sufficed && after.sufficed && left !== undefined,
  };
}

interface Looks<Look> {
  looks: Look[];
  last: Look;
  sufficed: boolean;
}

async function lookUntil<Look>(witness: Witness<Look>, suffices: (look: Look, all: Look[]) => boolean, withinMs: number): Promise<Looks<Look>> {
  const looks: Look[] = [];
  const look = async () => {
    looks.push(await witness.look());
    return suffices(looks.at(-1)!, looks);
  };
  const sufficed = await until(look, { withinMs });
  return { looks, last: looks.at(-1)!, sufficed };
}
