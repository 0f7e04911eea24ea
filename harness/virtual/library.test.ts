import path from 'node:path';
import { expect, test } from 'vitest';
import { MODEL_FAULTS } from '../../simulator/model/faults/registry.ts';
import { USUAL } from '../../simulator/model/parameters.ts';
import { faultKinds } from '../../simulator/faults/registry.ts';
import { listScenarios, loadPipeline, loadScenario } from '../../scenarios/schema/load.ts';
import { planFaults } from '../../scenarios/schema/plan.ts';
import { judge } from '../oracle/judge.ts';
import { runVirtual } from './run-virtual.ts';

/** What no pipeline can keep a promise against. */
const HOPELESS = ['lying-drive'];

const pipeline = await loadPipeline('node-red-resilient');
const scenarios = (await listScenarios()).map(({ name }) => name);

test('the model knows every failure that can be injected', () => {
  expect(MODEL_FAULTS).toEqual(expect.arrayContaining(faultKinds.map(({ family, kind }) => `${family}/${kind}`)));
});

test.each(scenarios)('%s, as it is in the library, breaks no promise of the model', async (name) => {
  const loaded = await loadScenario(name);
  const { baseline, settle, drain } = loaded.scenario;
  const { history } = runVirtual({
    seed: 7,
    parameters: { ...USUAL, machines: pipeline.pipeline.plant.machines, periodMs: pipeline.pipeline.plant.period },
    course: { baselineMs: baseline, settleMs: settle, drainMs: drain, quietDrain: false },
    plan: planFaults(loaded, pipeline, 7),
  });
  const broken = judge(history).guarantees.filter(({ verdict }) => verdict === 'broken').map(({ guarantee, reason }) => `${guarantee.id}: ${reason}`);
  if (HOPELESS.includes(path.basename(name))) expect(broken.join()).toContain('power-safe');
  else expect(broken).toEqual([]);
});
