import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { HarnessProblem } from '../problem.ts';
import { ANSWER_BYTES, ANSWER_MS, CA_BYTES, LimitReached, megabytes, REDIRECTS, tooLarge, type Limit } from './limits.ts';
import { partProblem, safeText, shown, type Part } from './part.ts';
import { readWhole } from './regular-file.ts';
import { withSecrets } from './secrets.ts';

/** What is asked over HTTP; `${env.NAME}` in URL and headers is replaced as it is sent. */
export interface HttpTarget {
  url: string;
  /** A file with the certificates of the authorities to trust, instead of those that Node.js knows. */
  ca?: string;
  headers?: Record<string, string>;
}

/** The JSON that a URL answers with, by a connection of its own. Throws HarnessProblem, or what the limit ends with. */
export async function getJson(target: HttpTarget, part: Part, whole: Limit, mostBytes = ANSWER_BYTES): Promise<unknown> {
  using limit = whole.part(ANSWER_MS);
  const url = withSecrets(target.url);
  const response = await follow(url, target, part, limit);
  try {
    if (response.statusCode !== 200) {
      const start = await startOf(response, limit);
      throw partProblem(part, `answered ${response.statusCode}${start === '' ? '' : `: ${start}`}`, { expected: '200 and JSON' });
    }
    return parse(await bodyOf(response, limit, mostBytes), part);
  } catch (error) {
    throw asProblem(error, part, limit);
  } finally {
    response.destroy();
  }
}

/** The status that a URL answers with now; undefined if it does not. What it says besides is not read. */
export async function statusOf(target: HttpTarget, signal: AbortSignal): Promise<number | undefined> {
  try {
    const response = await open(withSecrets(target.url), target, signal);
    response.destroy();
    return response.statusCode;
  } catch {
    return undefined;
  }
}

/** The answer that is no redirect; those to the same host are followed, as a token is not for others. */
async function follow(first: string, target: HttpTarget, part: Part, limit: Limit): Promise<http.IncomingMessage> {
  let url = first;
  for (let hop = 0; ; hop++) {
    const response = await open(url, target, limit.signal).catch((error: unknown) => {
      throw asProblem(error, part, limit);
    });
    const { statusCode, headers: { location } } = response;
    if (![301, 302, 303, 307, 308].includes(statusCode!) || location === undefined) return response;
    response.destroy();
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (next?.origin !== new URL(url).origin) {
      throw partProblem(part, `answered ${statusCode}: go to ${safeText(part, location, 150)}`, { expected: 'rows there, or a redirect on the same host' });
    }
    if (hop === REDIRECTS) throw partProblem(part, `answered ${statusCode} for the ${hop + 1}th time: go to ${safeText(part, location, 150)}`, { expected: `rows after at most ${REDIRECTS} redirects` });
    url = next.href;
  }
}

async function open(url: string, { ca, headers = {} }: HttpTarget, signal: AbortSignal): Promise<http.IncomingMessage> {
  signal.throwIfAborted();
  if (!URL.canParse(url)) throw new HarnessProblem('is no URL');
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, withSecrets(value)]));
  const isTls = url.startsWith('https:');
  const trusted = isTls && ca !== undefined ? { ca: await authorities(ca) } : {};
  return new Promise((resolve, reject) => {
    const request = (isTls ? https : http).get(url, { agent: false, headers: sent, ...trusted });
    const end = () => request.destroy(signal.reason as Error);
    signal.addEventListener('abort', end, { once: true });
    request.on('close', () => signal.removeEventListener('abort', end));
    request.on('error', reject);
    request.on('response', resolve);
    if (signal.aborted) end();
  });
}

async function authorities(file: string): Promise<string> {
  const own = await readWhole(file, CA_BYTES).catch((error: Error) => {
    throw new HarnessProblem(`the file of ca ${error.message}`);
  });
  if (!own.includes('-----BEGIN CERTIFICATE-----')) throw new HarnessProblem('the file of ca holds no certificate in PEM');
  return own;
}

async function bodyOf(response: Readable, limit: Limit, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge(`one answer is larger than ${megabytes(mostBytes)}`);
    limit.tookBytes(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The first of what a server says that did not answer with rows. */
async function startOf(response: Readable, limit: Limit): Promise<string> {
  for await (const chunk of response as AsyncIterable<Buffer>) {
    limit.tookBytes(chunk.length);
    return chunk.subarray(0, 1000).toString('utf8').slice(0, 200).trim();
  }
  return '';
}

function parse(text: string, part: Part): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw partProblem(part, `answered ${shown(text.trim())}`, { expected: 'JSON' });
  }
}

function asProblem(error: unknown, part: Part, { signal }: Limit): unknown {
  if (signal.aborted) return signal.reason; // the answer itself only knows that it broke off
  if (error instanceof LimitReached || !(error instanceof Error)) return error;
  if (error instanceof HarnessProblem) return error.message.startsWith(part.key) ? error : partProblem(part, error.message);
  const { code = '' } = error as NodeJS.ErrnoException;
  for (const [codes, what, expected] of REASONS) if (codes.test(code)) return partProblem(part, what, { expected });
  if (error.message === 'aborted') return partProblem(part, 'the answer broke off');
  if (error.message === 'socket hang up') return partProblem(part, 'the server closed the connection without an answer', { expected: 'one in HTTP; if it speaks TLS, https: in the URL' });
  return code === '' ? error : partProblem(part, error.message || code);
}

/** What errors of Node.js, HTTP and TLS mean to the user: code, what is wrong, what was expected. */
const REASONS: [RegExp, string, string][] = [
  [/^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST|EPROTO)$/, 'the server does not speak TLS there', 'an https server, or http: in the URL'],
  [/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/, 'its certificate is signed by an authority that is not known here', 'the file of that authority as the key ca'],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired', 'a valid one'],
  [/^CERT_NOT_YET_VALID$/, 'its certificate is not valid yet', 'a valid one'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'its certificate is for another host', 'one that names the host of the URL'],
  [/^HPE_/, 'the server does not answer in HTTP', 'an HTTP server; if it speaks TLS, https: in the URL'],
];
