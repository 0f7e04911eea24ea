import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { toResult } from './result.ts';
import { goodStory, historyOf, momentsOf } from './testing/story.ts';
import { verdictsOf } from './testing/verdicts.ts';
import { declareGap, gapsOf, remove } from './testing/victims-of.ts';
import { faultsDuring, timelineOf } from './timeline.ts';

const S = 1_000_000;
const OPTIONS = { devices: 2, firstN: 1, outageMicros: 4_000_000, cutMicros: 1_500_000, firstOutageMicros: 2_000_000, random: () => 0.6 };
const { firstFrom, firstTo, secondFrom, cutFrom, cutTo } = momentsOf(OPTIONS);
const timeline = timelineOf(historyOf(goodStory(OPTIONS)));

test('the failure that overlaps an interval most is named first, and none only where there was none', () => {
  expect(faultsDuring(timeline, firstFrom - S / 2)).toEqual([]);
  expect(faultsDuring(timeline, firstFrom - S / 2, firstFrom + S)).toEqual(['1-blackhole-uplink']);
  expect(faultsDuring(timeline, firstTo - S / 2, secondFrom + 0.9 * S)).toEqual(['2-blackhole-uplink', '1-blackhole-uplink']);
  expect(faultsDuring(timeline, secondFrom + 0.9 * S, cutTo)).toEqual(['2-blackhole-uplink', '3-power-cut-gateway']);
  expect(cutFrom).toBeGreaterThan(secondFrom);
});

test('a reading that was lost on its way is charged to the failure that began after it was made', () => {
  const story = goodStory(OPTIONS);
  const last = story.readings.filter(({ device, atMicros }) => device === 'machine-1' && atMicros < firstFrom).at(-1)!;
  story.deliveries = story.deliveries.filter(({ device, n }) => device !== 'machine-1' || n !== last.n);
  const { guarantees, sentence } = toResult(historyOf(story), judge(historyOf(story)));
  expect(guarantees.find(({ id }) => id === 'no-loss')!.evidence[0]!.during).toEqual(['1-blackhole-uplink']);
  expect(sentence).toContain('during 1-blackhole-uplink');
});

test('gaps outside of the window are not none', () => {
  const story = goodStory(OPTIONS);
  for (const gap of gapsOf(story)) remove(story.events, gap);
  const reason = () => judge(historyOf(story)).guarantees.find(({ guarantee }) => guarantee.id === 'gaps-true')!.reason;
  expect(reason()).toContain('No gap was declared');
  declareGap(story, 'machine-1', 0, S / 2);
  expect(reason()).toContain('1 declared gap, all outside of the judged window');
  expect(verdictsOf(story)['gaps-true']).toBe('not-tested');
});
