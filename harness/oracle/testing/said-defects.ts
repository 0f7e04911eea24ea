import type { HistoryEvent } from '../../../simulator/recorder.ts';
import type { Defect } from './defects.ts';
import { momentsOf, type Story } from './story.ts';
import { eventsOf, remove } from './victims-of.ts';

const S = 1_000_000;

/** Defects of what was said and seen, rather than of the data. */
export const SAID_DEFECTS: Record<string, Defect> = {
  'a node does not serve at the end': {
    breaks: ['returns-unaided'],
    inject: (story) => say(story, { kind: 'node', node: 'ingest', state: 'unreachable', atMicros: story.events.at(-1)!.atMicros }),
  },
  'a node exits by itself': {
    breaks: ['returns-unaided'],
    inject: (story) => void story.events.splice(5, 0, { kind: 'node', node: 'gateway', state: 'exited', atMicros: 5 * S }),
  },
  'a node grows too large': {
    breaks: ['bounded'],
    inject(story, pick, options) {
      const { firstFrom } = momentsOf(options);
      pick(eventsOf(story, 'resource').filter(({ atMicros }) => atMicros >= firstFrom)).diskBytes = 100e6 + 1;
    },
  },
  'a control loop stands still': {
    breaks: ['local-continuity'],
    inject(story, pick, options) {
      const { firstFrom } = momentsOf(options);
      pick(eventsOf(story, 'cycle').filter(({ atMicros }) => atMicros >= firstFrom)).longestMicros = 400_000;
    },
  },
  'somebody writes to a control register': {
    breaks: ['local-continuity'],
    inject: (story) => say(story, { kind: 'write', device: 'machine-1', register: 'holding 7', value: 1, atMicros: 5 * S }),
  },
  'a machine is connected to again and again': {
    breaks: ['local-continuity'],
    inject(story) {
      for (let i = 0; i < 12; i++) say(story, { kind: 'connection', device: 'machine-1', state: 'opened', atMicros: 60 * S + i * 50_000 });
    },
  },
  'an alert reaches nobody': {
    breaks: ['alerts-arrive'],
    inject(story, pick) {
      const { alert } = pick(eventsOf(story, 'alert-raised'));
      story.events = story.events.filter((event) => !(event.kind === 'alert-received' && event.alert === alert));
    },
  },
  'an alert comes again and again': {
    breaks: ['alerts-arrive'],
    inject(story, pick) {
      const received = pick(eventsOf(story, 'alert-received'));
      for (let i = 1; i <= 4; i++) say(story, { ...received, atMicros: received.atMicros + i * S });
    },
  },
  'all is well, it says, while data is stale': {
    breaks: ['stale-shown'],
    inject(story, pick, options) {
      const { firstFrom, firstTo } = momentsOf(options);
      const late = eventsOf(story, 'health').filter(({ atMicros }) => atMicros > firstFrom + 1.9 * S && atMicros < firstTo);
      Object.assign(pick(late), { status: 'ok', said: 'ok', layer: undefined });
    },
  },
  'the wrong layer is blamed': {
    breaks: ['layer-named'],
    inject: (story, pick) => void (pick(eventsOf(story, 'health').filter(({ layer }) => layer)).layer = 'device'),
  },
  'no layer is ever named': {
    breaks: ['layer-named'],
    inject(story) {
      for (const event of eventsOf(story, 'health')) event.layer = undefined;
    },
  },
  'a typed record never arrives': {
    breaks: ['backfill'],
    inject: (story, pick) => remove(story.deliveries, pick(typedRows(story))),
  },
  'a typed record is there twice': {
    breaks: ['backfill'],
    inject: (story, pick) => void story.deliveries.push({ ...pick(typedRows(story)) }),
  },
  'a typed record looks like a reading': {
    breaks: ['backfill'],
    inject: (story, pick) => void (pick(typedRows(story)).manual = false),
  },
  'a stranger is let in': {
    breaks: ['access'],
    inject: (story, pick) => void (pick(eventsOf(story, 'access').filter(({ credentials }) => credentials === 'wrong')).accepted = true),
  },
  'the legitimate sender is refused': {
    breaks: ['access'],
    inject: (story, pick) => void (pick(eventsOf(story, 'access').filter(({ credentials }) => credentials === 'valid')).accepted = false),
  },
};

/** The run's last word stays its last. */
function say(story: Story, event: HistoryEvent): void {
  story.events.splice(-1, 0, event);
}

function typedRows({ deliveries }: Story) {
  return deliveries.filter(({ manual }) => manual);
}
