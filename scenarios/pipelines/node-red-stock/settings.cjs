/**
 * Settings of both Node-RED processes of this pipeline. With `NODE_RED_EDITOR=1` and `PORT=1880` the flow can be
 * looked at in the editor at http://127.0.0.1:1880; a deploy there writes to this folder.
 */
const editor = process.env.NODE_RED_EDITOR === '1';

// An inject node counts in seconds.
process.env.PERIOD_S = String(Number(process.env.PERIOD_MS ?? 100) / 1000);

/** One terse line per message, to stdout. */
const terse = () => ({ level, type, name, msg }) => {
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
  functionGlobalContext: { ModbusRTU: require('modbus-serial'), sqlite: require('node:sqlite') },
};
