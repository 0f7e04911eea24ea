import { expect, test } from 'vitest';
import type { PlannedFault } from '../../scenarios/schema/scenario.ts';
import { judge } from './judge.ts';
import { goodStory, historyOf, momentsOf, type Story } from './testing/story.ts';
import { declareGap, remove, rowsMade } from './testing/victims-of.ts';

const S = 1_000_000;
const OPTIONS = { devices: 2, firstN: 1, outageMicros: 6_000_000, cutMicros: 1_000_000, firstOutageMicros: 2_000_000, random: () => 0.6 };
const { cutFrom, secondTo } = momentsOf(OPTIONS);

/** In the outage of a good run the power is cut once more; or, as one burst, so often. What is in [from, to) of the run is lost. */
function withSecondCut(kind: 'power-cut' | 'brownout', atMicros: number, windowMs: number, lost: [from: number, to: number][]): Story {
  const story = goodStory(OPTIONS);
  story.meta.terms.claims['power-loss-window'] = windowMs;
  if (kind === 'brownout') {
    story.meta.plan.find(({ id }) => id.startsWith('3-'))!.kind = 'brownout';
    const healed = story.events.find((event) => event.kind === 'fault' && event.fault === '3-power-cut-gateway' && event.action === 'healed')!;
    healed.atMicros = atMicros + 0.2 * S;
  } else {
    const planned: PlannedFault = { id: '4-power-cut-gateway', kind, family: 'power', target: 'gateway', atMs: 0, forMs: 0, params: {} };
    story.meta.plan.push(planned);
    for (const action of ['applied', 'bit', 'healed'] as const) {
      story.events.splice(-1, 0, { kind: 'fault', fault: planned.id, action, atMicros: action === 'applied' ? atMicros : atMicros + 0.2 * S, detail: '' });
    }
  }
  story.events.splice(-1, 0, { kind: 'node', node: 'gateway', state: 'killed', atMicros });
  for (const [from, to] of lost) {
    for (const row of rowsMade(story, from, to)) remove(story.deliveries, row);
    for (const device of ['machine-1', 'machine-2']) declareGap(story, device, from - 100_000, to + 100_000);
  }
  return story;
}

function verdicts(story: Story) {
  const found = (id: string) => judge(historyOf(story)).guarantees.find(({ guarantee }) => guarantee.id === id)!;
  return { powerSafe: found('power-safe').verdict, noLoss: found('no-loss').verdict, lost: [found('power-safe').finding.numbers.lostReadings, found('no-loss').finding.numbers.lostReadings] };
}

const second = secondTo - 1.5 * S;

test.each(['power-cut', 'brownout'] as const)('two cuts (%s) each take their window, and neither is charged to the other', (kind) => {
  const story = withSecondCut(kind, second, 500, [[cutFrom - 0.4 * S, cutFrom], [second - 0.4 * S, second]]);
  expect(verdicts(story)).toEqual({ powerSafe: 'held', noLoss: 'held', lost: [0, 0] });
});

test.each(['power-cut', 'brownout'] as const)('what is older than the window of the second cut (%s) is lost by it', (kind) => {
  const story = withSecondCut(kind, second, 500, [[second - 0.9 * S, second]]);
  const { powerSafe, noLoss, lost } = verdicts(story);
  expect([powerSafe, noLoss]).toEqual(['broken', 'broken']);
  expect(lost[0]).toBe(lost[1]);
});

test('without a window nothing may be lost before either cut', () => {
  expect(verdicts(withSecondCut('power-cut', second, 0, [[second - 0.4 * S, second]]))).toMatchObject({ powerSafe: 'broken', noLoss: 'broken' });
});
