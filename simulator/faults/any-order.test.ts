import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { echo, hop } from '../testing/hop.ts';
import type { ActiveFault, FaultKind } from './fault.ts';
import { faultKinds } from './registry.ts';

/** What a scenario may say of the kinds that must be told something. */
const NEEDED: Record<string, object> = {
  latency: { by: '40ms', jitter: '20ms' },
  bandwidth: { rate: '9600bit/s' },
  flap: { every: '30ms', as: 'reset' },
  'late-reply': { by: '60ms', every: 1 },
};

const linkKinds = faultKinds.filter((it): it is FaultKind<'link'> => it.target === 'link');
const paramsOf = (kind: FaultKind) => kind.params.parse(NEEDED[kind.kind] ?? {});

/** Kinds in the order in which they are applied, and the order in which they are healed; some before the last is applied. */
const overlap = fc
  .array(fc.constantFrom(...linkKinds), { minLength: 1, maxLength: 5 })
  .chain((kinds) => fc.record({ kinds: fc.constant(kinds), healed: fc.shuffledSubarray([...kinds.keys()], { minLength: kinds.length }), early: fc.nat(kinds.length), closes: fc.boolean() }));

test('link faults in any overlap heal in any order, twice, and leave a link behind that is as good as new', async () => {
  await fc.assert(
    fc.asyncProperty(overlap, async ({ kinds, healed, early, closes }) => {
      await using it = await hop({ protocol: 'mqtt', named: true, serve: (socket) => socket.on('error', () => {}) && echo(socket) });
      const victim = await it.call();
      victim.socket.write('hello');
      const faults = new Map<number, ActiveFault>();
      const heal = async (index: number) => {
        await faults.get(index)?.heal();
        await faults.get(index)?.heal();
      };
      for (const [index, kind] of kinds.entries()) {
        if (index === early) await heal(0);
        faults.set(index, await kind.apply(it.link, paramsOf(kind), it.context));
        victim.socket.write('and on');
        await faults.get(index)!.bite();
      }
      if (closes) await it.link.close();
      for (const index of healed) await heal(index);
      if (closes) return void (await expect(it.call()).rejects.toThrow('ECONNREFUSED'));

      const client = await it.call();
      const sent = randomBytes(200_000);
      const startMs = performance.now();
      client.socket.write(sent);
      await vi.waitFor(() => expect(client.received.length).toBe(sent.length), { timeout: 5000, interval: 2 });
      expect(client.received.equals(sent)).toBe(true);
      expect(performance.now() - startMs).toBeLessThan(4000);
    }),
    { numRuns: 150, seed: 7 },
  );
});
