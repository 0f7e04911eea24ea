import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { toResult } from './result.ts';
import { goodStory, historyOf, momentsOf, type Story } from './testing/story.ts';
import { verdictsOf } from './testing/verdicts.ts';
import { backlogRows, insertBeforeJudge, remove } from './testing/victims-of.ts';

const OPTIONS = { devices: 2, firstN: 1, outageMicros: 4_000_000, cutMicros: 1_500_000, firstOutageMicros: 2_000_000, random: () => 0.6 };
const S = 1_000_000;
const { healed, windowTo, finalRead, secondFrom } = momentsOf(OPTIONS);

/** A good run, but that ten readings of the backlog are missing at the end. */
function missingTen(): Story {
  const story = goodStory(OPTIONS);
  delete story.meta.terms.claims['buffers-for'];
  for (const row of backlogRows(story, OPTIONS).slice(0, 10)) remove(story.deliveries, row);
  return story;
}

function says(story: Story, backlog: number): void {
  for (const atMicros of [finalRead - S, finalRead]) insertBeforeJudge(story, { kind: 'health', node: 'ingest', status: 'ok', said: 'ok', backlog, atMicros });
}

/** The outlet was read for the last time this long after the last failure. */
function readAfter(story: Story, micros: number): void {
  for (const event of story.events) if (event.kind === 'phase' && event.phase === 'final-read') event.atMicros = healed + micros;
}

test('what is missing is lost, if the pipeline had its time and holds nothing that anybody knows of', () => {
  const story = missingTen();
  says(story, 0);
  expect(verdictsOf(story)).toMatchObject({ 'no-loss': 'broken', 'gaps-declared': 'broken', drains: 'held' });
});

test('what the pipeline says to be on its way is late and not lost: no-loss is open, drains is broken', () => {
  const story = missingTen();
  says(story, 40);
  expect(verdictsOf(story)).toMatchObject({ 'no-loss': 'inconclusive', 'gaps-declared': 'inconclusive', drains: 'broken', recovers: 'held' });
  const { counts } = toResult(historyOf(story), judge(historyOf(story)));
  expect(counts).toMatchObject({ undecided: 10, lostSilent: 0, lostDeclared: 0 });
});

test('no more is on its way than ever before the failures: that is no backlog', () => {
  const story = missingTen();
  story.events.unshift({ kind: 'health', node: 'ingest', status: 'ok', said: 'ok', backlog: 40, atMicros: 2 * S });
  says(story, 41);
  expect(verdictsOf(story)['no-loss']).toBe('broken');
});

test('readings that were held back and come in until the end leave open what else is missing', () => {
  const story = missingTen();
  backlogRows(story, OPTIONS).at(-1)!.seenAtMicros = finalRead - S;
  expect(verdictsOf(story)).toMatchObject({ 'no-loss': 'inconclusive', drains: 'broken' });
});

test('a device that had come back only just before the last look may bring more', () => {
  const story = missingTen();
  const isLater = ({ device, n }: { device: string; n: number }) => story.readings.some((it) => it.device === device && it.n === n && it.atMicros > healed);
  story.deliveries = story.deliveries.filter((row) => row.manual || row.device !== 'machine-1' || !isLater(row));
  story.readings = story.readings.filter((row) => row.device !== 'machine-1' || !isLater(row));
  const n = 1_000_000;
  story.readings.push({ device: 'machine-1', n, atMicros: windowTo + S, value: 1, state: 0, counter: 0, handover: 'acknowledged' });
  story.deliveries.push({ device: 'machine-1', n, value: 1, state: 0, counter: 0, stampMicros: windowTo + S, seenAtMicros: finalRead - 2 * S });
  expect(verdictsOf(story)).toMatchObject({ 'no-loss': 'inconclusive', recovers: 'broken' });
});

test('before the claimed time has passed nothing is lost and nothing drains too slowly', () => {
  const story = missingTen();
  readAfter(story, 20 * S);
  expect(verdictsOf(story)).toMatchObject({ 'no-loss': 'inconclusive', 'gaps-declared': 'inconclusive', drains: 'inconclusive', recovers: 'held' });
  readAfter(story, 31 * S);
  expect(verdictsOf(story)).toMatchObject({ 'no-loss': 'broken', 'gaps-declared': 'broken', drains: 'held' });
});

test('a device from which nothing came any more may still hold what is missing: dead, and not lost', () => {
  const story = goodStory(OPTIONS);
  const isGone = ({ device, n }: { device: string; n: number }) =>
    story.readings.some((it) => it.device === 'machine-1' && it.device === device && it.n === n && it.atMicros > secondFrom + S / 2);
  story.deliveries = story.deliveries.filter((row) => row.manual || !isGone(row));
  for (const event of story.events) if (event.kind === 'health' && event.atMicros > secondFrom) Object.assign(event, { status: 'degraded', said: 'gateway silent' });
  expect(verdictsOf(story)).toMatchObject({ recovers: 'broken', drains: 'broken', 'no-loss': 'inconclusive', 'power-safe': 'inconclusive', 'gaps-declared': 'inconclusive' });
});

test('what was lost after the window breaks nothing, and is said', () => {
  const story = goodStory(OPTIONS);
  for (let i = 0; i < 40; i++) {
    const reading = { device: 'machine-1', n: 10_000 + i, atMicros: windowTo + (i + 1) * S / 10, value: i, state: 0, counter: 0, handover: 'acknowledged' } as const;
    story.readings.push(reading);
    const { handover: _, atMicros, ...measured } = reading;
    if (i < 10 || i > 14) story.deliveries.push({ ...measured, stampMicros: atMicros, seenAtMicros: atMicros + 50_000 });
  }
  const noLoss = judge(historyOf(story)).guarantees.find(({ guarantee }) => guarantee.id === 'no-loss')!;
  expect(noLoss).toMatchObject({ verdict: 'held', finding: { numbers: { lostAfterWindowReadings: 5 } } });
  expect(noLoss.reason).toContain('after the judged window 5 more acknowledged readings are missing');
});

test('a pipeline that answered and says nothing at all after the last failure shows nobody that its data is old', () => {
  const story = goodStory(OPTIONS);
  const silent = { ...story, events: story.events.filter((event) => event.kind !== 'health' || event.atMicros < healed) };
  expect([verdictsOf(story)['stale-shown'], verdictsOf(silent)['stale-shown']]).toEqual(['held', 'broken']);
});
