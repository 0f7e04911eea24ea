import { z } from 'zod';
import { transparent } from '../links/link-rule.ts';
import type { ConnectionIdentity, LinkRule, Stop } from '../links/link-rule.ts';
import { Wake } from '../links/wake.ts';
import type { RunClock } from '../run-clock.ts';
import { duration } from './duration.ts';
import type { FaultKind } from './fault.ts';

const params = z.strictObject({
  by: duration.refine((ms) => ms > 0 && ms <= 600_000, 'expected more than 0 and at most 10min').describe("How late a reply is: longer than the client's timeout. One that is held when the failure ends keeps its own time, and the failure lasts until then."),
  every: z.int().min(1).max(1_000_000).default(10).describe('Which replies are late: 10 is every tenth of the link, 1 is every one.'),
});
type Params = z.output<typeof params>;

/** A busy controller answers when its client has given up: who takes a late answer for the next one reads the past. */
export const lateReply: FaultKind<'link', Params> = {
  kind: 'late-reply',
  family: 'link',
  target: 'link',
  summary: "Every nth reply of Modbus comes later than its client's timeout, in front of the next one.",
  limits: 'A reply that comes on a connection which its client has closed meanwhile reaches nobody.',
  params,
  unavailable: (link) =>
    link.protocol === 'modbus' ? undefined : { reason: `nobody speaks Modbus over ${link.name}`, fix: 'aim it at a link that leads to the plant' },
  async apply(link, { by, every }, { clock, signal }) {
    const held = new HeldReplies(clock, () => link.advance());
    let isOver = false;
    let replies = 0;
    let lateReplies = 0;
    const rule: LinkRule = {
      ...transparent,
      frame({ way, connection }) {
        if (isOver || way !== 'from' || ++replies % every !== 0) return undefined;
        lateReplies++;
        return held.add(connection, clock.nowMicros() + by * 1000);
      },
    };
    link.impose(rule);
    return {
      bite: () => ({
        proven: lateReplies > 0,
        detail: `${lateReplies} of ${replies} replies were held back for ${by} ms`,
        numbers: { lateReplies, replies },
      }),
      /** Every reply that is held keeps its own time, unless the run is given up. */
      async heal() {
        isOver = true;
        await held.none(signal);
        link.lift(rule);
        held.stop();
        if (link.imposes(rule)) throw new Error(`link ${link.name} still holds replies back`);
        return { endedAtMicros: clock.nowMicros() };
      },
    };
  },
};

/** Replies that wait for their time. Those of a connection that is gone wait no more. */
class HeldReplies {
  readonly #wake: Wake;
  readonly #held = new Set<{ connection: ConnectionIdentity; untilMicros: number }>();
  readonly #watched = new WeakSet<ConnectionIdentity>();
  #empty = Promise.withResolvers<void>();

  constructor(clock: RunClock, advance: () => void) {
    this.#wake = new Wake(clock, () => {
      this.#release(({ untilMicros }) => untilMicros <= clock.nowMicros());
      advance();
    });
    this.#empty.resolve();
  }

  add(connection: ConnectionIdentity, untilMicros: number): Stop {
    if (this.#held.size === 0) this.#empty = Promise.withResolvers();
    const reply = { connection, untilMicros };
    this.#held.add(reply);
    this.#wake.at(untilMicros);
    if (!this.#watched.has(connection)) {
      this.#watched.add(connection);
      void connection.gone.then(() => this.#release((it) => it.connection === connection));
    }
    return { passes: () => !this.#held.has(reply) };
  }

  /** Resolves once none is held, or the signal is aborted. */
  async none(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const givenUp = () => resolve();
    signal?.addEventListener('abort', givenUp, { once: true });
    await Promise.race([this.#empty.promise, promise]);
    signal?.removeEventListener('abort', givenUp);
  }

  stop(): void {
    this.#wake.stop();
  }

  #release(isDue: (reply: { connection: ConnectionIdentity; untilMicros: number }) => boolean): void {
    for (const reply of this.#held) if (isDue(reply)) this.#held.delete(reply);
    const [next] = this.#held; // all are held for the same time, so the first is due first
    if (next) this.#wake.at(next.untilMicros);
    else this.#empty.resolve();
  }
}
