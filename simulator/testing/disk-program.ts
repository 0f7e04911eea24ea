import { appendFileSync } from 'node:fs';

/** `disk-program FILE`: a program under test for the disk and power faults. Appends what it is told, and tells how that went and what its clock says. */
const file = process.argv[2]!;

process.on('message', ({ text, flush }: { text: string; flush: boolean }) => {
  const startMs = performance.now();
  let said = 'ok';
  try {
    appendFileSync(file, text, { flush });
  } catch (problem) {
    said = (problem as NodeJS.ErrnoException).code!;
  }
  process.send!({ said, tookMs: performance.now() - startMs, nowMs: Date.now() });
});
