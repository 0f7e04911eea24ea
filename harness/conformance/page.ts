import type { Seen } from './scene.ts';

const cell = (text: string) => text.replaceAll('|', '\\|');

/** What was seen, as a page of the docs. */
export function conformancePage(seen: readonly Seen[], { version, node }: { version: string; node: string }): string {
  const rows = seen.map(({ kind, target, before, during, after, unavailable }) =>
    unavailable ? `| ${kind} | ${target} | – ${cell(unavailable)} | | |` : `| ${kind} | ${target} | ${[before, during, after].map(cell).join(' | ')} |`,
  );
  return `<!-- Written by \`npm run conformance\`, from live faults. Change harness/conformance. -->
# Conformance of the faults

Every kind of failure at every target of its sort, as a stranger sees it who knows nothing of faults: before, during, and
after it healed. A raw socket client calls over a connection that it has had for long and over a new one, speaking plain
lines over the link \`wire\`, MQTT and Modbus TCP over the others; a victim process appends a line to its disk, syncs it,
tells its clock, and shows what it still has of what it wrote; DNS and SNTP queries ask our servers. Each row was checked:
all is well before, the failure shows in what is seen, all is well afterwards but for what the failure leaves behind.

How the reference pipeline takes each of them stands in [reference-under-faults.md](reference-under-faults.md).

Brownout ${version}, Node.js ${node}.

| kind | target | before | during | after |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
