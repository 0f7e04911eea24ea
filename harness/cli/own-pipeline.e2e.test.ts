import { expect, test } from 'vitest';
import { parseResult } from '../../reports/index.ts';
import { UserPlace } from '../testing/brownout.ts';

test("a pipeline of the user's own is tested from nothing but its pipeline.yaml", { timeout: 60_000 }, async () => {
  using place = new UserPlace().withOwnPipeline();
  const { code, stdout, stderr } = await place.brownout(['run', 'pipeline.yaml', 'outage.yaml', '--seed', '7', '--json']);
  expect(stderr).toContain('Report: runs/');
  const result = parseResult(stdout);
  expect(result.verdict, stderr).toBe('held');
  expect(code).toBe(0);
  expect(result.seed).toBe(7);
  expect(result.counts.lostSilent).toBe(0);
  expect(result.faults.map((fault) => fault.bite.proven)).toEqual([true]);

  const again = await place.brownout(['report', 'runs/latest', '--json']);
  expect(again.code).toBe(0);
  expect(again.stdout).toBe(stdout);
  expect(place.read('runs/latest/junit.xml')).toContain('no-loss');
  expect(place.leftovers()).toEqual([]);
});

test('the same pipeline with a queue in memory is caught when its gateway is killed inside the outage', { timeout: 60_000 }, async () => {
  using place = new UserPlace().withOwnPipeline();
  place.write(
    'crash.yaml',
    `version: 1
name: crash
baseline: 1s
faults:
  - { fault: blackhole, target: uplink, at: 300ms, for: 3s }
  - { fault: crash, target: gateway, at: 1500ms, for: 500ms }
settle: 1s
drain: 5s
exercises: [no-loss]
`,
  );
  const { code, stdout, stderr } = await place.brownout(['run', 'pipeline.yaml', 'crash.yaml', '--json']);
  const result = parseResult(stdout);
  expect(code, stderr).toBe(1);
  const broken = result.guarantees.filter(({ verdict }) => verdict === 'broken').map(({ id }) => id);
  expect(broken).toContain('no-loss');
  // It has no way to declare a gap, and does not claim to.
  expect(result.guarantees.find(({ id }) => id === 'gaps-declared')!.verdict).toBe('not-tested');
  expect(broken).not.toContain('unaltered');
  expect(result.counts.lostSilent).toBeGreaterThan(0);
  expect(place.leftovers()).toEqual([]);
});
