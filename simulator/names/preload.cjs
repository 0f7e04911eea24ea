// @ts-check
'use strict';

/**
 * Loaded into a Node.js program under test by NODE_OPTIONS=--require: names under `brownout.test` are resolved through
 * the DNS server of Brownout, every other name as ever. It is `dns.lookup` that is replaced, which net.connect, http,
 * fetch and nearly every client go through.
 *
 * BROWNOUT_NAMES is the address of that server, HOST:PORT. It is asked by c-ares, with the timeouts and retries that
 * Node.js gives it, and what cannot be resolved fails as it does with the system's resolver: ENOTFOUND for a name
 * that there is not, EAI_AGAIN for a server that fails or does not answer.
 */

const nameServer = process.env.BROWNOUT_NAMES;
if (nameServer) resolveThrough(nameServer);

/** @param {string} server */
function resolveThrough(server) {
  const dns = require('node:dns');
  const { syncBuiltinESMExports } = require('node:module');
  const ZONE = /(^|\.)brownout\.test\.?$/i;
  const ABSENT = new Set(['ENOTFOUND', 'ENODATA']);
  const { lookup: realLookup } = dns;
  const { lookup: realPromise } = dns.promises;
  const { nextTick } = process;

  const resolver = new dns.promises.Resolver();
  resolver.setServers([server]);

  /** @param {string} hostname @param {any} options @returns {Promise<{ address: string, family: number }[]>} */
  async function addressesOf(hostname, { family = 0 }) {
    const wanted = [4, 6].filter((it) => family === 0 || family === it || family === `IPv${it}`);
    const answers = await Promise.allSettled(wanted.map((it) => (it === 4 ? resolver.resolve4(hostname) : resolver.resolve6(hostname))));
    const found = answers.flatMap((answer, index) => (
      answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family: /** @type {number} */ (wanted[index]) })) : []));
    if (found.length > 0) return found;
    throw failure(hostname, answers.every((answer) => answer.status === 'rejected' && ABSENT.has(answer.reason.code)));
  }

  /** @param {any} hostname @param {any} options @param {any} [callback] */
  function lookup(hostname, options, callback) {
    const done = typeof options === 'function' ? options : callback;
    if (typeof hostname !== 'string' || !ZONE.test(hostname) || typeof done !== 'function') return realLookup(hostname, options, callback);
    const how = typeof options === 'object' && options !== null ? options : { family: typeof options === 'number' ? options : 0 };
    addressesOf(hostname, how).then(
      (found) => nextTick(() => (how.all ? done(null, found) : done(null, found[0]?.address, found[0]?.family))),
      (error) => nextTick(done, error),
    );
    return {};
  }

  /** @param {any} hostname @param {any} [options] @returns {Promise<any>} */
  async function lookupPromise(hostname, options) {
    if (typeof hostname !== 'string' || !ZONE.test(hostname)) return realPromise(hostname, options);
    const how = typeof options === 'object' && options !== null ? options : { family: options ?? 0 };
    const found = await addressesOf(hostname, how);
    return how.all ? found : found[0];
  }

  const { promisify } = require('node:util');
  Object.defineProperty(lookup, promisify.custom, { value: lookupPromise });
  // @ts-ignore: the overloads are those of the original
  dns.lookup = lookup;
  // @ts-ignore
  dns.promises.lookup = lookupPromise;
  syncBuiltinESMExports();
}

/** As `getaddrinfo` fails. @param {string} hostname @param {boolean} absent */
function failure(hostname, absent) {
  const code = absent ? 'ENOTFOUND' : 'EAI_AGAIN';
  const errno = absent ? -3008 : -3001;
  return Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { errno, code, syscall: 'getaddrinfo', hostname });
}
