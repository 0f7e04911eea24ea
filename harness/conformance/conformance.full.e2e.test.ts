import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FaultKind } from '../../simulator/faults/fault.ts';
import { faultKind } from '../../simulator/faults/registry.ts';
import { everyFailure, Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.set();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Some kinds look into one protocol, and happen to no link that speaks another. */
const ONLY_ON: Record<string, string> = { 'lose-ack': 'mqtt', 'late-reply': 'modbus' };
const named = everyFailure().map(({ kind, target }) => [kind.kind, target, kind] as const);
const isElsewhere = ([kind, target]: (typeof named)[number]) => kind in ONLY_ON && ONLY_ON[kind] !== target;

test.for(named.filter((it) => !isElsewhere(it)))('%s on %s is seen from outside, and gone when it healed', async ([, target, kind], context) => {
  const seen = await scene.see(kind, target);
  if (seen.unavailable) return void context.skip(seen.unavailable);
  expect(seen).toMatchObject({ asPromised: true });
});

test.for(named.filter(isElsewhere))('%s on %s says that it cannot happen there', async ([, target, kind]) => {
  expect(await scene.see(kind, target)).toMatchObject({ unavailable: expect.stringContaining('nobody speaks') });
});

test('a failure that does not happen, and one that does not heal, are found out', async () => {
  const reset = faultKind('reset') as FaultKind<'link'>;
  const nothing = { bite: () => ({ proven: true, detail: '', numbers: {} }), heal: async () => {} };
  expect(await scene.see({ ...reset, apply: async () => nothing }, 'wire')).toMatchObject({ asPromised: false });
  const refuse = faultKind('refuse') as FaultKind<'link'>;
  let heal = nothing.heal;
  const stays: typeof refuse.apply = async (...args) => {
    const fault = await refuse.apply(...args);
    heal = () => fault.heal();
    return { ...fault, heal: nothing.heal };
  };
  expect(await scene.see({ ...refuse, apply: stays }, 'wire')).toMatchObject({ asPromised: false });
  await heal();
});
