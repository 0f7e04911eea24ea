import { z } from 'zod';
import type { FaultKind } from '../../simulator/faults/fault.ts';
import { faultKinds } from '../../simulator/faults/registry.ts';
import { writeDefaultDuration } from './json-schemas.ts';

/** What a kind can be aimed at, as a scenario's author knows it. */
const TARGETS: Record<FaultKind['target'], string> = {
  link: 'a link of the pipeline',
  node: 'a node of the pipeline',
  broker: 'the broker of ours: `target: broker`',
  'time-server': 'the time server of ours, where a node asks it (`${time-server.host}`, `${time-server.port}`): `target: time-server`',
};

/** `docs/faults.md`: every kind of failure, what it does, what may be said about it, and what it cannot reproduce. */
export function faultReference(): string {
  const contents = faultKinds.map(({ kind, family, summary }) => `| [\`${kind}\`](#${kind}) | ${family} | ${summary} |`);
  return `${[INTRODUCTION, ['| kind | family | |', '|---|---|---|', ...contents].join('\n'), ...faultKinds.map(section)].join('\n\n')}\n`;
}

function section({ kind, target, summary, limits, params, instant }: FaultKind): string {
  const keys = Object.entries(z.toJSONSchema(params, { io: 'input', override: writeDefaultDuration }).properties ?? {}).map(keyLine);
  const when = instant ? 'It is over at once, and has no `for`.' : '';
  return [
    `## ${kind}`,
    summary,
    [`Happens to ${TARGETS[target]}.`, when].filter(Boolean).join(' '),
    keys.join('\n'),
    limits && `*What it cannot reproduce, and what to know.* ${limits}`,
  ].filter(Boolean).join('\n\n');
}

function keyLine([key, schema]: [string, unknown]): string {
  const { description = '', default: preset, enum: words, minimum, maximum } = schema as z.core.JSONSchema.BaseSchema;
  const bounds = words ? `one of ${words.map((it) => `\`${it}\``).join(', ')}` : boundsOf(minimum, maximum);
  const notes = [bounds, preset !== undefined && preset !== '' ? `\`${preset}\` if left out` : ''].filter(Boolean).join('; ');
  return `- \`${key}\`: ${description}${notes && ` (${notes})`}`;
}

function boundsOf(minimum: number | undefined, maximum: number | undefined): string {
  return minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}` : '';
}

const INTRODUCTION = `<!-- Written by \`npm run generate\` from simulator/faults. Change it there. -->
# Failures

Every kind of failure that a scenario can inject. Each says \`fault\` (the kind), \`target\`, \`at\` and, unless it is over
at once, \`for\`; what else it may say stands with its kind.

\`at\` is a time from the end of the baseline (\`5s\`), or a point of progress: \`after 40 delivered\` (rows at the outlet),
\`after 40 acknowledged\` (readings taken from the machines), \`after 200 waiting\` (readings that the pipeline holds at one
time), \`after 3 puback on uplink\` (also \`pubrec\`, \`pubrel\`, \`pubcomp\`). With \`since fault 1\` behind it, it is counted
from the end of the first failure in the file: \`after 3 puback on uplink since fault 1\` is the third PUBACK of the drain.

Failures may overlap in any way. Each proves that it really happened to its target, by what was measured there or from
outside; one that does not leaves the run inconclusive. What this machine cannot do is \`not-tested\`, with the reason.

A link is a proxy of ours in user space between two parts of the pipeline: it never takes bytes out of a stream that stays
open. It cannot lose, reorder or duplicate single packets of IP, nor delay the handshake or the acknowledgements of TCP;
timeouts of the operating system's own retransmissions do not happen.`;
