import { BLIND_MICROS } from '../looks.ts';
import { LONG_STALL_MICROS } from '../stalls.ts';
import type { Offer } from '../../history/history.ts';
import type { Need } from '../guarantee.ts';
import { GUARANTEES } from './registry.ts';

/** `docs/guarantees.md`: what every guarantee promises, how it is judged, and what to do where it breaks. */
export function guaranteeReference(): string {
  const contents = GUARANTEES.map(({ id, promise }) => `| [\`${id}\`](#${id}) | ${promise} |`);
  const sections = GUARANTEES.map(({ id, promise, definition, evidence, needs = [], cause, fix }) =>
    [`## ${id}`, `**${promise}.**`, definition, `*Evidence that it needs.* ${evidence}`, ...(needs.length > 0 ? [`*What the outlet has to offer.* ${needs.map(needInWords).join(', and ')}.`] : []), `*Usual cause.* ${cause}`, `*Fix.* ${fix}`].join('\n\n'));
  return `${[INTRODUCTION, ['| id | promise |', '|---|---|', ...contents].join('\n'), ...sections].join('\n\n')}\n`;
}

function needInWords({ offer, promisedBy }: Need): string {
  return `${OFFERED_BY[offer]} (without it: not tested${promisedBy ? `, and broken where the file writes out \`${promisedBy}\`` : ''})`;
}

const OFFERED_BY: Record<Offer, string> = {
  gaps: '`outlet.gaps`', health: '`outlet.health`', layer: '`outlet.health.fields.layer`',
  stamps: '`outlet.readings.fields.time`', uncertainty: '`outlet.readings.fields.uncertain`',
};

const INTRODUCTION = `<!-- Written by \`npm run generate\` from harness/oracle/guarantees. Change it there. -->
# Guarantees

What a pipeline can promise, how the promise is judged, what usually breaks it and how that is fixed. The judge sees the
history of a run and nothing else; every time in it is from the harness's own monotonic clock.

A reading is *acknowledged* if the pipeline surely took it, and *indeterminate* if its handover was in flight when
something broke: then it may be at the outlet or not, but if it is, it is held to everything. Readings made inside the
run's *window* are judged: from proven flow to the time the plant stops.

| verdict | meaning |
|---|---|
| \`held\` | the failures really happened, enough was seen to judge, and the promise was kept |
| \`broken\` | it was not, and the evidence says where |
| \`inconclusive\` | a planned failure left no proof that it happened, the run never finished, too little of the evidence was seen, something was still open when the run ended, what would break it may be the harness's own doing, or nothing happened that could have broken a promise the scenario is made for |
| \`not-tested\` | nothing happened that could have broken it, or the record lacks what is needed to judge it; the reason is given |
| \`error\` | its checker failed: a bug of ours, which says nothing about the pipeline |

What the outlet does not offer (gaps, health, a layer, times) is not tested, unless the pipeline file writes out a claim that
promises it: then it is broken. Claims that are left out have defaults, and those promise nothing that is not offered.

**A stall of the harness is never the pipeline's.** Machines, links and the broker live in the harness's process; when that is
suspended, starved or asleep, they stand still with it. The record says from when to when. What took too long is judged
less that time, and less what is still felt of it afterwards (four times as long, at most \`recovers-within\`); if only that
makes it too long, it is undecided and the promise inconclusive, with the stall as the reason. After a stall of more than
${LONG_STALL_MICROS / 1e6} s inside the window, or a step of this machine's own wall clock, no promise about time holds. What is lost for good stays lost.

**What nobody could see is nobody's fault.** Each look at the outlet is in the record from its beginning to its end. A row may have
been there since the beginning of the last look that did not show it; between two looks more than ${BLIND_MICROS / 1e6} s apart, what only a look could
have told is undecided.

A run is \`broken\` if one promise is, else \`error\` or \`inconclusive\` if one is, else \`held\`.`;
