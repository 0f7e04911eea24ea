import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { renderJunit } from './junit.ts';
import type { Result } from './result.ts';
import { brokenStock, excessive, heldResilient, inconclusiveRun, malicious } from './testing/sample.ts';

// xml2js, a strict parser, comes with Node-RED, which this package depends on; it has no types.
const { parseStringPromise } = createRequire(import.meta.url)('xml2js');

type Attributes = Record<string, string>;
type Outcome = 'failure' | 'error' | 'skipped';
type Case = { $: Attributes } & Partial<Record<Outcome, [{ _: string; $: Attributes }]>>;

const outcomeOf = (one: Case) => (['failure', 'error', 'skipped'] as const).find((outcome) => one[outcome]) ?? 'passed';

/** Throws where the text is not well-formed, also for characters that XML cannot hold and the parser lets through. */
async function read(result: Result) {
  const xml = renderJunit(result);
  expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  const { testsuites } = await parseStringPromise(xml, { strict: true });
  const [suite] = testsuites.testsuite;
  const cases: Case[] = suite.testcase ?? [];
  return { totals: [testsuites.$, suite.$] as Attributes[], cases, outcomes: cases.map(outcomeOf) };
}

const isRed = async (result: Result) => (await read(result)).outcomes.some((outcome) => outcome === 'failure' || outcome === 'error');

test.each([brokenStock(), heldResilient(), inconclusiveRun(), malicious(brokenStock()), malicious(inconclusiveRun()), excessive()])(
  'is well-formed, and its totals are those of its cases', async (result) => {
    const { totals, cases, outcomes } = await read(result);
    for (const total of totals) {
      expect(total).toMatchObject({
        tests: String(cases.length),
        failures: String(outcomes.filter((outcome) => outcome === 'failure').length),
        errors: String(outcomes.filter((outcome) => outcome === 'error').length),
        skipped: String(outcomes.filter((outcome) => outcome === 'skipped').length),
      });
    }
    // GitLab drops a case whose classname and name it has seen.
    expect(new Set(cases.map(({ $ }) => `${$['classname']} ${$['name']}`)).size).toBe(cases.length);
  });

test('a broken promise is a failure that says reason, numbers, victim, fault, cause, fix and replay', async () => {
  const result = brokenStock();
  const [failure] = (await read(result)).cases[0]!.failure!;
  const [loss] = result.guarantees;
  expect(failure.$).toEqual({ message: loss!.reason, type: 'broken' });
  for (const said of [loss!.reason, 'lost 124', 'press-1 reading 46 at 6.01 s', 'blackhole on uplink, 6.00–11.00 s', loss!.cause, loss!.fix, result.replay.command]) {
    expect(failure._).toContain(said);
  }
});

test('what was not tested is skipped, with its reason and what to do, whether it was a guarantee or not', async () => {
  const skipped = (await read(inconclusiveRun())).cases.filter((one) => one.skipped);
  expect(skipped.map(({ $ }) => $['name'])).toEqual(['drains: the backlog goes', 'power-safe']);
  expect(skipped.map((one) => one.skipped![0]._)).toEqual([expect.stringContaining('Add `health:`'), expect.stringContaining('install fuse3')]);
});

test('CI sees the colour that the exit code has', async () => {
  expect(await isRed(brokenStock())).toBe(true);
  expect(await isRed(inconclusiveRun())).toBe(true);
  expect(await isRed({ ...inconclusiveRun(), guarantees: [] })).toBe(true);
  expect(await isRed(heldResilient())).toBe(false);
  expect(await isRed({ ...inconclusiveRun(), verdict: 'held' })).toBe(false);
});
