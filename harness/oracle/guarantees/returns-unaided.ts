import type { Account } from '../account.ts';
import type { Doubts } from '../doubts.ts';
import { broken, held, unavailable, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { stallFelt } from '../stalls.ts';
import { Victims } from '../victims.ts';
import { count } from '../words.ts';

export const returnsUnaided: Guarantee = {
  id: 'returns-unaided',
  promise: 'Nobody has to help',
  definition: 'After the last failure every node of the pipeline serves again at its last check, and no node ever exited by itself.',
  evidence: 'The last check of every node: the one that nobody looked at may be the one that is gone.',
  cause:
    'A start that needs what is not there yet (the broker, the clock, a lock file of the process that was killed) and exits instead of waiting, ' +
    'or a crash loop over a file that the failure left half written.',
  fix:
    'Start without any neighbour and keep trying, take locks that die with their process, replace state files by rename after a sync, ' +
    'and set a damaged file aside and say so instead of refusing to start.',
  withoutOutlet: true,
  check,
};

function check({ history, timeline, stalls }: Account, doubts: Doubts) {
  const { nodes } = history.meta.pipeline;
  if (!timeline.faults.some(({ fromMicros }) => fromMicros !== undefined)) return vacuous('No failure was applied, so there was nothing to return from');

  const victims = new Victims();
  const unchecked: string[] = [];
  for (const node of nodes) {
    const own = history.events.filter((event) => event.kind === 'node').filter((event) => event.node === node);
    for (const { atMicros, state, detail } of own) {
      if (state === 'exited' && !doubts.add(stallFelt({ ...stalls, starved: [] }, atMicros, atMicros))) victims.add(atMicros, () => ({ atMicros, what: `${node} exited by itself${detail ? `: ${detail}` : ''}` }));
    }
    const last = own.findLast(({ state }) => state === 'serving' || state === 'unreachable');
    if (!last) unchecked.push(node);
    else if (last.state === 'unreachable' && !doubts.add(stallFelt(stalls, last.atMicros, last.atMicros))) victims.add(last.atMicros, () => ({ atMicros: last.atMicros, what: `${node} does not serve at its last check${last.detail ? `: ${last.detail}` : ''}` }));
  }
  const numbers = { nodes: nodes.length, failures: victims.total };
  if (victims.total > 0) return broken(victims.oldest.map(({ what }) => what).slice(0, 3).join('; '), numbers, victims);
  if (nodes.length === 0 || unchecked.length > 0) return unavailable(`No check of ${unchecked.join(', ') || 'any node'} was recorded at the end`, 'Give every node a ready check that can be repeated: http or tcp');
  return held(`${count(nodes.length, 'node')} ${nodes.length === 1 ? 'serves' : 'serve'} again, and none exited by itself`, numbers);
}
