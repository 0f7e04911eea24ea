/**
 * Settings of both Node-RED processes of this pipeline. With `NODE_RED_EDITOR=1` and `PORT=1880` the flow can be
 * looked at in the editor at http://127.0.0.1:1880; a deploy there writes to this folder.
 */
const { join } = require('node:path');

const editor = process.env.NODE_RED_EDITOR === '1';

// A machine that was not read for three periods has a gap; the half keeps three skipped beats on one side of the line.
process.env.GAP_AFTER_MS ??= String(3.5 * Number(process.env.PERIOD_MS ?? 100));

// Without a time server the ingest's clock is not checked.
process.env.TIME_SERVER ??= '';
process.env.TIME_CHECK_MS ??= '64000';

/** One terse line per message, to stdout. */
const terse = () => (/** @type {any} */ { level, type, name, msg }) => {
  const word = level <= 20 ? 'error' : level <= 30 ? 'warn' : 'info';
  const text = String(msg?.stack ?? msg?.message ?? msg).trim();
  console.log([word, name ?? type, text].filter(Boolean).join(' | '));
};

module.exports = {
  uiHost: '127.0.0.1',
  uiPort: Number(process.env.PORT ?? 1880),
  httpAdminRoot: editor ? '/' : false,
  httpNodeRoot: process.env.PORT ? '/' : false,
  credentialSecret: false,
  editorTheme: { tours: false, palette: { catalogues: [] } },
  telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: false, ui: false },
  externalModules: { autoInstall: false, palette: { allowInstall: editor }, modules: { allowInstall: false } },
  logging: { console: { level: 'info', handler: terse } },
  nodesDir: join(__dirname, 'nodes'),
};
