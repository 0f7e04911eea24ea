import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { goodStory, historyOf, momentsOf, type Story } from './testing/story.ts';
import { verdictsOf } from './testing/verdicts.ts';

const OPTIONS = { devices: 2, firstN: 1, outageMicros: 4_000_000, cutMicros: 1_500_000, firstOutageMicros: 2_000_000, random: () => 0.6 };

/** A good run in which so many of ten readings were not surely taken, and nobody knows of the others. */
function withoutAcknowledgement(ofTen: number): Story {
  const story = goodStory(OPTIONS);
  for (const reading of story.readings) if (reading.n % 10 < ofTen) reading.handover = 'indeterminate';
  return story;
}

const STAND_ON_ACKNOWLEDGED = ['no-loss', 'capacity', 'power-safe', 'gaps-declared', 'drains', 'live-first'];
const STAND_ON_ROWS = ['no-duplicates', 'in-order', 'unaltered', 'gaps-true', 'true-time'];

test('what stands on acknowledged readings holds on half of them, and not on less', () => {
  const enough = verdictsOf(withoutAcknowledgement(4));
  const tooFew = verdictsOf(withoutAcknowledgement(7));
  for (const id of STAND_ON_ACKNOWLEDGED) expect([id, enough[id], tooFew[id]]).toEqual([id, 'held', 'inconclusive']);
  for (const id of STAND_ON_ROWS) expect([id, tooFew[id]]).toEqual([id, 'held']);
  expect(judge(historyOf(withoutAcknowledgement(7))).verdict).toBe('inconclusive');
});

test('the reason gives the numbers, and the fix names what to write into the pipeline file', () => {
  const { finding, reason } = judge(historyOf(withoutAcknowledgement(9))).guarantees.find(({ guarantee }) => guarantee.id === 'no-loss')!;
  expect(reason).toMatch(/^Only \d+ of \d+ readings that the machines handed over were surely taken by the pipeline \(\d+ %\), and 50 % are needed/);
  expect(finding.fix).toContain('plant.poll-timeout');
  expect(finding.numbers).toMatchObject({ evidenceFloor: 0.5, lostReadings: 0 });
});

test('too little evidence makes no loss held, and hides none', () => {
  const story = withoutAcknowledgement(7);
  const lost = story.readings.find(({ handover, atMicros, device }) => handover === 'acknowledged' && atMicros > 1_500_000 && device === 'machine-1')!;
  story.deliveries = story.deliveries.filter(({ device, n }) => device !== lost.device || n !== lost.n);
  expect(verdictsOf(story)['no-loss']).toBe('broken');
});

test('what looks at rows needs rows of half the readings that are not lost', () => {
  const story = withoutAcknowledgement(7);
  const isThere = ({ device, n }: { device: string; n: number }) => story.readings.some((it) => it.device === device && it.n === n && it.handover === 'acknowledged');
  story.deliveries = story.deliveries.filter((row) => row.manual || isThere(row));
  const verdicts = verdictsOf(story);
  for (const id of STAND_ON_ROWS) expect([id, verdicts[id]]).toEqual([id, 'inconclusive']);
});

test('a device that was not seen again, and was not given its time, keeps recovers open; given it, it is dead', () => {
  const story = goodStory(OPTIONS);
  const { healed } = momentsOf(OPTIONS);
  story.readings = story.readings.filter(({ device, atMicros }) => device !== 'machine-2' || atMicros < healed);
  story.deliveries = story.deliveries.filter((row) => row.manual || story.readings.some(({ device, n }) => device === row.device && n === row.n));
  expect(verdictsOf(story).recovers).toBe('broken');
  story.meta.terms.claims['recovers-within'] = 600_000;
  expect(verdictsOf(story).recovers).toBe('inconclusive');
});

/** A good run in which so many questions about its health were asked in vain at the end of an outage, while data was stale. */
function unanswered(times: number): Story {
  const story = goodStory(OPTIONS);
  const { firstTo } = momentsOf(OPTIONS);
  for (let i = 0; i < times; i++) {
    const atMicros = firstTo - 1_000 * (i + 1);
    story.events.splice(-1, 0, { kind: 'look', of: 'health', outcome: 'failed', fromMicros: atMicros - 500, atMicros });
  }
  return story;
}

test('what looks at what the pipeline says needs half of the questions answered that were asked while data was stale', () => {
  expect(verdictsOf(unanswered(1))).toMatchObject({ 'stale-shown': 'held', 'layer-named': 'held' });
  expect(verdictsOf(unanswered(60))).toMatchObject({ 'stale-shown': 'inconclusive', 'layer-named': 'inconclusive' });
});
