import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { brokerObstacle } from '../../simulator/broker/broker.ts';
import { packageRoot } from '../../simulator/package-root.ts';
import { UserPlace } from '../../harness/testing/brownout.ts';
import { idsWith } from '../../harness/testing/demo.ts';
import { undisturbed } from '../disturbed.ts';
import { runStranger } from './run-stranger.ts';

const folder = path.join(packageRoot(), 'scenarios/pipelines/strangers');
/** Stranger -> scenario -> the guarantees that it breaks, and no other, and why. With a question mark: it may. */
const expectations: Record<string, Record<string, [broken: string[], why: string]>> = parse(readFileSync(path.join(folder, 'expectations.yaml'), 'utf8'));
const SEED = 7;

/** What this machine lacks to run a stranger, with the fix. */
function obstacleTo(stranger: string): string | undefined {
  if (stranger !== 'telegraf') return brokerObstacle('mosquitto') && 'mosquitto is not installed: apt install mosquitto';
  const { status, stdout, stderr } = spawnSync(path.join(folder, 'telegraf/build'), { encoding: 'utf8' });
  if (status !== 0) return `Telegraf cannot be built here: ${stderr}`;
  process.env.PATH = `${stdout.trim()}${path.delimiter}${process.env.PATH}`;
  return undefined;
}

const cases = Object.entries(expectations)
  .flatMap(([stranger, scenarios]) => Object.entries(scenarios).map(([scenario, [broken, why]]) => ({ stranger, scenario, broken, why, what: broken.join(', ') || 'nothing' })))
  .toSorted((a, b) => Number(b.scenario === 'outage-of-100-s') - Number(a.scenario === 'outage-of-100-s')); // what takes longest begins first
const obstacles = new Map(Object.keys(expectations).map((stranger) => [stranger, obstacleTo(stranger)]));

describe.concurrent('pipelines that nobody here wrote, their rows counted a second time', { timeout: 300_000 }, () => {
  test.for(cases)('$stranger breaks $what under $scenario', async ({ stranger, scenario, broken, why }, { expect: expectHere, skip }) => {
    const obstacle = obstacles.get(stranger);
    if (obstacle) skip(`not tested: ${obstacle}`);
    const { result, code, stderr, counted, judged, left } = await undisturbed(async () => {
      using place = new UserPlace();
      return { ...(await runStranger(place, stranger, scenario, SEED)), left: place.leftovers() };
    }, (run) => run.result);
    expectHere(counted, stderr).toEqual(judged);
    const found = idsWith(result, 'broken');
    const expected = broken.filter((id) => !id.endsWith('?') || found.includes(id.slice(0, -1))).map((id) => id.replace('?', ''));
    expectHere(found, `${why}\n${stderr}`).toEqual(expected);
    expectHere(result.faults.filter(({ bite }) => !bite.proven), stderr).toEqual([]);
    expectHere(code, stderr).toBe(expected.length > 0 ? 1 : 0);
    expectHere(left).toEqual([]);
  });
});

test('each of them is run under at least eight scenarios', () => {
  for (const [stranger, scenarios] of Object.entries(expectations)) expect(Object.keys(scenarios).length, stranger).toBeGreaterThanOrEqual(8);
});
