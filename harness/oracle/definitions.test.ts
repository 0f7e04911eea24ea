import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryEvent, Layer } from '../../simulator/recorder.ts';
import { anyGoodStory } from './testing/arbitrary-story.ts';
import type { Story } from './testing/story.ts';
import { brokenIn } from './testing/verdicts.ts';

/** One in which the first reading after the gap of machine-1 arrived, though it was in flight. */
function aStory(): Story {
  const stories = fc.sample(anyGoodStory, { numRuns: 20, seed: 11 }).map(({ story }) => story);
  return stories.find((story) => story.deliveries.some(({ device, n }) => device === 'machine-1' && n === afterGap(story)[0]!.n))!;
}

function gapOf(story: Story) {
  return story.events.find((event): event is HistoryEvent & { kind: 'gap' } => event.kind === 'gap' && event.device === 'machine-1')!;
}

function afterGap(story: Story): Story['readings'] {
  return story.readings.filter(({ device, atMicros }) => device === 'machine-1' && atMicros >= gapOf(story).toMicros - 60_000);
}

/** Moves the first reading after the gap of machine-1 by its stamp, and the gap's end with it; the next readings make room. */
function lateFirstReading(story: Story, errorMicros: number, uncertain: boolean): void {
  const [first, ...others] = afterGap(story);
  const removed = others.slice(0, 3);
  story.readings = story.readings.filter((reading) => !removed.includes(reading));
  story.deliveries = story.deliveries.filter(({ device, n }) => device !== 'machine-1' || !removed.some((it) => it.n === n));
  const row = story.deliveries.find(({ device, n }) => device === 'machine-1' && n === first!.n)!;
  first!.handover = 'acknowledged';
  row.stampMicros = first!.atMicros + errorMicros;
  row.uncertain = uncertain;
  gapOf(story).toMicros = row.stampMicros;
}

test('a gap that ends at the stamp of the next reading is true as long as that stamp is within the claim, doubted or not', () => {
  for (const uncertain of [false, true]) {
    const story = aStory();
    lateFirstReading(story, 150_000, uncertain);
    expect(brokenIn(story), `uncertain: ${uncertain}`).toEqual([]);
  }
});

test('a doubtful stamp beyond the claim does not excuse a gap that covers the reading', () => {
  const story = aStory();
  lateFirstReading(story, 330_000, true);
  expect(brokenIn(story)).toEqual(['gaps-true']);
});

/** Every failure of the story becomes one of this kind on this link, and every diagnosis names this layer. */
function diagnosed(kind: string, target: string, layer: Layer): string[] {
  const story = aStory();
  story.meta.pipeline = { ...story.meta.pipeline, fieldLinks: ['plant'], platformLinks: ['downlink'] };
  for (const planned of story.meta.plan) if (planned.family === 'link') Object.assign(planned, { kind, target });
  story.events = story.events.filter((event) => !(event.kind === 'health' && event.layer) || event.atMicros < firstCut(story));
  for (const event of story.events) if (event.kind === 'health' && event.layer) event.layer = layer;
  return brokenIn(story).filter((id) => id === 'layer-named');
}

function firstCut(story: Story): number {
  const id = story.meta.plan.find(({ family }) => family !== 'link')?.id;
  return story.events.find((event) => event.kind === 'fault' && event.fault === id)?.atMicros ?? Infinity;
}

test.each<[kind: string, target: string, right: Layer[]]>([
  ['blackhole', 'uplink', ['network']],
  ['latency', 'uplink', ['network', 'gateway']],
  ['reset', 'uplink', ['network', 'gateway']],
  ['blackhole', 'downlink', ['network', 'platform']],
  ['blackhole', 'plant', ['network', 'device']],
])('%s on %s is rightly named as %j and as nothing else', (kind, target, right) => {
  for (const layer of ['device', 'network', 'platform', 'gateway'] as const) {
    expect({ layer, broken: diagnosed(kind, target, layer).length > 0 }).toEqual({ layer, broken: !right.includes(layer) });
  }
});

/** What is broken by a control loop that stood still for 0.9 s, with or without the harness standing still as well. */
function afterLongCycle(stall: boolean): string[] {
  const story = aStory();
  const cycle = story.events.findLast((event): event is HistoryEvent & { kind: 'cycle' } => event.kind === 'cycle')!;
  cycle.longestMicros = 900_000;
  if (stall) story.events.push({ kind: 'host-stall', atMicros: cycle.atMicros - 50_000, fromMicros: cycle.atMicros - 930_000 });
  return brokenIn(story);
}

test("a control loop that stood still with the harness is the harness's affair, and only then", () => {
  expect(afterLongCycle(true)).toEqual([]);
  expect(afterLongCycle(false)).toEqual(['local-continuity']);
});
