import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokerObstacle, type BrokerKind } from '../../simulator/broker/broker.ts';
import type { FaultKind } from '../../simulator/faults/fault.ts';
import { faultKind } from '../../simulator/faults/registry.ts';
import { everyFailure, Scene } from './scene.ts';

const mosquitto = brokerObstacle('mosquitto');
const scenes = new AsyncDisposableStack();
const on: Partial<Record<BrokerKind, Scene>> = {};
beforeAll(async () => {
  on.aedes = scenes.use(await Scene.set('aedes'));
  if (!mosquitto) on.mosquitto = scenes.use(await Scene.set('mosquitto'));
});
afterAll(() => scenes.disposeAsync());

/** Some kinds look into one protocol, or need a broker of ours, and do not happen elsewhere. */
const ONLY_ON: Record<string, string> = { 'lose-ack': 'mqtt', 'late-reply': 'modbus', quota: 'aedes', poison: 'aedes' };
const named = everyFailure().map(({ kind, target, broker }) => [kind.kind, target, { kind, broker }] as const);
const isElsewhere = ([kind, target]: (typeof named)[number]) => kind in ONLY_ON && ONLY_ON[kind] !== target;

test.for(named.filter((it) => !isElsewhere(it)))('%s on %s is seen from outside, and gone when it healed', async ([, target, { kind, broker }], context) => {
  const seen = await on[broker]?.see(kind, target);
  if (!seen) return void context.skip(`${mosquitto!.reason}: ${mosquitto!.fix}`);
  if (seen.unavailable) return void context.skip(seen.unavailable);
  expect(seen).toMatchObject({ asPromised: true });
});

test.for(named.filter(isElsewhere))('%s on %s says that it cannot happen there', async ([, target, { kind, broker }], context) => {
  const seen = await on[broker]?.see(kind, target);
  if (!seen) return void context.skip(`${mosquitto!.reason}: ${mosquitto!.fix}`);
  expect(seen.unavailable).toMatch(/nobody speaks|mosquitto/);
});

test('a failure that does not happen, and one that does not heal, are found out', async () => {
  const reset = faultKind('reset') as FaultKind<'link'>;
  const nothing = { bite: () => ({ proven: true, detail: '', numbers: {} }), heal: async () => {} };
  expect(await on.aedes!.see({ ...reset, apply: async () => nothing }, 'wire')).toMatchObject({ asPromised: false });
  const refuse = faultKind('refuse') as FaultKind<'link'>;
  let heal: () => Promise<unknown> = nothing.heal;
  const stays: typeof refuse.apply = async (...args) => {
    const fault = await refuse.apply(...args);
    heal = () => fault.heal();
    return { ...fault, heal: nothing.heal };
  };
  expect(await on.aedes!.see({ ...refuse, apply: stays }, 'wire')).toMatchObject({ asPromised: false });
  await heal();
});
