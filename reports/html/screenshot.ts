import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';

/**
 * Looks at a report as a reader would: `node reports/html/screenshot.ts REPORT.html OUT.png [--dark] [--phone] [--top]`.
 * `--top` keeps only what is seen without scrolling; an OUT that ends in .pdf is printed. Needs Chromium.
 */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** Where Chromium is: BROWNOUT_CHROMIUM, or one of its usual names on PATH. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return process.env['BROWNOUT_CHROMIUM'] ?? folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file));
}

/** A headless browser with a profile of its own that calls nobody by itself. The caller closes it. */
export function openChromium(executablePath: string): Promise<Browser> {
  const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, args: quiet });
}

async function take(file: string, out: string, flags: Set<string>): Promise<void> {
  const executable = findChromium();
  if (!executable) throw new Error('no Chromium found: install it, or name it in BROWNOUT_CHROMIUM');
  const browser = await openChromium(executable);
  try {
    const page = await browser.newPage({
      viewport: flags.has('--phone') ? { width: 390, height: 844 } : { width: 1280, height: 900 },
      deviceScaleFactor: 2,
      colorScheme: flags.has('--dark') ? 'dark' : 'light',
    });
    await page.goto(pathToFileURL(resolve(file)).href);
    if (out.endsWith('.pdf')) await page.pdf({ path: out, format: 'A4', margin: { top: '18mm', bottom: '18mm', left: '16mm', right: '16mm' } });
    else await page.screenshot({ path: out, fullPage: !flags.has('--top') });
  } finally {
    await browser.close();
  }
}

if (import.meta.main) {
  const [file, out, ...flags] = process.argv.slice(2);
  if (!file || !out) {
    console.error('usage: node reports/html/screenshot.ts REPORT.html OUT.png|OUT.pdf [--dark] [--phone] [--top]');
    process.exit(4);
  }
  await take(file, out, new Set(flags));
}
