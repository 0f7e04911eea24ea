import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { enliven } from './live-figure.ts';
import { html, trusted, type Markup } from './markup.ts';
import { style } from './style.ts';

/**
 * A whole page in one file. Its policy lets it load nothing and run only the two scripts that we put there, by their
 * hashes: even a name that slipped through the escaping could neither run nor call home.
 */
export function page(title: string, body: Markup): string {
  const plotting = dirname(createRequire(import.meta.url).resolve('uplot'));
  const scripts = [readFileSync(join(plotting, 'uPlot.iife.min.js'), 'utf8'), `(${enliven.toString()})();`];
  const styles = [readFileSync(join(plotting, 'uPlot.min.css'), 'utf8'), style];
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`).join(' ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src ${trusted(hashes)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(styles.join('\n'))}</style>
</head>
<body>
${body}
${scripts.map((script) => html`<script>${trusted(script)}</script>\n`)}</body>
</html>
`.markup;
}
