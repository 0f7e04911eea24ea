import { z } from 'zod';
import { transparent } from '../links/link-rule.ts';
import type { ConnectionIdentity, LinkRule, Way } from '../links/link-rule.ts';
import { Wake } from '../links/wake.ts';
import { duration } from './duration.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({
  bytes: z.int().min(1).max(65_536).default(16).describe('How long a piece is at most, in bytes.'),
  gap: duration.refine((ms) => ms <= 60_000, 'expected at most 1min').default(1).describe('How long there is nothing between two pieces of one connection.'),
  direction: z.enum(['both', 'to', 'from']).default('both').describe('`to`: towards what the link leads to; `from`: back.'),
});
type Params = z.output<typeof params>;

/** TCP keeps bytes in order, not together: a message may arrive in as many pieces as it has bytes. */
export const slice: FaultKind<'link', Params> = {
  kind: 'slice',
  family: 'link',
  target: 'link',
  summary: 'Every message arrives in small pieces, with a pause between them.',
  limits: 'Pieces that the receiver is slow to read are joined again by its kernel.',
  params,
  async apply(link, { bytes: pieceBytes, gap, direction }, { clock }) {
    const wake = new Wake(clock, () => link.advance());
    const affects = (way: Way) => direction === 'both' || direction === way;
    const nextAtMicros: Record<Way, WeakMap<ConnectionIdentity, number>> = { to: new WeakMap(), from: new WeakMap() };
    let pieces = 0;
    let cuts = 0;
    const rule: LinkRule = {
      ...transparent,
      permits({ way, connection }) {
        if (!affects(way)) return Infinity;
        const untilMicros = nextAtMicros[way].get(connection) ?? 0;
        if (clock.nowMicros() >= untilMicros) return pieceBytes;
        wake.at(untilMicros);
        return 0;
      },
      passed({ way, connection, bytes: waitingBytes }, bytes) {
        if (!affects(way)) return;
        nextAtMicros[way].set(connection, clock.nowMicros() + Math.max(1, gap * 1000));
        pieces++;
        if (bytes < waitingBytes) cuts++;
      },
    };
    link.impose(rule);
    return {
      bite: () => ({ proven: cuts > 0, detail: `${pieces} pieces of ${pieceBytes} bytes at most, cut ${cuts} times`, numbers: { pieces, cuts } }),
      async heal() {
        link.lift(rule);
        wake.stop();
        if (link.imposes(rule)) throw new Error(`link ${link.name} is still sliced`);
      },
    };
  },
};
